# SPDX-License-Identifier: GPL-2.0
"""Reads, checks and writes the configs of the Bulkhead hypervisor."""
