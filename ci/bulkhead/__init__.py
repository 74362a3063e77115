# SPDX-License-Identifier: GPL-2.0
"""Bulkhead in a machine: the hvctl commands that tests, figures and demos run."""
