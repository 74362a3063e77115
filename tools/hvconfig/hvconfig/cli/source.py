# SPDX-License-Identifier: GPL-2.0
"""Reads a system from YAML or from a blob."""

import struct
from dataclasses import replace

from .. import abi
from ..check.owners import needed_exclusions
from ..files import read_file
from ..model import System
from ..problems import Report
from ..read import unblob, yaml_lines


def is_blob(path: str) -> bool:
    """Whether the file starts like a blob. Raises ConfigError if it can't be read."""
    content = read_file(path, yaml_lines.MAX_BYTES)
    return content[:4] == struct.pack("<I", abi.PART_MAGIC)


def from_blob(path: str) -> System:
    """The system of a blob, with not_with for cells that have the same resources.

    A blob has no names of devices. Raises ConfigError.
    """
    system = unblob.decode(read_file(path, unblob.MAX_BYTES), path)
    needed = needed_exclusions(system)
    cells = (replace(x, not_with=tuple(needed[x.name])) for x in system.cells)
    return replace(system, cells=tuple(cells))


def read(path: str) -> System:
    """The system of a file of either kind. Raises ConfigError for errors in it."""
    from ..check.system import check_system
    from ..read.system import read_system

    if is_blob(path):
        return from_blob(path)
    report = Report()
    system = read_system(path, report)
    if system is not None:
        check_system(system, report)
    report.raise_errors()
    assert system is not None
    return system
