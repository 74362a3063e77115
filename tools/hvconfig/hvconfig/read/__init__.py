# SPDX-License-Identifier: GPL-2.0
"""Reads YAML and blobs into the model."""
