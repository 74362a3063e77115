# SPDX-License-Identifier: GPL-2.0
"""The hypervisor's table of MSRs (features.h), read from the image that was built.

The audit compares the bitmaps in force with it: the table says who may access an MSR,
this file says nothing about single MSRs.
"""

import functools
import struct
from typing import NamedTuple

from machine.elf import run
from machine.paths import BUILD

# features.h: struct msr_row, and the bits of its member who.
_ROW = struct.Struct("<IBBBBI")
_CELL = {"read": 1, "write": 2}
_ROOT_EXITS = {"read": 8, "write": 16}


class Row(NamedTuple):
    first: int
    numbers: int
    step: int
    who: int
    reset: int
    feature: int

    def cell_may(self, what: str) -> bool:
        return bool(self.who & _CELL[what])

    def root_may(self, what: str) -> bool:
        return not self.who & _ROOT_EXITS[what]


def _table() -> bytes:
    """The table as it is in the image."""
    path = BUILD / "x86" / "hypervisor.elf"
    lines = run(["x86_64-linux-gnu-nm", "-S", "--defined-only", str(path)]).splitlines()
    found = {fields[-1]: fields for fields in map(str.split, lines)}
    start, size = (int(x, 16) for x in found["msr_rows"][:2])
    offset = start - int(found["image_start"][0], 16)
    return (BUILD / "x86" / "bulkhead-x86.bin").read_bytes()[offset : offset + size]


@functools.cache
def rows() -> dict[int, Row]:
    """The row of each MSR that the table names."""
    table: dict[int, Row] = {}
    for fields in _ROW.iter_unpack(_table()):
        row = Row(*fields)
        for number in range(row.numbers):
            table.setdefault(row.first + number * row.step, row)
    return table
