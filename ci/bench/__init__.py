# SPDX-License-Identifier: GPL-2.0
"""Measurements of the hypervisor's cost: make bench."""
