# SPDX-License-Identifier: GPL-2.0
"""Follows interrupts of a device tree to the GIC.

Devicetree Specification 2.4; numbering of the GIC:
Documentation/devicetree/bindings/interrupt-controller/arm,gic-v3.yaml.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .. import abi
from ..problems import ConfigError, refuse
from .address import registers
from .nodes import Node, Tree

_MAX_CELLS = 8
_MAX_STEPS = 16  # controllers between a device and the GIC
# i.MX power controllers: they forward to the GIC, although they raise interrupts, too.
_GPCS = ("fsl,imx6q-gpc", "fsl,imx7d-gpc", "fsl,imx8mq-gpc")
_SPI, _PPI = 0, 1
GICV3 = ("arm,gic-v3",)
_GICV2 = (
    "arm,gic-400",
    "arm,cortex-a15-gic",
    "arm,cortex-a9-gic",
    "arm,cortex-a7-gic",
    "qcom,msm-qgic2",
    "nvidia,tegra210-agic",
)


@dataclass(frozen=True)
class Line:
    """An interrupt in the numbering of a controller."""

    controller: Node
    cells: tuple[int, ...]
    address: tuple[int, ...] = ()  # unit address of the source, for interrupt maps


class Interrupts:
    """Finds the GIC interrupts that nodes raise."""

    def __init__(self, tree: Tree, gic: Node) -> None:
        self._tree = tree
        self._gic = gic
        self._maps: dict[str, dict[tuple[int, ...], Line]] = {}

    def of(self, node: Node) -> list[int]:
        """Returns the node's INTIDs.

        Interrupts that don't reach the GIC are left out.
        """
        return [intid for intid in self.each(node) if intid is not None]

    def each(self, node: Node) -> list[int | None]:
        """Returns the INTID, or None, of each interrupt of the node, in order."""
        return [self._intid(line) for line in self.lines(node)]

    def controllers(self, node: Node) -> list[Node]:
        """The controller of each interrupt, in order."""
        return [line.controller for line in self.lines(node)]

    def mapped(self, nexus: Node) -> list[int]:
        """INTIDs that the node's interrupt-map (PCI) leads to."""
        found = [self._intid(line) for _, line in self._map(nexus)]
        return sorted({intid for intid in found if intid is not None})

    def parent(self, node: Node) -> Node | None:
        """The interrupt parent of the node."""
        steps: Node | None = node
        while steps is not None:
            phandle = steps.cell("interrupt-parent")
            if phandle:
                return self._tree.by_phandle(phandle)
            if steps is not node and _is_controller(steps):
                return steps
            steps = steps.parent
        return None

    def lines(self, node: Node) -> Iterator[Line]:
        """The node's interrupts in the numbering of their controllers."""
        address = tuple(node.cells("reg"))
        if "interrupts-extended" in node.props:
            for controller, cells in self._tree.references(
                node, "interrupts-extended", "#interrupt-cells"
            ):
                yield Line(controller, tuple(cells), address)
            return
        parent = self.parent(node)
        if parent is None:
            return
        count = parent.cell("#interrupt-cells")
        cells = node.cells("interrupts")
        if 1 <= count <= 8:
            for i in range(0, len(cells) - count + 1, count):
                yield Line(parent, tuple(cells[i : i + count]), address)

    def at_gic(self, line: Line, steps: int = _MAX_STEPS) -> tuple[int, ...] | None:
        """Follows an interrupt to the GIC.

        Returns its kind, number and trigger there; None if it does not reach the GIC.
        """
        controller = line.controller
        if controller is self._gic:
            return line.cells
        if not steps:
            return None  # after so many steps it is a circle
        if "interrupt-map" in controller.props:
            return self._through_map(line, steps)
        if "qcom,pdc-ranges" in controller.props and line.cells:
            return _qcom_pdc(controller, line.cells)
        above = self.parent(controller)
        stacked = "interrupts" not in controller.props or controller.is_like(*_GPCS)
        if stacked and above and len(line.cells) == 3 and above is not controller:
            # It forwards to the GIC (for wake-up from sleep) with the same numbers.
            return self.at_gic(Line(above, line.cells), steps - 1)
        return None

    def _intid(self, line: Line) -> int | None:
        cells = self.at_gic(line)
        return gic_number(cells) if cells else None

    def _through_map(self, line: Line, steps: int) -> tuple[int, ...] | None:
        nexus = line.controller
        if nexus.path not in self._maps:
            self._maps[nexus.path] = {
                _masked(nexus, key): target for key, target in self._map(nexus)
            }
        n_address = min(nexus.cell("#address-cells"), _MAX_CELLS)
        address = (*line.address, *(0,) * n_address)[:n_address]
        target = self._maps[nexus.path].get(_masked(nexus, (*address, *line.cells)))
        return self.at_gic(target, steps - 1) if target else None

    def _map(self, nexus: Node) -> Iterator[tuple[tuple[int, ...], Line]]:
        """Entries of the interrupt-map: child address and line, parent line."""
        n_key = nexus.cell("#address-cells") + nexus.cell("#interrupt-cells")
        cells = nexus.cells("interrupt-map")
        position = 0
        while position + n_key < len(cells):
            key = tuple(cells[position : position + n_key])
            position += n_key
            parent = self._tree.by_phandle(cells[position])
            position += 1
            if parent is None:
                return
            n_address = parent.cell("#address-cells")
            n_above = n_address + parent.cell("#interrupt-cells")
            if position + n_above > len(cells):
                return
            above = tuple(cells[position : position + n_above])
            position += n_above
            yield key, Line(parent, above[n_address:], above[:n_address])


