# SPDX-License-Identifier: GPL-2.0
"""A device tree in memory.

libfdt validates a blob as a whole. Sizes and values of properties are untrusted
also after that.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..problems import ConfigError, refuse

# Linux's limit (Documentation/arch/arm64/booting.rst).
MAX_BYTES = 2 << 20
_BEGIN_NODE, _PROP, _END = 1, 3, 9  # tokens of the structure block
_MAX_NODES = 100_000
_MAX_DEPTH = 64


@dataclass(eq=False)
class Node:
    name: str  # with unit address
    path: str
    parent: "Node | None"
    props: dict[str, bytes] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)

    def __iter__(self) -> Iterator["Node"]:
        """The node and all its descendants, in document order."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo.extend(reversed(node.children))

    def ancestors(self) -> Iterator["Node"]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def child(self, name: str) -> "Node | None":
        """The child with that name, with or without unit address."""
        for node in self.children:
            if node.name == name or node.base_name == name:
                return node
        return None

    @property
    def base_name(self) -> str:
        return self.name.partition("@")[0]

    @property
    def unit_address(self) -> str:
        return self.name.partition("@")[2]

    def cells(self, name: str) -> list[int]:
        """The property as 32-bit numbers; an incomplete one at the end is dropped."""
        raw = self.props.get(name, b"")
        end = len(raw) & -4
        return [int.from_bytes(raw[i : i + 4], "big") for i in range(0, end, 4)]

    def cell(self, name: str, default: int = 0) -> int:
        """The first number of the property."""
        cells = self.cells(name)
        return cells[0] if cells else default

    def strings(self, name: str) -> list[str]:
        raw = self.props.get(name, b"")
        parts = raw.split(b"\0")
        if parts and not parts[-1]:
            parts.pop()
        return [part.decode("utf-8", "replace") for part in parts]

    def text(self, name: str) -> str:
        """The first string of the property."""
        return next(iter(self.strings(name)), "")

    @property
    def compatible(self) -> list[str]:
        return self.strings("compatible")

    def is_like(self, *names: str) -> bool:
        """Whether the node is compatible with one of the names."""
        return any(name in names for name in self.compatible)

    @property
    def enabled(self) -> bool:
        """Whether the status of the node and its parents is okay."""
        return all(
            node.text("status") in ("", "ok", "okay")
            for node in (self, *self.ancestors())
        )


class Tree:
    """All nodes, with indices."""

    def __init__(self, root: Node, reserved: list[tuple[int, int]]) -> None:
        self.root = root
        self.reserved = reserved  # /memreserve/: address, size
        self.boot_cpu = 0
        self.by_path: dict[str, Node] = {}
        self._by_phandle: dict[int, Node] = {}
        for node in root:
            self.by_path.setdefault(node.path, node)
            phandle = node.cell("phandle") or node.cell("linux,phandle")
            if phandle:
                self._by_phandle.setdefault(phandle, node)

    def by_phandle(self, phandle: int) -> Node | None:
        return self._by_phandle.get(phandle)

    def aliases(self) -> dict[str, str]:
        """Path of an alias."""
        node = self.root.child("aliases")
        if node is None:
            return {}
        return {name: node.text(name) for name in node.props}

    def find(self, path: str) -> Node | None:
        """The node of a path, which may start with an alias and end with :options."""
        path = path.partition(":")[0]
        if not path.startswith("/"):
            first, slash, rest = path.partition("/")
            path = self.aliases().get(first, "") + slash + rest
        return self.by_path.get(path)

    def references(
        self, node: Node, prop: str, cells_name: str
    ) -> Iterator[tuple[Node, list[int]]]:
        """Nodes and arguments of a list such as <&clock 1 &reset 2 3>.

        cells_name is the target's property that counts arguments, "#clock-cells";
        empty: no arguments. A malformed entry ends the list; a zero is skipped.
        """
        cells = node.cells(prop)
        position = 0
        while position < len(cells):
            phandle = cells[position]
            position += 1
            if not phandle:
                continue
            target = self.by_phandle(phandle)
            if target is None:
                return
            count = target.cell(cells_name) if cells_name else 0
            if count > len(cells) - position:
                return
            yield target, cells[position : position + count]
            position += count


def parse(blob: bytes, file: str) -> Tree:
    """The tree of a blob. Raises ConfigError."""
    try:
        import libfdt
    except ImportError:
        raise refuse(
            file, "reading it needs libfdt's Python module (Debian: python3-libfdt)"
        ) from None

    try:
        data = bytearray(blob)
        code = libfdt.fdt_check_full(data, len(data)) if data else -1
        if code:
            reason = libfdt.strerror(code) if len(data) > 4 else "it is too short"
            raise refuse(file, f"is not a device tree blob: {reason}")
        fdt = libfdt.FdtRo(data)
        problem = _damage(data, fdt)
        if problem:
            raise refuse(file, f"is not a device tree blob: {problem}")
        return _Blob(fdt, file).tree()
    except (libfdt.FdtException, ValueError, UnicodeError) as error:
        raise refuse(file, f"is not a device tree blob: {error}") from None


