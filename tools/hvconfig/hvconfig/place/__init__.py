# SPDX-License-Identifier: GPL-2.0
"""Chooses addresses and interrupts that a config leaves open."""
