# SPDX-License-Identifier: GPL-2.0
"""The demonstrations: make demo."""
