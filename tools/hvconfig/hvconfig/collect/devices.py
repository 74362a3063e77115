# SPDX-License-Identifier: GPL-2.0
"""Finds the devices of a device tree."""

from collections.abc import Iterable, Sequence

from .. import abi
from ..model import Device, IrqRange, PciHost, PciWindow, Range, merge
from ..tree import address
from ..tree.depends import depends
from ..tree.interrupts import Interrupts
from ..tree.nodes import Node, Tree
from . import dma, names

# Nodes that contain no devices.
_NO_DEVICES = ("cpus", "reserved-memory", "aliases", "chosen", "memory", "__symbols__")
_ECAM = ("pci-host-ecam-generic", "pci-host-cam-generic", "arm,versatile-pci")


def find(
    tree: Tree, gic: Node, interrupts: Interrupts, ram: Sequence[Range]
) -> list[Node]:
    """Nodes with registers or interrupts, enabled or not."""
    found = []
    todo = [x for x in tree.root.children if x.base_name not in _NO_DEVICES]
    todo.reverse()
    while todo:
        node = todo.pop()
        if node is not gic and _is_device(node, interrupts, ram):
            found.append(node)
        if not address.is_pci(node):
            todo.extend(
                child
                for child in reversed(node.children)
                if not child.is_like("arm,gic-v3-its")
            )
    return found


def _is_device(node: Node, interrupts: Interrupts, ram: Sequence[Range]) -> bool:
    if node.is_like("arm,armv8-timer", "arm,armv7-timer"):
        return False
    if not node.compatible:
        return False
    return bool(_not_ram(_registers(node), ram) or interrupts.of(node))


def _registers(node: Node) -> list[Range]:
    """The node's registers; for a bus without children, the addresses it forwards."""
    found = address.registers(node)
    if not found and address.is_pci(node):
        return [window.range for window in _host(node, ()).windows]
    if node.is_like("simple-bus"):
        behind = [Range(x.phys, x.size) for x in address.windows(node)]
        if not node.children:
            return found or behind
        # Some trees repeat the forwarded addresses of a bus in its reg.
        return [x for x in found if not any(x.overlaps(y) for y in behind)]
    return found


def _not_ram(regs: Iterable[Range], ram: Sequence[Range]) -> list[Range]:
    """Without RAM: some nodes have RAM in reg, such as frame buffers and crash logs."""
    return [reg for reg in regs if not any(reg.overlaps(item) for item in ram)]


def collect(
    tree: Tree, gic: Node, interrupts: Interrupts, ram: Sequence[Range]
) -> dict[str, Device]:
    """Devices by name, in ascending order of addresses."""
    nodes = {node.path: node for node in find(tree, gic, interrupts, ram)}
    called = names.names(tree, nodes.values())
    devices = [_device(tree, node, called, interrupts, ram) for node in nodes.values()]
    devices.sort(key=lambda x: (x.regs[0].start if x.regs else 1 << 64, x.path))
    return {device.name: device for device in devices}


def _device(
    tree: Tree,
    node: Node,
    called: dict[str, str],
    interrupts: Interrupts,
    ram: Sequence[Range],
) -> Device:
    regs = _not_ram(_registers(node), ram)
    irqs = set(interrupts.of(node))
    host = None
    if address.is_pci(node):
        host = _host(node, ram)
        irqs |= set(interrupts.mapped(node))
        own = [] if host.ecam.size else _not_ram(address.registers(node), ram)
        regs = own + host.ranges
    needs = depends(tree, interrupts, node, called)
    iommu, stream_ids = _stream_ids(tree, node, called)
    return Device(
        name=called[node.path],
        regs=tuple(regs),
        irqs=tuple(_ranges(irqs)),
        dma=dma.reaches_memory(node),
        path=node.path,
        compatible=tuple(node.compatible),
        disabled=not node.enabled,
        needs=tuple(sorted({called[path] for path in needs})),
        iommu=iommu,
        stream_ids=tuple(stream_ids),
        msi=bool(node.props.keys() & {"msi-parent", "msi-map"}),
        pci_host=host,
    )


def _ranges(irqs: set[int]) -> list[IrqRange]:
    joined = merge(Range(irq, 1) for irq in irqs)
    return [IrqRange(item.start, item.size) for item in joined]


def _host(node: Node, ram: Sequence[Range]) -> PciHost:
    """A PCI host bridge (PCI Bus Binding to IEEE Std 1275, 2.1.4.2)."""
    found = []
    for window in address.windows(node):
        kind = {1: "io", 2: "mem", 3: "mem"}.get(window.flags >> 24 & 3)
        if kind is None:
            continue
        if window.flags >> 30 & 1:
            kind = "prefetch"
        phys = Range(window.phys, window.size, kind)
        if _not_ram([phys], ram):
            found.append(PciWindow(kind, phys, window.bus))
    buses = [bus & 0xFF for bus in node.cells("bus-range")[:2]]
    if len(buses) != 2 or buses[0] > buses[1]:
        buses = [0, 255]
    ecam = _not_ram(address.registers(node), ram) if node.is_like(*_ECAM) else []
    return PciHost(
        segment=node.cell("linux,pci-domain") & 0xFFFF,
        first_bus=buses[0],
        last_bus=buses[1],
        ecam=ecam[0] if ecam else Range(0, 0),
        windows=tuple(found),
    )


def _stream_ids(
    tree: Tree, node: Node, called: dict[str, str]
) -> tuple[str, list[Range]]:
    """The IOMMU of the node and the node's stream IDs there."""
    name, found = "", []
    for iommu, cells in tree.references(node, "iommus", "#iommu-cells"):
        name = name or called.get(iommu.path, "")
        if cells and called.get(iommu.path, "") == name:
            found.append(Range(cells[0], 1))
    map_cells = node.cells("iommu-map")
    for i in range(0, len(map_cells) - 3, 4):
        _, phandle, first, count = map_cells[i : i + 4]
        target = tree.by_phandle(phandle)
        if target is not None and count:
            name = name or called.get(target.path, "")
            if called.get(target.path, "") == name:
                found.append(Range(first, count))
    return name, [x for x in merge(found) if x.end <= 1 << 32] if name else []


def wired(tree: Tree, gic: Node, interrupts: Interrupts) -> set[int]:
    """All interrupts of the tree, whatever raises them."""
    found: set[int] = set()
    for node in tree.root:
        found.update(interrupts.of(node))
        if "interrupt-map" in node.props:
            found.update(interrupts.mapped(node))
        for first, count in _message_ranges(node):
            found.update(range(first, min(first + count, abi.ARM64_SPI_LAST + 1)))
    return found


def _message_ranges(node: Node) -> list[tuple[int, int]]:
    """SPIs that are raised by writes to memory: first INTID and count."""
    cells = node.cells("mbi-ranges")
    found = [(cells[i], cells[i + 1]) for i in range(0, len(cells) - 1, 2)]
    if "arm,msi-base-spi" in node.props:
        found.append((node.cell("arm,msi-base-spi"), node.cell("arm,msi-num-spis")))
    for spi in node.cells("amlogic,channel-interrupts"):
        found.append((spi + abi.ARM64_SPI_FIRST, 1))
    return found
