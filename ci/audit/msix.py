# SPDX-License-Identifier: GPL-2.0
"""MSI-X tables of PCI functions (PCI 3.0, 6.1, 6.7, 6.8.2)."""

from collections.abc import Callable

from hvconfig import abi
from hvconfig.model import Cell, Range, System

_BARS, _CAPABILITIES = 0x10, 0x34
_MSIX = 0x11
_ENTRY_BYTES = 16
_MOST_CAPABILITIES = 48


def tables(
    physical: Callable[[int, int], bytes], cell: Cell, system: System
) -> list[Range]:
    """Returns the guest pages of the MSI-X tables of a cell's functions. The hypervisor
    emulates them, because an entry selects an interrupt and its CPU."""
    pages: list[Range] = []
    for function in cell.functions:
        start = system.platform.mmconfig.start + (function << 12)
        pages += _tables_of(physical(start, 256), cell)
    return pages


def _tables_of(space: bytes, cell: Cell) -> list[Range]:
    def number(offset: int, size: int) -> int:
        return int.from_bytes(space[offset : offset + size], "little")

    at = number(_CAPABILITIES, 1) & 0xFC
    for _ in range(_MOST_CAPABILITIES):
        if not at or number(at, 1) == _MSIX:
            break
        at = number(at + 1, 1) & 0xFC
    if not at or number(at, 1) != _MSIX:
        return []
    where = number(at + 4, 4)
    bar = _BARS + 4 * (where & 7)
    start = number(bar, 4) & ~0xF
    if number(bar, 4) & 6 == 4:
        start |= number(bar + 4, 4) << 32
    start += where & ~7
    end = start + _ENTRY_BYTES * ((number(at + 2, 2) & 0x7FF) + 1)
    first = start & -abi.PAGE_SIZE
    pages = Range(first, (end - first + abi.PAGE_SIZE - 1) & -abi.PAGE_SIZE)
    return [
        Range(region.guest + first - region.phys, pages.size)
        for region in cell.regions
        if region.range.contains(pages)
    ]
