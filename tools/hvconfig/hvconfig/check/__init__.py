# SPDX-License-Identifier: GPL-2.0
"""Checks that a system is complete and free of conflicts."""