def _damage(data: bytearray, fdt: Any) -> str:
    """Defects that libfdt 1.6 doesn't check and crashes on; empty: there are none.

    Names that are no text, and properties beyond the end (Devicetree Specification
    5.4).
    """
    names = fdt.off_dt_strings()
    if not data[names : names + fdt.size_dt_strings()].isascii():
        return "a name is not text"
    at, end = fdt.off_dt_struct(), fdt.off_dt_struct() + fdt.size_dt_struct()
    while at + 4 <= end:
        token, at = int.from_bytes(data[at : at + 4], "big"), at + 4
        if token == _END:
            return ""
        if token == _BEGIN_NODE:
            size = data.find(b"\0", at, end) + 1 - at
        elif token == _PROP:
            size = 8 + int.from_bytes(data[at : at + 4], "big")
        else:
            size = 0
        if size < 0 or at + size > end:
            return f"an item at byte {at} exceeds the blob"
        at += (size + 3) & ~3
    return "its end is missing"


class _Blob:
    def __init__(self, fdt: "object", file: str) -> None:
        import libfdt

        self._fdt: libfdt.FdtRo = fdt
        self._file = file
        self._quiet = [libfdt.FDT_ERR_NOTFOUND]
        self._nodes = 0

    def tree(self) -> Tree:
        fdt = self._fdt
        # Not get_mem_rsv(): it fails for addresses and sizes of 0.
        at = fdt.off_mem_rsvmap()
        entries = struct.iter_unpack(
            ">QQ", fdt.as_bytearray()[at : at + 16 * fdt.num_mem_rsv()]
        )
        tree = Tree(self._node(0, None, 0), [(x[0], x[1]) for x in entries])
        tree.boot_cpu = fdt.boot_cpuid_phys()
        return tree

    def _node(self, offset: int, parent: Node | None, depth: int) -> Node:
        fdt = self._fdt
        self._nodes += 1
        if self._nodes > _MAX_NODES or depth > _MAX_DEPTH:
            raise _too_large(self._file)
        name = fdt.get_name(offset) if parent else ""
        node = Node(name, _join(parent, name), parent, self._props(offset))
        child = fdt.first_subnode(offset, self._quiet)
        while child >= 0:
            node.children.append(self._node(child, node, depth + 1))
            child = fdt.next_subnode(child, self._quiet)
        return node

    def _props(self, offset: int) -> dict[str, bytes]:
        fdt = self._fdt
        props: dict[str, bytes] = {}
        at = fdt.first_property_offset(offset, self._quiet)
        while at >= 0:
            prop = fdt.get_property_by_offset(at)
            props.setdefault(prop.name, bytes(prop))
            at = fdt.next_property_offset(at, self._quiet)
        return props


def _join(parent: Node | None, name: str) -> str:
    if parent is None:
        return "/"
    return f"{parent.path.rstrip('/')}/{name}"


def _too_large(file: str) -> ConfigError:
    return refuse(
        file,
        f"has more than {_MAX_NODES} nodes, or nests them more than {_MAX_DEPTH} "
        "deep: it is not the device tree of a machine",
    )


def from_files(files: Mapping[str, bytes], file: str) -> Tree:
    """The tree of /proc/device-tree: directories are nodes, files are properties.

    File names are relative to it. Nodes without properties and /memreserve/ are
    missing.
    """
    root = Node("", "/", None)
    nodes = {"": root}
    for path in sorted(files, key=_tree_order):
        *steps, prop = path.split("/")
        if len(steps) > _MAX_DEPTH:
            raise _too_large(file)
        node, place = root, ""
        for step in steps:
            place = f"{place}/{step}" if place else step
            if place not in nodes:
                nodes[place] = Node(step, f"/{place}", node)
                node.children.append(nodes[place])
                if len(nodes) > _MAX_NODES:
                    raise _too_large(file)
            node = nodes[place]
        if prop != "name":
            node.props[prop] = files[path]
    return Tree(root, [])


def _tree_order(path: str) -> list[tuple[int, str]]:
    """Sorts numbers in names by value: cpu@2 before cpu@10."""
    order = []
    for step in path.split("/"):
        match = re.fullmatch(r"(.*)@([0-9a-fA-F]{1,16})", step)
        number = int(match[2], 16) if match else 0
        order.append((number, match[1] if match else step))
    return order
