# SPDX-License-Identifier: GPL-2.0
"""The partitioning as a picture: a column for each owner, rows for what there is.

Cells that exclude each other have columns of their own, so that what both may
have stands in both. Colours help, but nothing is said by colour alone.
"""

from math import log2

from .. import units
from ..model import Cell
from .picture import Picture, Row
from .picture_memory import Hold
from .svg import Canvas, text_width, wrap

MARGIN = 24.0
LABELS = 340.0  # width of what stands left of the columns
SMALL = 9.0
_PAGE = 1500.0  # after this much, the names stand above the columns again
_RULE = "#d0d0d0"
_DARK = "#404040"

# Okabe and Ito's colours, which colour-blind people tell apart, each with a
# light tint on which black text can be read.
_COLOURS = (
    ("#e69f00", "#fbe7bf"),
    ("#56b4e9", "#d5ecfa"),
    ("#009e73", "#bfe7dc"),
    ("#cc79a7", "#f2dde9"),
    ("#0072b2", "#bfdcec"),
    ("#d55e00", "#f5d7bf"),
    ("#b8a800", "#fbf8cf"),
)
_ROOT = ("#606060", "#e6e6e6")
_HYPERVISOR = ("#000000", "#bdbdbd")


def render(picture: Picture) -> str:
    """The SVG file's text."""
    from .draw_memory import draw_legend, draw_memory

    sheet = Sheet(picture)
    _draw_title(sheet)
    draw_legend(sheet)
    draw_memory(sheet)
    _draw_cpus(sheet)
    _draw_rows(sheet, "Devices", picture.devices)
    _draw_rows(sheet, "Interrupts", picture.irqs)
    _draw_rules(sheet)
    _draw_exclusions(sheet)
    _draw_digest(sheet)
    system = picture.system
    what = (
        f"Which memory, CPUs, devices and interrupts of {system.platform.name} belong "
        f"to the hypervisor, the root cell and the cells of the system {system.name}."
    )
    height = sheet.y + MARGIN
    return sheet.canvas.render(sheet.width, height, f"{system.name}: cells", what)


