# SPDX-License-Identifier: GPL-2.0
"""Explains why a cell stopped or a request was refused."""
