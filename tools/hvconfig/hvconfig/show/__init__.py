# SPDX-License-Identifier: GPL-2.0
"""Shows a system: pictures, differences, dumps."""
