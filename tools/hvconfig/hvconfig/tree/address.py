# SPDX-License-Identifier: GPL-2.0
"""Addresses in a device tree: reg and ranges (Devicetree Specification 2.3)."""

import functools
from typing import NamedTuple

from ..model import Range
from .nodes import Node

_MAX_CELLS = 4
_MAX_ENTRIES = 1024


class Window(NamedTuple):
    """An entry of a bus's ranges, with the parent address translated."""

    flags: int  # first cell of a PCI address, or 0
    bus: int
    phys: int
    size: int


def address_cells(node: Node) -> int:
    """The number of cells of an address of the node's children."""
    return node.cell("#address-cells", 2)


def size_cells(node: Node) -> int:
    return node.cell("#size-cells", 1)


def is_pci(node: Node) -> bool:
    return node.text("device_type") in ("pci", "pciex") and address_cells(node) == 3


def registers(node: Node) -> list[Range]:
    """Named physical addresses of the node's reg; others than memory are left out."""
    names = node.strings("reg-names")
    result = []
    for index, (address, size) in enumerate(bus_registers(node)):
        phys = to_physical(node, address)
        if phys is not None and size and phys + size <= 1 << 64:
            name = names[index] if index < len(names) else ""
            result.append(Range(phys, size, name))
    return result


def bus_registers(node: Node) -> list[tuple[int, int]]:
    """Addresses and sizes of the node's reg, in the address space of its bus."""
    parent = node.parent
    if parent is None or is_pci(parent):
        return []
    n_address, n_size = address_cells(parent), size_cells(parent)
    if not (1 <= n_address <= _MAX_CELLS and 1 <= n_size <= 2):
        return []
    step = n_address + n_size
    cells = node.cells("reg")[: step * _MAX_ENTRIES]
    return [
        (_join(cells[i : i + n_address]), _join(cells[i + n_address : i + step]))
        for i in range(0, len(cells) - step + 1, step)
    ]


def to_physical(node: Node, address: int) -> int | None:
    """The physical address of a bus address; None: it isn't translated."""
    bus = node.parent
    while bus is not None and bus.parent is not None:
        if "ranges" not in bus.props:
            return None
        if bus.props["ranges"]:
            for window in _entries(bus):
                if window.bus <= address < window.bus + window.size:
                    address += window.phys - window.bus
                    break
            else:
                return None
        bus = bus.parent
    return address


def is_memory_bus(node: Node) -> bool:
    """Whether addresses of the node's children are or become physical ones."""
    steps = [x for x in (node, *node.ancestors()) if x.parent is not None]
    return all("ranges" in x.props for x in steps) and not is_pci(node)


def translates_dma(node: Node) -> bool:
    """Whether dma-ranges makes the node's DMA addresses differ from physical ones."""
    return any(
        entry.bus != entry.phys
        for bus in node.ancestors()
        for entry in _entries(bus, "dma-ranges")
    )


def windows(bus: Node) -> list[Window]:
    """Physical addresses that the bus forwards."""
    result = []
    for entry in _entries(bus):
        phys = to_physical(bus, entry.phys)
        if phys is not None and entry.size and phys + entry.size <= 1 << 64:
            result.append(entry._replace(phys=phys))
    return result


@functools.lru_cache(maxsize=256)
def _entries(bus: Node, prop: str = "ranges") -> list[Window]:
    """Entries of ranges or dma-ranges; phys: translated to physical addresses."""
    parent = bus.parent
    if parent is None:
        return []
    n_child, n_size = address_cells(bus), size_cells(bus)
    n_parent = address_cells(parent)
    if not all(1 <= x <= _MAX_CELLS for x in (n_child, n_parent, n_size)):
        return []
    step = n_child + n_parent + n_size
    cells = bus.cells(prop)[: step * _MAX_ENTRIES]
    result = []
    for i in range(0, len(cells) - step + 1, step):
        child = cells[i : i + n_child]
        flags = child.pop(0) if n_child == 3 else 0
        phys = _join(cells[i + n_child : i + n_child + n_parent])
        size = _join(cells[i + n_child + n_parent : i + step])
        result.append(Window(flags, _join(child), phys, size))
    return result


def _join(cells: list[int]) -> int:
    value = 0
    for cell in cells:
        value = value << 32 | cell
    return value
