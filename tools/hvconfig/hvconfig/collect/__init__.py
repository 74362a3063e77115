# SPDX-License-Identifier: GPL-2.0
"""Writes the platform of a running machine, of its raw inputs or of a device tree."""
