# SPDX-License-Identifier: GPL-2.0
"""Reads shared memory: regions of the top level, or agreements of two cells.

        shared: {ring: 64K}                 each party lists ring
    cells: {rt: {shared: {with: root, size: 64K}}}

A party with a doorbell can be rung by the others. The key doorbells is its default.
"""

from dataclasses import dataclass, field
from typing import Any

from ..place.request import Piece
from ..problems import Report, did_you_mean
from ..units import parse_size
from .cell import flags_of, optional_size
from .yaml_lines import Document, Path


@dataclass
class Shared:
    """All shared regions and their parties."""

    document: Document
    report: Report
    names: set[str]  # of all cells and root
    regions: dict[str, Piece] = field(default_factory=dict)
    parties: dict[str, list[Piece]] = field(default_factory=dict)

    def read(self, root: str) -> None:
        data: dict[str, Any] = self.document.data
        for name, item in data.get("shared", {}).items():
            self._region(name, item, ("shared", name))
        sides: list[tuple[str, Path, Any]] = [(root, ("root",), data.get("root", {}))]
        sides += [(x, ("cells", x), item) for x, item in data["cells"].items()]
        for name, path, item in sides:
            self._side(name, path, item.get("shared", {}))

    def of(self, cell: str) -> list[Piece]:
        return self.parties.get(cell, [])

    def finish(self) -> None:
        """Gives the pieces of all parties their regions' addresses.

        A region that found no address is removed.
        """
        for pieces in self.parties.values():
            for piece in pieces:
                piece.ring = piece.ring and self._has_other_bell(piece)
        for pieces in self.parties.values():
            for piece in pieces:
                piece.phys = self.regions[piece.name].phys
            pieces[:] = [x for x in pieces if x.phys is not None]
        self.regions = {k: x for k, x in self.regions.items() if x.phys is not None}

    def _has_other_bell(self, piece: Piece) -> bool:
        return any(
            other.doorbell is not False
            for pieces in self.parties.values()
            for other in pieces
            if other.name == piece.name and other is not piece
        )

    def _region(self, name: str, item: Any, path: Path) -> None:
        entry = item if isinstance(item, dict) else {"size": item}
        where = self.document.where(path)
        at = optional_size(entry, "at")
        size = parse_size(entry["size"])
        piece = Piece("shared", size, 0, at, at, name, where)
        self.regions[name] = piece
        piece.doorbell = entry.get("doorbells", False)

    def _side(self, cell: str, path: Path, data: Any) -> None:
        path = (*path, "shared")
        if isinstance(data, list):
            for index, item in enumerate(data):
                self._agreement(cell, (*path, index), item)
        elif "with" in data:
            self._agreement(cell, path, data)
        else:
            for name, item in data.items():
                self._named(cell, (*path, name), name, item or {})

    def _named(self, cell: str, path: Path, name: str, item: Any) -> None:
        if not isinstance(item, dict):
            message = f"'{name}' is taken as the name of a shared region here"
            hint = "to share memory with one other cell: {with: CELL, size: SIZE}"
            self.report.error(self.document.where(path), cell, message, hint)
        elif name not in self.regions:
            hint = did_you_mean(name, self.regions) or f"shared: {{{name}: 64K}}"
            message = f"there is no shared region '{name}'"
            self.report.error(self.document.where(path), cell, message, hint)
        else:
            self._party(cell, path, name, item, item.get("rights", "rw"))

    def _agreement(self, cell: str, path: Path, item: dict[str, Any]) -> None:
        other, where = item.get("with"), self.document.where(path)
        names = self.names - {cell}
        if other not in names or "size" not in item:
            hint = did_you_mean(str(other), names)
            message = f"there is no other cell '{other}' to share memory with"
            if other in names:
                message, hint = "the key 'size' is missing", "size: 64K"
            self.report.error(where, cell, message, hint)
            return
        name = item.get("name") or self._new_name(cell, other)
        if name in self.regions:
            message = f"there is already a shared region '{name}'"
            self.report.error(where, cell, message, "set another name:")
            return
        bells = item.get("doorbells", False)
        self._region(name, {"size": item["size"], "doorbells": bells}, path)
        self._party(cell, path, name, item, item.get("rights", "rw"))
        self._party(other, path, name, {}, item.get("their_rights", "rw"))

    def _new_name(self, cell: str, other: str) -> str:
        name = f"{cell}-{other}"[:31]
        number = 2
        while name in self.regions:
            name = f"{name[:28].rstrip('-0123456789')}-{number}"
            number += 1
        return name

    def _party(
        self, cell: str, path: Path, name: str, item: dict[str, Any], rights: str
    ) -> None:
        region = self.regions[name]
        flags = flags_of({**item, "rights": rights}, "rw")
        guest = optional_size(item, "guest")
        # The physical address of a pinned region is also the default guest address.
        guest = region.phys if guest is None else guest
        piece = Piece("shared", region.size, flags, region.phys, guest, name)
        piece.where = self.document.where(path)
        piece.doorbell = item.get("doorbell", region.doorbell)
        piece.ring = item.get("ring", True)
        self.parties.setdefault(cell, []).append(piece)
