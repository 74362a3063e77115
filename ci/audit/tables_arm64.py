# SPDX-License-Identifier: GPL-2.0
"""A reader of arm64 translation tables (DDI 0487 D8.3), independent of the
hypervisor's code."""

import struct
from collections.abc import Callable, Iterator

from audit.tables import MAX_TABLES, Mapping, Reader, Tables, add

_PAGE = 4096
_ADDRESS = 0x0000_FFFF_FFFF_F000

Rights = tuple[bool, bool, bool, bool]  # read, write, execute, device


def _entries(read: Reader, table: int, count: int) -> Iterator[tuple[int, int]]:
    content = read(table, 8 * count)
    for index, entry in enumerate(struct.unpack(f"<{count}Q", content)):
        if entry & 1:
            yield index, entry


def _walk(
    read: Reader,
    place: tuple[int, int, int, int],
    rights: Callable[[int], Rights],
    result: Tables,
) -> None:
    """Adds the mappings of a table and of all tables below it.

    place: the table, its level, its first input address, its number of entries.
    """
    table, level, base, count = place
    span = _PAGE << (9 * (3 - level))
    result.pages.update(range(table, table + 8 * count, _PAGE))
    result.tables += 1
    if result.tables > MAX_TABLES:
        raise ValueError(f"more than {MAX_TABLES} tables, the last at {table:#x}")
    for index, entry in _entries(read, table, count):
        start = base + index * span
        if level < 3 and entry & 2:
            _walk(read, (entry & _ADDRESS, level + 1, start, 512), rights, result)
            continue
        if level == 0 or (level == 3 and not entry & 2):
            raise ValueError(f"reserved descriptor {entry:#x} for {start:#x}")
        phys = entry & _ADDRESS & -span
        add(result, Mapping(start, phys, span, *rights(entry)))


def stage2(read: Reader, vttbr: int, vtcr: int) -> Tables:
    """Reads the second stage of VTTBR_EL2 and VTCR_EL2 (4 KiB granule)."""

    def rights(entry: int) -> Rights:
        # Device; in root's tables also Normal, not cacheable.
        device = entry >> 2 & 15 in (0, 1, 2, 3, 5)
        return (
            bool(entry >> 6 & 1),
            bool(entry >> 7 & 1),
            entry >> 53 & 3 == 0,
            device,
        )

    bits = 64 - (vtcr & 0x3F)
    level = 2 - (vtcr >> 6 & 3)
    if not 30 <= bits <= 48 or vtcr >> 14 & 3:
        raise ValueError(f"VTCR_EL2 is {vtcr:#x}: an unsupported format of tables")
    count = 1 << (bits - 12 - 9 * (3 - level))  # entries of all root tables
    result = Tables([], set())
    _walk(read, (vttbr & _ADDRESS, level, 0, count), rights, result)
    return result


def el2_stage1(read: Reader, ttbr: int, tcr: int, mair: int) -> Tables:
    """Reads the tables of EL2's own translation."""

    def rights(entry: int) -> Rights:
        attribute = mair >> (8 * (entry >> 2 & 7)) & 0xFF
        return (True, not entry >> 7 & 1, not entry >> 54 & 1, attribute < 0x10)

    bits = 64 - (tcr & 0x3F)
    if not 30 <= bits <= 48 or tcr >> 14 & 3:
        raise ValueError(f"TCR_EL2 is {tcr:#x}: an unsupported format of tables")
    level = 4 - (bits - 12 + 8) // 9
    result = Tables([], set())
    _walk(read, (ttbr & _ADDRESS, level, 0, 512), rights, result)
    return result
