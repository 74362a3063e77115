# SPDX-License-Identifier: GPL-2.0
"""Shows systems: pictures, tables, differences, dumps."""