def _masked(nexus: Node, key: tuple[int, ...]) -> tuple[int, ...]:
    mask = nexus.cells("interrupt-map-mask") or [0xFFFFFFFF] * len(key)
    return tuple(cell & bits for cell, bits in zip(key, mask))


def _is_controller(node: Node) -> bool:
    return "interrupt-controller" in node.props or "interrupt-map" in node.props


def gic_number(cells: tuple[int, ...]) -> int | None:
    """The INTID of interrupt cells; None for extended ranges."""
    if len(cells) < 3:
        return None
    kind, number = cells[:2]
    if kind == _PPI and number < abi.ARM64_SPI_FIRST - abi.ARM64_PPI_FIRST:
        return abi.ARM64_PPI_FIRST + number
    if kind == _SPI and number <= abi.ARM64_SPI_LAST - abi.ARM64_SPI_FIRST:
        return abi.ARM64_SPI_FIRST + number
    return None


def _qcom_pdc(controller: Node, cells: tuple[int, ...]) -> tuple[int, ...] | None:
    """Follows an interrupt through Qualcomm's Power Domain Controller to the GIC.

    Its property qcom,pdc-ranges lists (first pin, first SPI, count).
    """
    pin, trigger = cells[0], cells[-1]
    ranges = controller.cells("qcom,pdc-ranges")
    for i in range(0, len(ranges) - 2, 3):
        first, spi, count = ranges[i : i + 3]
        if first <= pin < first + count:
            return (_SPI, spi + pin - first, trigger)
    return None


def gic_node(tree: Tree, file: str) -> Node:
    """The GIC's node. Raises ConfigError if there is none."""
    for node in tree.root:
        is_gic = node.is_like(*GICV3, *_GICV2)
        if is_gic and "interrupt-controller" in node.props and node.enabled:
            return node
    raise _no_gic(tree, file)


def _no_gic(tree: Tree, file: str) -> ConfigError:
    kinds = [
        next(iter(node.compatible), node.name)
        for node in tree.root
        if "interrupt-controller" in node.props and registers(node)
    ]
    root = next(iter(kinds), "")
    there = f"; its interrupt controller is {root}" if root else ""
    return refuse(file, f"describes no machine with a GIC (arm64){there}")
