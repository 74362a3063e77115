# SPDX-License-Identifier: GPL-2.0
"""Draws the partitioning: a column for each owner, a row for each resource.

Cells that exclude each other have separate columns, each with the resources that
both may have. No information is conveyed by colour alone.
"""

from .. import units
from ..model import Cell
from .draw_memory import draw_legend, draw_memory
from .picture import Picture, Row
from .sheet import LABELS, MARGIN, RULE, SMALL, Sheet
from .svg import text_width, wrap

_DARK = "#404040"


def render(picture: Picture) -> str:
    """The text of the SVG file."""
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
    """Further properties of a cell, as lines of text."""
    console = [f"@{cell.console.guest:#x}"] if cell.console else ["none"]
    if cell.console:
        console.append(f"irq {cell.console.irq}" if cell.console.irq else "polled")
    rules = {
        "Interrupt delivery": [cell.irq_mode],
        "On a violation": ["abort" if cell.abort else "stop"],
        "Rights": list(cell.rights) or ["nothing"],
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
    sheet.section("Never at the same time")
    for cell in cells:
        sheet.names_again("Never at the same time")
        others = [x for x in cells if x is not cell and cell.never_with(x)]
        sheet.canvas.text(MARGIN, sheet.y + 11.5, cell.name, 10, bold=True)
        if len(others) == len(cells) - 1 and others:
            x = MARGIN + LABELS - 8
            words = "alone: with no other cell"
            sheet.canvas.text(x, sheet.y + 11.5, words, SMALL, anchor="end", fill=_DARK)
        for other in others:
            _draw_cross(sheet, other.name)
        x = sheet.columns[cell.name] + sheet.column / 2
        sheet.canvas.line((x - 8, sheet.y + 8), (x + 8, sheet.y + 8), RULE, 3)
        sheet.y += 16
        sheet.rule()


def _draw_cross(sheet: Sheet, owner: str) -> None:
    x, y = sheet.columns[owner] + sheet.column / 2, sheet.y + 8
    sheet.canvas.line((x - 4, y - 4), (x + 4, y + 4), "#000000", 1.4)
    sheet.canvas.line((x - 4, y + 4), (x + 4, y - 4), "#000000", 1.4)
