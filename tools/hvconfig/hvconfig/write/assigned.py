# SPDX-License-Identifier: GPL-2.0
"""Device tree nodes of the devices that a cell has.

The nodes are copied from the machine's tree, with their children, to the root of
the cell's tree. Phandles are kept, so references between copied nodes stay valid.
References to other nodes are replaced or removed: interrupts go to the cell's
controller, clocks become fixed-rate clocks, and Linux works without the rest.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..files import read_file
from ..model import Cell, Device, IrqRange, Range, System
from ..tree import address, depends, nodes, writer
from ..tree.interrupts import Interrupts, gic_node, gic_number
from ..tree.nodes import Node, Tree

# Rate of clocks whose real rate only a driver knows.
GUESSED_HZ = 24_000_000

# arm,gic-v3.yaml: trigger bits of the third cell; GICv2 has a CPU mask above them.
_TRIGGER = 0xF
# Properties that are removed or written anew.
_LEFT_OUT = re.compile(
    r"(linux,)?phandle|status|interrupt-(parent|map|map-mask|names|affinity)"
    r"|interrupts|interrupts-extended|iommus|(iommu|msi)-map(-mask)?|msi-parent"
    r"|dma-ranges|assigned-clock.*|memory-region.*|operating-points-v2|ranges|reg"
    r"|clocks|clock-names"
)
_HANDLES = re.compile(r".+-handle|remote-endpoint|sound-dai|mux-(controls|states)")
_NAMES_OF = {"mboxes": "mbox-names", "nvmem-cells": "nvmem-cell-names"}


@dataclass(frozen=True)
class GuessedClock:
    device: str
    path: str  # path of the clock in the cell's tree


@dataclass
class Assigned:
    """Nodes for the root of a cell's tree, and what they don't describe."""

    gic: int = 1  # phandle of the cell's interrupt controller
    clock: int = 2  # phandle of the cell's clock
    nodes: list[Node] = field(default_factory=list)
    # why a device is missing, by its name
    missing: dict[str, str] = field(default_factory=dict)
    guessed: list[GuessedClock] = field(default_factory=list)


def find(system: System, cell: Cell) -> Assigned:
    """The nodes of the cell's devices. Raises ConfigError for a malformed tree."""
    names = [*cell.devices, *cell.neighbours]
    if not names:
        return Assigned()
    file = system.platform.dtb
    if not file:
        why = "the platform names no device tree"
        return Assigned(missing=dict.fromkeys(names, why))
    source = nodes.parse(read_file(file, nodes.MAX_BYTES), file)
    gic = gic_node(source, file)
    copier = _Copier(source, Interrupts(source, gic), cell)
    for name in names:
        copier.add(system.platform.devices[name])
    return copier.finish()


def _handle(node: Node) -> int:
    return node.cell("phandle") or node.cell("linux,phandle")


