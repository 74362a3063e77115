# SPDX-License-Identifier: GPL-2.0
"""The directories of the sources and of what was built."""

import os
import pathlib

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = (SOURCE / os.environ.get("BUILD", "build")).resolve()
