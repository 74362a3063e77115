# SPDX-License-Identifier: GPL-2.0
"""MSI-X tables are found, in sample configuration spaces."""

import struct
from dataclasses import replace

import pytest
from audit.msix import tables
from bulkhead.systems import load
from hvconfig.model import Cell, Range, Region
from machine.boards.x86 import Q35

SYSTEM = load(Q35, "pci")
FUNCTION = 0x30


def cell_with(phys: int, size: int, guest: int) -> Cell:
    """Returns a cell with one region of registers."""
    found = SYSTEM.cell("nic")
    assert found and found.functions == (FUNCTION,)
    registers = Region("mmio", phys, guest, size, 0)
    return replace(found, regions=(found.regions[0], registers))


def space(bar: int, low: int, high: int, entries: int, offset: int) -> bytes:
    """Returns a configuration space with MSI-X as its second capability."""
    data = bytearray(256)
    data[0x34], data[0x40], data[0x41] = 0x40, 0x05, 0x70
    struct.pack_into("<II", data, 0x10 + 4 * bar, low, high)
    struct.pack_into("<BBHI", data, 0x70, 0x11, 0, 0x8000 | entries - 1, offset | bar)
    return bytes(data)


def found(data: bytes, cell: Cell) -> list[Range]:
    def physical(address: int, size: int) -> bytes:
        assert address == SYSTEM.platform.mmconfig.start + (FUNCTION << 12)
        return data[:size]

    return tables(physical, cell, SYSTEM)


@pytest.mark.parametrize(
    "data, page, size",
    [
        (space(3, 0xFEB40000, 0x1234, 5, 0), 0xFEB40000, 0x1000),
        (space(0, 0xFEB40000, 0, 5, 0x1FC0), 0xFEB41000, 0x2000),
        (space(2, 0xFEB4000C, 0x8, 2048, 0x3000), 0x8FEB43000, 0x8000),
    ],
)
def test_pages_of_a_table(data: bytes, page: int, size: int) -> None:
    cell = cell_with(page & -0x10000, 0x10000, 0x50000000)
    assert found(data, cell) == [Range(0x50000000 + page % 0x10000, size)]


def test_functions_without_a_table() -> None:
    cell = cell_with(0xFEB40000, 0x10000, 0xFEB40000)
    data = bytearray(space(3, 0xFEB40000, 0, 5, 0))
    assert found(bytes(data), cell)
    data[0x41] = 0x40  # a circular list of capabilities
    assert found(bytes(data), cell) == []
    data[0x34] = 0
    assert found(bytes(data), cell) == []
