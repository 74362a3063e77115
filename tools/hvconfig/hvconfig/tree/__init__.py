# SPDX-License-Identifier: GPL-2.0
"""Parses, walks and writes device trees."""
