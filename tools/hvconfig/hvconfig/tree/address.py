# SPDX-License-Identifier: GPL-2.0
"""Addresses in a device tree: reg and ranges (Devicetree Specification 2.3)."""

import functools
from typing import NamedTuple

from ..model import Range
from .nodes import Node

_MAX_CELLS = 4
_MAX_ENTRIES = 1024


class Window(NamedTuple):
    """One entry of a bus's ranges, its parent address translated."""

    flags: int  # first cell of a PCI address, or 0
    bus: int
    phys: int
    size: int


def address_cells(node: Node) -> int:
    """How many cells an address has that a child of the node states."""
    return node.cell("#address-cells", 2)


def size_cells(node: Node) -> int:
    return node.cell("#size-cells", 1)


def is_pci(node: Node) -> bool:
    return node.text("device_type") in ("pci", "pciex") and address_cells(node) == 3


def registers(node: Node) -> list[Range]:
    """Physical addresses of its reg, named; what is no memory is left out."""
    names = node.strings("reg-names")
    result = []
    for index, (address, size) in enumerate(bus_registers(node)):
        phys = to_physical(node, address)
        if phys is not None and size and phys + size <= 1 << 64:
            name = names[index] if index < len(names) else ""
            result.append(Range(phys, size, name))
    return result


def bus_registers(node: Node) -> list[tuple[int, int]]:
    """Addresses and sizes of its reg, as its bus sees them."""
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
    """An address on the node's bus as a physical one; None: it is none."""
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
    """Whether what is on it has physical addresses, or such as become one."""
    steps = [x for x in (node, *node.ancestors()) if x.parent is not None]
    return all("ranges" in x.props for x in steps) and not is_pci(node)


def translates_dma(node: Node) -> bool:
    """Whether memory has other addresses for it than the physical ones."""
    return any(
        entry.bus != entry.phys
        for bus in node.ancestors()
        for entry in _entries(bus, "dma-ranges")
    )


def windows(bus: Node) -> list[Window]:
    """What of the physical addresses leads to the bus."""
    result = []
    for entry in _entries(bus):
        phys = to_physical(bus, entry.phys)
        if phys is not None and entry.size and phys + entry.size <= 1 << 64:
            result.append(entry._replace(phys=phys))
    return result


@functools.lru_cache(maxsize=256)
def _entries(bus: Node, prop: str = "ranges") -> list[Window]:
    """Its ranges, or dma-ranges; phys: in the addresses of its parent."""
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
