# SPDX-License-Identifier: GPL-2.0
"""Writes blobs, headers, kernel arguments and device trees."""
