# SPDX-License-Identifier: GPL-2.0
"""Explains why a cell stopped, or why a request was refused."""
