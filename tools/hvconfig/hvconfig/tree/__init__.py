# SPDX-License-Identifier: GPL-2.0
"""Device trees: parse, walk, write."""
