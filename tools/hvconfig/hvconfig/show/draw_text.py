# SPDX-License-Identifier: GPL-2.0
"""Prints the partitioning in 80 columns, with or without colours."""

from typing import TYPE_CHECKING

from ..model import Cell
from ..units import about_size
from .picture import Picture, Row
from .picture_memory import HYPERVISOR, Hold, Span

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_COLOURS = ("yellow", "cyan", "green", "magenta", "blue", "red")


def show(picture: Picture) -> None:
    """Prints the picture to standard output."""
    from rich.console import Console

    console = Console(highlight=False, emoji=False, markup=False)
    if console.is_terminal:
        _show(picture, console)
        return
    with console.capture() as captured:
        _show(picture, console)
    for line in captured.get().splitlines():
        print(line.rstrip())


def _show(picture: Picture, console: "Console") -> None:
    view = _View(picture, console)
    view.title()
    view.cells()
    view.memory()
    view.cpus()
    view.rows("Devices", picture.devices)
    view.rows("Interrupts", picture.irqs)
    view.exclusions()


class _View:
    def __init__(self, picture: Picture, console: "Console") -> None:
        self._picture = picture
        self._console = console
        self._styles = {HYPERVISOR: "bold", picture.system.root.name: "dim"}
        for number, cell in enumerate(picture.system.cells):
            self._styles[cell.name] = _COLOURS[number % len(_COLOURS)]

    def title(self) -> None:
        system = self._picture.system
        self._console.print(f"{system.name} on {system.platform.name}", style="bold")
        self._console.print(f"SHA-256 {self._picture.digest}", style="dim")

    def _table(self, title: str, *columns: str) -> "_Table":
        return _Table(self._console, title, *columns)

    def _name(self, name: str) -> "Text":
        from rich.text import Text

        return Text(name, style=self._styles.get(name, ""))

    def _holders(self, holders: dict[str, Hold]) -> "Text":
        """As in: rt or rt-list, else root"""
        from rich.text import Text

        system = self._picture.system
        names = [x for x in self._picture.owners if holders.get(x) is Hold.WHILE]
        first = [x for x in holders if holders[x] is Hold.ALWAYS]
        words = Text(" and ").join(self._name(x) for x in first)
        cells = [x for x in system.cells if x.name in names]
        if cells:
            alone = all(
                one.never_with(two) for one in cells for two in cells if one is not two
            )
            if first:
                words.append(", ")
            words.append_text(
                Text(" or " if alone else ", ").join(self._name(x.name) for x in cells)
            )
        if Hold.ELSE in holders.values():
            words.append(", else ")
            words.append_text(self._name(system.root.name))
        if Hold.UNUSED in holders.values():
            words.append_text(self._name(system.root.name)).append(" (beyond mem=)")
        return words

    def cells(self) -> None:
        table = self._table(
            "Cells", "Name", "CPUs", "Memory", "Interrupts", "Violation"
        )
        system = self._picture.system
        for cell in (system.root, *system.cells):
            memory = sum(x.size for x in cell.regions if x.type == "ram")
            numbers = ", ".join(str(number) for number in cell.cpus)
            violation = "abort" if cell.abort else "stop"
            shown = _size(memory)
            name = self._name(cell.name)
            table.add(name, numbers, shown, cell.irq_mode, violation)
        table.print()

    def memory(self) -> None:
        table = self._table("Memory", "Addresses", "Size", "Content", "Owner")
        before: Span | None = None
        for span in self._picture.spans:
            if before and before.range.end < span.range.start:
                table.add("...", "", "", "")
            start, end = span.range.start, span.range.end - 1
            holders = self._holders(span.holders)
            if any(use.kind == "shared" for use in span.uses):
                holders = self._sharers(span)
            size = _size(span.size)
            table.add(f"{start:#010x}-{end:#010x}", size, _short(span.what), holders)
            before = span
        table.print()

    def _sharers(self, span: Span) -> "Text":
        """As in: alpha (rw) and beta (r)"""
        from rich.text import Text

        users = [x for x in span.uses if x.kind == "shared" and x.rights != "none"]
        parts = [self._name(x.owner).append(f" ({x.rights})") for x in users]
        return Text(", ").join(parts)

    def cpus(self) -> None:
        table = self._table("CPUs", "CPU", "Id", "Cluster", "Whose")
        for cluster, rows in self._picture.clusters:
            for row in rows:
                words = self._holders(row.holders)
                number = cluster.removeprefix("cluster ")
                table.add(row.label, row.detail, number, words)
        table.print()

    def rows(self, title: str, rows: tuple[Row, ...]) -> None:
        if not rows:
            return
        table = self._table(title, "Which", "", "Whose")
        for row in rows:
            table.add(row.label, row.detail, self._holders(row.holders))
        table.print()

    def exclusions(self) -> None:
        cells = self._picture.system.cells
        found = [(cell, _others(cell, cells)) for cell in cells]
        if not any(others for _, others in found):
            return
        table = self._table("Never at the same time", "Cell", "Never with")
        for cell, others in found:
            if len(others) == len(cells) - 1:
                table.add(self._name(cell.name), "any other cell")
            elif others:
                table.add(self._name(cell.name), ", ".join(others))
        table.print()


def _others(cell: Cell, cells: tuple[Cell, ...]) -> list[str]:
    return [x.name for x in cells if x is not cell and cell.never_with(x)]


def _size(size: int) -> str:
    return about_size(size).replace("≈", "~")


def _short(what: str) -> str:
    names = what.split(", ")
    if len(names) < 4:
        return what
    return f"{names[0]} to {names[-1]} ({len(names)} devices)"


class _Table:
    """A table as wide as the terminal; its last column wraps."""

    def __init__(self, console: "Console", title: str, *columns: str) -> None:
        from rich.table import Table

        self._console = console
        self._title = title
        self._table = Table(box=None, pad_edge=False, header_style="bold")
        for number, name in enumerate(columns):
            last = number == len(columns) - 1
            self._table.add_column(
                name,
                no_wrap=number == 0 and name in ("Addresses", "CPU", "Name", "Cell"),
                overflow="fold",
                justify="right" if name == "Size" else "left",
                ratio=1 if last else None,
            )

    def add(self, *cells: "Text | str") -> None:
        self._table.add_row(*cells)

    def print(self) -> None:
        self._console.print()
        self._console.print(self._title, style="bold underline")
        self._console.print(self._table)
