# SPDX-License-Identifier: GPL-2.0
"""From a running machine, its raw inputs or a device tree blob to a platform."""
