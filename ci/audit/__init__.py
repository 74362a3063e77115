# SPDX-License-Identifier: GPL-2.0
"""The audit: page tables and registers of a machine, compared with its config."""
