# SPDX-License-Identifier: GPL-2.0
"""A reader of Intel's extended page tables (SDM volume 3C, 30.3.2), independent of the
hypervisor's code."""

import struct

from audit.tables import MAX_TABLES, Mapping, Reader, Tables, add

_READ, _WRITE, _EXECUTE, _LARGE = 1, 2, 4, 128
_RIGHTS = _READ | _WRITE | _EXECUTE
_UNCACHED, _WRITE_BACK = 0, 6
_ADDRESS = 0x000F_FFFF_FFFF_F000
_LEVEL_BITS = 9


def _leaf(start: int, entry: int, size: int, rights: int) -> Mapping:
    kind = entry >> 3 & 7
    if kind not in (_UNCACHED, _WRITE_BACK) or not entry & _READ:
        raise ValueError(f"a bad entry for {start:#x}: {entry:#x}")
    return Mapping(
        start,
        entry & _ADDRESS & -size,
        size,
        bool(rights & _READ),
        bool(rights & _WRITE),
        bool(rights & _EXECUTE),
        kind == _UNCACHED,
    )


def _table(
    read: Reader, place: tuple[int, int, int], rights: int, result: Tables
) -> None:
    """Adds the mappings of a table and of all tables below it.

    place: the table, its level (0: entries map 4 KiB pages), its first input address.
    """
    table, level, base = place
    result.pages.add(table)
    result.tables += 1
    if result.tables > MAX_TABLES:
        raise ValueError(f"more than {MAX_TABLES} tables, the last at {table:#x}")
    size = 4096 << _LEVEL_BITS * level
    for index, entry in enumerate(struct.unpack("<512Q", read(table, 4096))):
        if not entry & _RIGHTS:
            continue
        start = base + index * size
        here = rights & entry
        if level and not entry & _LARGE:
            _table(read, (entry & _ADDRESS, level - 1, start), here, result)
        elif level > 2:
            raise ValueError(f"reserved bits in {entry:#x} for {start:#x}")
        else:
            add(result, _leaf(start, entry, size, here))


def walk(read: Reader, eptp: int) -> Tables:
    """Reads the tables of an EPT pointer."""
    if eptp >> 3 & 7 != 3:
        raise ValueError(f"the EPT pointer {eptp:#x} does not name four levels")
    result = Tables([], set())
    _table(read, (eptp & _ADDRESS, 3, 0), _RIGHTS, result)
    return result
