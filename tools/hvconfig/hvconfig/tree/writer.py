# SPDX-License-Identifier: GPL-2.0
"""Writes a device tree from its root down."""

from ..model import Range
from .nodes import MAX_BYTES, Node


def wide(value: int) -> list[int]:
    """A number as two cells."""
    return [value >> 32, value & 0xFFFFFFFF]


def cells(*values: int) -> bytes:
    return b"".join(value.to_bytes(4, "big") for value in values)


def reg(*ranges: Range) -> bytes:
    """A writer whose addresses and sizes have two cells each."""
    numbers = [x for item in ranges for x in (*wide(item.start), *wide(item.size))]
    return cells(*numbers)


class Writer:
    def __init__(self) -> None:
        import libfdt

        # libfdt can enlarge the blob while nodes are written, but not in finish().
        self._fdt = libfdt.FdtSw(MAX_BYTES)
        self._fdt.finish_reservemap()

    def begin(self, name: str) -> None:
        self._fdt.begin_node(name)

    def end(self) -> None:
        self._fdt.end_node()

    def text(self, name: str, *values: str) -> None:
        data = b"".join(value.encode() + b"\0" for value in values)
        self._fdt.property(name, data)

    def cells(self, name: str, *values: int) -> None:
        self._fdt.property(name, cells(*values))

    def mark(self, name: str) -> None:
        self._fdt.property(name, b"")

    def reg(self, *ranges: Range) -> None:
        self._fdt.property("reg", reg(*ranges))

    def node(self, node: Node) -> None:
        """Writes the node and its descendants."""
        self.begin(node.name)
        for name, data in node.props.items():
            self._fdt.property(name, data)
        for child in node.children:
            self.node(child)
        self.end()

    def content(self) -> bytes:
        tree = self._fdt.as_fdt()
        tree.pack()
        return bytes(tree.as_bytearray())
