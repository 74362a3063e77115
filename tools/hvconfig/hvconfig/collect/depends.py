# SPDX-License-Identifier: GPL-2.0
"""What a node of a device tree works only with: clocks, resets, power, ..."""

import re
from collections.abc import Container, Iterator

from .interrupts import Interrupts
from .tree import Node, Tree

# Property and the one of the named node that says how many arguments follow.
_LISTS = {
    "clocks": "#clock-cells",
    "resets": "#reset-cells",
    "power-domains": "#power-domain-cells",
    "dmas": "#dma-cells",
    "phys": "#phy-cells",
    "mboxes": "#mbox-cells",
    "interconnects": "#interconnect-cells",
    "hwlocks": "#hwlock-cells",
    "pwms": "#pwm-cells",
    "io-channels": "#io-channel-cells",
    "thermal-sensors": "#thermal-sensor-cells",
    "nvmem-cells": "#nvmem-cell-cells",
    "syscon": "",
    "rockchip,grf": "",
    "fsl,mu": "",
}
_PATTERNS = (
    (re.compile(r"pinctrl-[0-9]+"), ""),
    (re.compile(r".+-supply"), ""),
    (re.compile(r"(.+-)?gpios?"), "#gpio-cells"),
)


def depends(
    tree: Tree, interrupts: Interrupts, node: Node, devices: Container[str]
) -> list[str]:
    """Paths of the devices that the node needs.

    Pins, regulators and the like are parts of a device: that one is meant.
    """
    found: dict[str, None] = {}
    for target in _targets(tree, interrupts, node):
        owner: Node | None = target
        while owner is not None and owner.path not in devices:
            owner = owner.parent
        if owner is not None and owner is not node:
            found.setdefault(owner.path)
    return list(found)


def _targets(tree: Tree, interrupts: Interrupts, node: Node) -> Iterator[Node]:
    for prop in node.props:
        cells_name = _LISTS.get(prop)
        if cells_name is None:
            cells_name = next((x for y, x in _PATTERNS if y.fullmatch(prop)), None)
        if cells_name is not None:
            for target, _ in tree.references(node, prop, cells_name):
                yield target
    yield from interrupts.controllers(node)
    if node.parent is not None:
        yield node.parent
