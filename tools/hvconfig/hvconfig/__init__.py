# SPDX-License-Identifier: GPL-2.0
"""Configs of Bulkhead: from YAML that people write to the binary blob."""
