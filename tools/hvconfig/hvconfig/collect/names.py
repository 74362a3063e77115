# SPDX-License-Identifier: GPL-2.0
"""Names the nodes of a device tree: readable, unique and stable.

A name depends on the type and place of the node only. Disabled nodes are counted,
too, so that enabling one doesn't rename others.
"""

import re
from collections import Counter
from collections.abc import Iterable

from ..tree import address
from ..tree.nodes import Node, Tree

_LONGEST = 31
# Kinds of devices whose node has the name of a component, not of a function.
_CLASSES = {
    "arm,pl011": "uart",
    "arm,pl031": "rtc",
    "arm,pl061": "gpio",
    "virtio,mmio": "virtio",
}
# Nodes that a platform numbers in ascending order of their addresses.
_NUMBERED = ("virtio",)


def names(tree: Tree, nodes: Iterable[Node]) -> dict[str, str]:
    """Names by path: the alias if there is one, else type and number."""
    nodes = list(nodes)
    aliases = _aliases(tree)
    kinds = Counter(_kind(node) for node in nodes)
    numbers: Counter[str] = Counter()
    result: dict[str, str] = {}
    used = set(aliases.values())
    for node in sorted(nodes, key=_place):
        kind = _kind(node)
        if node.path in aliases:
            result[node.path] = aliases[node.path]
            continue
        if kind in _NUMBERED:
            name = f"{kind}{numbers[kind]}"
            numbers[kind] += 1
        elif kinds[kind] == 1:
            name = kind[:_LONGEST]
        else:
            name = _with_address(kind, node)
        result[node.path] = name = _unused(name, used)
        used.add(name)
    return result


def _aliases(tree: Tree) -> dict[str, str]:
    """The first alias of each path that is a valid name."""
    found: dict[str, str] = {}
    for alias, path in sorted(tree.aliases().items()):
        node = tree.find(path)
        if node is not None and re.fullmatch(r"[A-Za-z0-9_-]{1,31}", alias):
            found.setdefault(node.path, alias)
    return found


def _kind(node: Node) -> str:
    for name in node.compatible:
        if name in _CLASSES:
            return _CLASSES[name]
    return _clean(node.base_name) or "device"


def _clean(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")


def _with_address(kind: str, node: Node) -> str:
    where = _clean(node.unit_address.lower())
    if not where:
        regs = address.registers(node)
        where = f"{regs[0].start:x}" if regs else ""
    where = where[-(_LONGEST - 8) :]
    return f"{kind[: _LONGEST - 1 - len(where)]}-{where}".strip("-")


def _place(node: Node) -> tuple[int, str]:
    regs = address.registers(node)
    return (regs[0].start if regs else 1 << 64), node.path


def _unused(name: str, used: set[str]) -> str:
    number, found = 2, name
    while found in used:
        end = f"-{number}"
        found, number = name[: _LONGEST - len(end)] + end, number + 1
    return found
