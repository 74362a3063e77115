# SPDX-License-Identifier: GPL-2.0
"""Dependencies of device tree nodes: clocks, resets, power domains, ..."""

import re
from collections.abc import Container, Iterator

from .interrupts import Interrupts
from .nodes import Node, Tree

# Properties that list phandles, with the target's property that counts arguments.
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
    """Paths of the devices that the node depends on.

    For a child node, such as one regulator, the device that contains it counts.
    """
    found: dict[str, None] = {}
    for target in _targets(tree, interrupts, node):
        owner: Node | None = target
        while owner is not None and owner.path not in devices:
            owner = owner.parent
        if owner is not None and owner is not node:
            found.setdefault(owner.path)
    return list(found)


def cells_name(prop: str) -> str | None:
    """The property of targets that counts the arguments of prop's entries.

    Empty: there are no arguments. None: prop holds no references.
    """
    if prop in _LISTS:
        return _LISTS[prop]
    return next((name for form, name in _PATTERNS if form.fullmatch(prop)), None)


def _targets(tree: Tree, interrupts: Interrupts, node: Node) -> Iterator[Node]:
    for prop in node.props:
        cells = cells_name(prop)
        if cells is not None:
            for target, _ in tree.references(node, prop, cells):
                yield target
    yield from interrupts.controllers(node)
    if node.parent is not None:
        yield node.parent