class _Copier:
    def __init__(self, source: Tree, interrupts: Interrupts, cell: Cell) -> None:
        self._tree = source
        self._interrupts = interrupts
        self._cell = cell
        self._handles = {node.path: _handle(node) for node in source.root}
        taken = {0, *self._handles.values()}
        self._free = (x for x in itertools.count(1) if x not in taken)
        self._found = Assigned(gic=next(self._free), clock=next(self._free))
        self._tops: dict[str, Device] = {}  # devices by the paths of their nodes
        self._kept: set[str] = set()  # paths of copied nodes
        # Names used at the root.
        self._names = {"chosen", "psci", "cpus", "timer", "pmu", "clock"}
        # phandles of fixed-rate clocks
        self._clocks: dict[tuple[str, tuple[int, ...]], int] = {}
        self._clock_nodes: list[Node] = []

    # Selection of nodes

    def add(self, device: Device) -> None:
        if any(name.endswith(("-pmu", "pmuv3")) for name in device.compatible):
            return  # each CPU's PMU: cell_tree.py describes it
        why = self._obstacle(device)
        if why:
            self._found.missing[device.name] = why
            return
        top = self._tree.by_path[device.path]
        self._tops[top.path] = device
        for node in self._below(top):
            self._kept.add(node.path)
            if "interrupt-controller" in node.props and not self._handles[node.path]:
                # A parent without phandle gets one: the copied children refer to it.
                self._handles[node.path] = next(self._free)

    def _obstacle(self, device: Device) -> str:
        """Returns why the device can't be described; empty if it can."""
        node = self._tree.by_path.get(device.path)
        if device.pci_host or device.pci:
            return "PCI can't be described"
        if node is None or node.parent is None:
            return f"the machine's tree has no node '{device.path}'"
        if not address.is_memory_bus(node.parent):
            return "it is on a bus without memory addresses"
        if not self._reaches(node):
            return "the cell doesn't have all its registers"
        if device.dma and address.translates_dma(node):
            return "its DMA doesn't use physical addresses (dma-ranges)"
        return ""

    def _guest(self, reg: Range) -> Range | None:
        """Returns the guest address of registers; None if the cell lacks them."""
        for region in self._cell.regions:
            if region.type == "mmio" and region.range.contains(reg):
                return Range(reg.start - region.phys + region.guest, reg.size)
        return None

    def _reaches(self, node: Node) -> bool:
        """Whether all memory-mapped registers of the node are the cell's."""
        if node.parent is None or not address.is_memory_bus(node.parent):
            return True
        regs = address.registers(node)
        return len(regs) == len(address.bus_registers(node)) and all(
            self._guest(reg) for reg in regs
        )

    def _below(self, top: Node) -> Iterator[Node]:
        """The node and its children, without those that the cell doesn't own."""
        yield top
        for child in top.children:
            if self._reaches(child):
                yield from self._below(child)

    # Content of nodes

    def finish(self) -> Assigned:
        for path, device in self._tops.items():
            node = self._tree.by_path[path]
            if node.parent is None or node.parent.path not in self._kept:
                self._found.nodes.append(self._copy(node, device, None))
        self._found.nodes += self._clock_nodes
        return self._found

    def _copy(self, node: Node, device: Device, parent: Node | None) -> Node:
        regs = [self._guest(reg) for reg in address.registers(node)]
        own = [reg for reg in regs if reg]
        name = self._name(node, device, own, parent)
        copy = Node(name, "", parent, self._plain(node))
        if self._handles[node.path]:
            copy.props["phandle"] = writer.cells(self._handles[node.path])
        if own:
            copy.props["reg"] = writer.reg(*own)
        elif "reg" in node.props:
            copy.props["reg"] = node.props["reg"]
        self._set_bus(node, copy)
        self._set_interrupts(node, copy)
        self._set_clocks(node, copy, device)
        for child in node.children:
            if child.path in self._kept:
                owner = self._tops.get(child.path, device)
                copy.children.append(self._copy(child, owner, copy))
        return copy

    def _name(
        self, node: Node, device: Device, own: list[Range], parent: Node | None
    ) -> str:
        """The node name with the guest address, made unique."""
        if own:
            name = f"{node.base_name}@{own[0].start:x}"
        else:
            name = node.name if parent else device.name
        if parent:
            taken = [child.name for child in parent.children]
            return node.name if name in taken else name
        while name in self._names:
            name = f"{device.name}-{name}"
        self._names.add(name)
        return name

    def _plain(self, node: Node) -> dict[str, bytes]:
        """Properties that are copied without change."""
        props = {k: v for k, v in node.props.items() if not _LEFT_OUT.fullmatch(k)}
        for name in list(props):
            if self._names_strangers(node, name):
                if name.startswith("pinctrl-"):
                    for other in [x for x in props if x.startswith("pinctrl-")]:
                        del props[other]
                else:
                    props.pop(name, None)
                    props.pop(_NAMES_OF.get(name, f"{name[:-1]}-names"), None)
        return props

    def _names_strangers(self, node: Node, name: str) -> bool:
        """Whether the property refers to a node that isn't copied."""
        cells_name = depends.cells_name(name)
        if cells_name is None:
            if not _HANDLES.fullmatch(name):
                return False
            cells_name = ""
        entries = self._entries(node, name, cells_name)
        return any(
            target is None or target.path not in self._kept for target, _ in entries
        )

    def _entries(
        self, node: Node, prop: str, cells_name: str
    ) -> list[tuple[Node | None, tuple[int, ...]]]:
        """Referenced nodes with arguments; None ends a malformed list."""
        cells = node.cells(prop)
        found: list[tuple[Node | None, tuple[int, ...]]] = []
        while cells:
            target = self._tree.by_phandle(cells[0])
            count = target.cell(cells_name) if target and cells_name else 0
            if target is None or count >= len(cells):
                return [*found, (None, ())]
            found.append((target, tuple(cells[1 : 1 + count])))
            cells = cells[1 + count :]
        return found

    def _set_bus(self, node: Node, copy: Node) -> None:
        """Child addresses of memory buses are guest addresses."""
        if address.is_memory_bus(node):
            copy.props["#address-cells"] = copy.props["#size-cells"] = writer.cells(2)
            copy.props["ranges"] = b""
        elif "ranges" in node.props:
            copy.props["ranges"] = node.props["ranges"]

    def _has_irq(self, intid: int | None) -> bool:
        irqs: tuple[IrqRange, ...] = self._cell.irqs
        return intid is not None and any(x.first <= intid <= x.last for x in irqs)

    def _set_interrupts(self, node: Node, copy: Node) -> None:
        names = node.strings("interrupt-names")
        kept: list[tuple[int, ...]] = []
        kept_names: list[str] = []
        for index, line in enumerate(self._interrupts.lines(node)):
            if line.controller.path in self._kept:
                kept.append((self._handles[line.controller.path], *line.cells))
            else:
                cells = self._interrupts.at_gic(line) or ()
                if not self._has_irq(gic_number(cells)):
                    continue
                kept.append((self._found.gic, *cells[:2], cells[2] & _TRIGGER))
            kept_names += names[index : index + 1]
        if not kept:
            return
        if all(line[0] == self._found.gic for line in kept):
            copy.props["interrupt-parent"] = writer.cells(self._found.gic)
            cells = tuple(x for line in kept for x in line[1:])
            copy.props["interrupts"] = writer.cells(*cells)
        else:
            cells = tuple(x for line in kept for x in line)
            copy.props["interrupts-extended"] = writer.cells(*cells)
        if kept_names:
            text = b"".join(name.encode() + b"\0" for name in kept_names)
            copy.props["interrupt-names"] = text

    def _set_clocks(self, node: Node, copy: Node, device: Device) -> None:
        """Clocks outside the copy are replaced; a malformed entry ends the list."""
        cells: list[int] = []
        for target, arguments in self._entries(node, "clocks", "#clock-cells"):
            if target is None:
                break
            if target.path in self._kept:
                cells += [self._handles[target.path], *arguments]
            else:
                cells.append(self._stand_in(target, arguments, device))
        if cells:
            copy.props["clocks"] = writer.cells(*cells)
            if "clock-names" in node.props:
                copy.props["clock-names"] = node.props["clock-names"]

    def _stand_in(
        self, target: Node, arguments: tuple[int, ...], device: Device
    ) -> int:
        """The phandle of a fixed-rate clock."""
        key = (target.path, arguments)
        if key not in self._clocks:
            self._clocks[key] = phandle = next(self._free)
            name = f"clock-{len(self._clocks)}"
            rate = GUESSED_HZ
            if target.is_like("fixed-clock"):
                rate = target.cell("clock-frequency", GUESSED_HZ)
            else:
                self._found.guessed.append(GuessedClock(device.name, f"/{name}"))
            node = Node(name, f"/{name}", None)
            node.props["compatible"] = b"fixed-clock\0"
            node.props["#clock-cells"] = writer.cells(0)
            node.props["clock-frequency"] = writer.cells(rate)
            node.props["phandle"] = writer.cells(phandle)
            self._clock_nodes.append(node)
        return self._clocks[key]