class Sheet:
    """Where the columns are, and how far down the drawing has come."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture
        self.canvas = Canvas()
        self.y = MARGIN
        owners = picture.owners
        self.column = min(112.0, max(78.0, 1000.0 / len(owners)))
        self.right = max(MARGIN + LABELS + self.column * len(owners), 960.0)
        self.width = self.right + MARGIN
        self._names_at = 0.0
        self.columns = {
            name: MARGIN + LABELS + self.column * number
            for number, name in enumerate(owners)
        }
        for owner in owners:
            self._define_hatch(owner)

    def colours(self, owner: str) -> tuple[str, str]:
        """Of its border and of its area."""
        number = self.picture.owners.index(owner)
        if number < 2:
            return (_HYPERVISOR, _ROOT)[number]
        return _COLOURS[(number - 2) % len(_COLOURS)]

    def hatch(self, owner: str) -> str:
        return f"url(#shared-{self.picture.owners.index(owner)})"

    def _define_hatch(self, owner: str) -> None:
        stroke, fill = self.colours(owner)
        self.canvas.define(
            "pattern",
            f'<rect width="6" height="6" fill="{fill}"/>'
            f'<path d="M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2" stroke="{stroke}" '
            'stroke-width="0.6"/>',
            id=f"shared-{self.picture.owners.index(owner)}",
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
        )

    def section(self, title: str) -> None:
        """A heading, with the names of the columns."""
        self.y += 30
        self.names(title)

    def names(self, title: str) -> None:
        width = self.column - 8
        wrapped = {name: wrap(name, width - 6, 11) for name in self.columns}
        height = 12 * max(len(lines) for lines in wrapped.values()) + 6
        self.canvas.text(MARGIN, self.y + height - 5, title, 14, bold=True)
        for name, lines in wrapped.items():
            x = self.columns[name]
            stroke, fill = self.colours(name)
            box = (x + 4, self.y, width, height)
            self.canvas.rect(box, fill, stroke, title=name, round_=2)
            top = self.y + (height - 12 * len(lines)) / 2 + 9.5
            for number, line in enumerate(lines):
                middle = x + self.column / 2
                self.canvas.text(
                    middle, top + 12 * number, line, 10, anchor="middle", bold=True
                )
        self.y += height + 4
        self._names_at = self.y
        self.rule()

    def names_again(self, title: str) -> bool:
        """On a long sheet, the columns need their names once more."""
        if self.y - self._names_at < _PAGE:
            return False
        self.y += 10
        self.names(f"{title} (continued)")
        return True

    def rule(self) -> None:
        right = MARGIN + LABELS + self.column * len(self.columns)
        self.canvas.line((MARGIN, self.y), (right, self.y), _RULE)

    def mark(self, owner: str, hold: Hold, height: float, label: str = "") -> None:
        """What an owner has in the row at y."""
        x = self.columns[owner]
        stroke, fill = self.colours(owner)
        title = f"{owner}: {label}" if label else owner
        box = (x + 10, self.y + 3, self.column - 20, height - 6)
        if hold is Hold.ELSE:
            self.canvas.rect(box, "none", stroke, "3 2", title, 2)
        else:
            self.canvas.rect(box, fill, stroke, None, title, 2)
        if label:
            middle, base = x + self.column / 2, self.y + height / 2 + 3
            fit = self.column - 24
            self.canvas.text(middle, base, label, SMALL, anchor="middle", fit=fit)


def _draw_title(sheet: Sheet) -> None:
    system = sheet.picture.system
    platform = system.platform
    sheet.y += 14
    name = f"{system.name} on {platform.name}"
    sheet.canvas.text(MARGIN, sheet.y, name, 20, bold=True)
    sheet.y += 18
    ram = units.format_size(sum(item.size for item in platform.ram))
    cells = len(system.cells)
    words = (
        f"Bulkhead system: the hypervisor, the root cell and {cells} "
        f"cell{'' if cells == 1 else 's'}. Machine: {platform.arch}, "
        f"{len(platform.cpus)} CPUs, {ram} of RAM."
    )
    sheet.canvas.text(MARGIN, sheet.y, words, 10.5)


def _draw_digest(sheet: Sheet) -> None:
    sheet.y += 26
    words = "SHA-256 of the config blob that this picture shows:"
    sheet.canvas.text(MARGIN, sheet.y, words, SMALL, fill=_DARK)
    x = MARGIN + text_width(words, SMALL) + 6
    sheet.canvas.text(x, sheet.y, sheet.picture.digest, SMALL, mono=True)


def _draw_cpus(sheet: Sheet) -> None:
    sheet.section("CPUs")
    for name, rows in sheet.picture.clusters:
        sheet.names_again("CPUs")
        top = sheet.y
        for row in rows:
            sheet.canvas.text(MARGIN + 80, sheet.y + 12.5, row.label, 10, bold=True)
            x = MARGIN + 150
            sheet.canvas.text(x, sheet.y + 12.5, row.detail, SMALL, mono=True)
            for owner, hold in row.holders.items():
                sheet.mark(owner, hold, 18, row.label.removeprefix("CPU "))
            sheet.y += 18
        sheet.canvas.text(MARGIN, (top + sheet.y) / 2 + 3, name, SMALL, fill=_DARK)
        sheet.canvas.line((MARGIN + 70, top + 3), (MARGIN + 70, sheet.y - 3), _DARK, 2)
        sheet.rule()


def _draw_rows(sheet: Sheet, title: str, rows: tuple[Row, ...]) -> None:
    if not rows:
        return
    sheet.section(title)
    for row in rows:
        sheet.names_again(title)
        labels = wrap(row.label, 130, 10)
        details = wrap(row.detail, LABELS - 150, SMALL)
        height = max(18.0, 12.0 * max(len(labels), len(details)) + 5)
        for number, line in enumerate(labels):
            y = sheet.y + 12.5 + 12 * number
            sheet.canvas.text(MARGIN, y, line, 10, bold=True)
        for number, line in enumerate(details):
            y = sheet.y + 12.5 + 12 * number
            sheet.canvas.text(MARGIN + 140, y, line, SMALL, fill=_DARK)
        for owner, hold in row.holders.items():
            sheet.mark(owner, hold, min(height, 18))
        sheet.y += height
        sheet.rule()


def _rules(cell: Cell) -> dict[str, list[str]]:
    """What else the config says about a cell, in lines."""
    console = [f"@{cell.console.guest:#x}"] if cell.console else ["none"]
    if cell.console:
        console.append(f"irq {cell.console.irq}" if cell.console.irq else "polled")
    rules = {
        "Interrupts reach it": [cell.irq_mode],
        "A violation": ["aborts in it" if cell.abort else "stops it"],
        "May ask for": list(cell.rights) or ["nothing"],
    }
    if not cell.root:
        rules["First instruction"] = [f"@{cell.entry:#x}"]
        rules["Info page"] = [f"@{cell.info:#x}" if cell.info else "none"]
        rules["Console"] = console
    return rules


def _draw_rules(sheet: Sheet) -> None:
    system = sheet.picture.system
    sheet.section("Rules")
    rules = {cell.name: _rules(cell) for cell in (system.root, *system.cells)}
    keys = dict.fromkeys(key for found in rules.values() for key in found)
    for key in keys:
        height = 5 + 11 * max(len(found.get(key, ())) for found in rules.values())
        sheet.canvas.text(MARGIN, sheet.y + 12, key, 10, bold=True)
        for owner, found in rules.items():
            middle = sheet.columns[owner] + sheet.column / 2
            for number, line in enumerate(found.get(key, ())):
                y = sheet.y + 12 + 11 * number
                fit = sheet.column - 6
                mono = line.startswith("@")
                sheet.canvas.text(
                    middle, y, line, SMALL, anchor="middle", mono=mono, fit=fit
                )
        sheet.y += max(height, 17)
        sheet.rule()


def _draw_exclusions(sheet: Sheet) -> None:
    cells = sheet.picture.system.cells
    if not any(cell.not_with for cell in cells):
        return
    sheet.section("Never at once")
    for cell in cells:
        sheet.names_again("Never at once")
        others = [x for x in cells if x is not cell and cell.never_with(x)]
        sheet.canvas.text(MARGIN, sheet.y + 11.5, cell.name, 10, bold=True)
        if len(others) == len(cells) - 1 and others:
            x = MARGIN + LABELS - 8
            words = "alone: with no other cell"
            sheet.canvas.text(x, sheet.y + 11.5, words, SMALL, anchor="end", fill=_DARK)
        for other in others:
            _draw_cross(sheet, other.name)
        x = sheet.columns[cell.name] + sheet.column / 2
        sheet.canvas.line((x - 8, sheet.y + 8), (x + 8, sheet.y + 8), _RULE, 3)
        sheet.y += 16
        sheet.rule()


def _draw_cross(sheet: Sheet, owner: str) -> None:
    x, y = sheet.columns[owner] + sheet.column / 2, sheet.y + 8
    sheet.canvas.line((x - 4, y - 4), (x + 4, y + 4), "#000000", 1.4)
    sheet.canvas.line((x - 4, y + 4), (x + 4, y - 4), "#000000", 1.4)


def row_height(size: int, lines: int) -> float:
    """Of memory: grows with the logarithm of the size, and holds its text."""
    grown = 18.0 + 2.4 * max(0.0, log2(max(size, 1) / 4096))
    return max(min(grown, 72.0), 8.0 + 10.5 * lines)
