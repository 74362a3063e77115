# SPDX-License-Identifier: GPL-2.0
"""Draws the address map and the legend."""

from dataclasses import dataclass
from itertools import groupby

from .. import abi, units
from ..model import Range
from ..units import about_size
from .picture_memory import Hold, Span, Use
from .sheet import LABELS, MARGIN, SMALL, Sheet, row_height
from .svg import text_width, wrap

_GAP = 16.0
_INK = "#404040"
_TITLE = "Memory"


@dataclass
class _Block:
    """Adjacent rows that an owner holds in the same way."""

    owner: str
    hold: Hold
    use: Use
    range: Range
    top: float
    bottom: float
    size: int


def draw_memory(sheet: Sheet) -> None:
    sheet.section(_TITLE)
    spans = sheet.picture.spans
    before: Span | None = None
    open_: dict[str, _Block] = {}
    finished: list[_Block] = []
    for span in spans:
        if before and span.range.start > before.range.end:
            finished += open_.values()
            open_ = {}
            _draw_gap(sheet, span.range.start - before.range.end)
        again = sheet.names_again(_TITLE)
        height = row_height(span.size, _lines(span))
        _draw_label(sheet, span, height)
        for name in [x for x in open_ if again or x not in span.holders]:
            finished.append(open_.pop(name))
        for block in _blocks(span, sheet.y, sheet.y + height):
            old = open_.get(block.owner)
            if old and _same(old, block):
                old.bottom = block.bottom
                old.range = Range(old.range.start, block.range.end - old.range.start)
                old.size += block.size
            else:
                finished += [old] if old else []
                open_[block.owner] = block
        sheet.y += height
        before = span
    _draw_links(sheet, [*finished, *open_.values()])
    for block in [*finished, *open_.values()]:
        _draw_block(sheet, block)
    sheet.rule()


def _lines(span: Span) -> int:
    """The minimal number of text lines in a row."""
    moved = [x for x in span.uses if x.region and x.region.guest != x.region.phys]
    if span.kind != "mmio":
        return max(len(_what(span)), 2 if moved else 1)
    return 2 if moved else 1


def _what(span: Span) -> list[str]:
    return wrap(span.what, LABELS - 204, SMALL)


def _blocks(span: Span, top: float, bottom: float) -> list[_Block]:
    by_owner = {use.owner: use for use in span.uses}
    return [
        _Block(owner, hold, by_owner[owner], span.range, top, bottom, span.size)
        for owner, hold in span.holders.items()
    ]


def _same(one: _Block, other: _Block) -> bool:
    if one.hold is not other.hold or one.range.end != other.range.start:
        return False
    return one.use is other.use


def _draw_label(sheet: Sheet, span: Span, height: float) -> None:
    canvas, item = sheet.canvas, span.range
    sheet.rule()
    middle = sheet.y + height / 2 + 3
    shown = f"{item.start:#010x}\u2013{item.end - 1:#010x}"
    canvas.text(MARGIN, middle, shown, SMALL, mono=True)
    x = MARGIN + 142
    size = about_size(span.size)
    canvas.text(x + 46, middle, size, 9.5, anchor="end", bold=True, fit=46)
    lines = _what(span)
    most = max(1, int((height - 4) / 10.5))
    if len(lines) > most:
        names = span.what.split(", ")
        words = f"{names[0]} to {names[-1]}: {len(names)} devices"
        lines = wrap(words, LABELS - 204, SMALL)[:most]
    top = middle - 5.25 * (len(lines) - 1)
    for index, line in enumerate(lines):
        canvas.text(x + 56, top + 10.5 * index, line, SMALL, fill=_INK)


def _draw_gap(sheet: Sheet, size: int) -> None:
    """A zigzag in place of addresses without memory and devices."""
    sheet.rule()
    y = sheet.y + _GAP / 2
    right = MARGIN + LABELS + sheet.column * len(sheet.columns)
    points = []
    x, up = MARGIN + 142, True
    while x < right:
        points.append(f"{x:.0f},{y + (-2 if up else 2):.0f}")
        x, up = x + 7, not up
    sheet.canvas.element(
        "polyline", points=" ".join(points), fill="none", stroke="#a0a0a0"
    )
    words = f"{about_size(size)} unused"
    sheet.canvas.text(MARGIN, y + 3, words, 8.5, fill=_INK)
    sheet.y += _GAP


def _draw_links(sheet: Sheet, blocks: list[_Block]) -> None:
    """Draws a line through all owners of a shared region."""
    shared = [
        block
        for block in blocks
        if block.use.kind == "shared" and block.hold is not Hold.KEPT
    ]
    for _, group in groupby(
        sorted(shared, key=lambda x: (x.range, x.top)), key=lambda x: (x.range, x.top)
    ):
        users = list(group)
        xs = [sheet.columns[x.owner] + sheet.column / 2 for x in users]
        y = (users[0].top + users[0].bottom) / 2
        sheet.canvas.line((min(xs), y), (max(xs), y), "#000000", 2)


def _draw_block(sheet: Sheet, block: _Block) -> None:
    stroke, fill = sheet.colours(block.owner)
    dash: str | None = None
    if block.hold is Hold.ELSE:
        fill, dash = "none", "3 2"
    elif block.hold is Hold.UNUSED:
        fill, dash = "none", "1 2"
    elif block.hold is Hold.KEPT:
        fill = "#ffffff"
    elif block.use.kind == "shared":
        fill = sheet.hatch(block.owner)
    x, height = sheet.columns[block.owner], block.bottom - block.top
    box = (x + 4, block.top + 1, sheet.column - 8, height - 2)
    sheet.canvas.rect(box, fill, stroke, dash, _tooltip(block), 2)
    lines = _words(block)[: max(1, int((height - 4) / 10.5))]
    base = block.top + height / 2 + 3 - 5.25 * (len(lines) - 1)
    for index, line in enumerate(lines):
        y = base + 10.5 * index
        _draw_word(sheet, x + sheet.column / 2, y, line, block.use.kind == "shared")


def _draw_word(sheet: Sheet, x: float, y: float, line: str, ground: bool) -> None:
    """On hatching, the text has a white background."""
    mono, fit = line.startswith("@"), sheet.column - 12
    if ground:
        width = min(fit, text_width(line, SMALL, mono)) + 2
        sheet.canvas.rect((x - width / 2, y - 7.5, width, 9.5), "#ffffff")
    sheet.canvas.text(x, y, line, SMALL, anchor="middle", mono=mono, fit=fit)


def _words(block: _Block) -> list[str]:
    """What stands in a block, the most important line first."""
    use, region = block.use, block.use.region
    if block.hold is Hold.ELSE:
        return []
    if block.hold is Hold.UNUSED:
        return [about_size(block.size), "beyond mem="]
    if block.hold is Hold.KEPT:
        return ["no access"]
    if use.kind == "image":
        return [about_size(block.size), "snapshot"]
    if region is None or use.owner not in _cells_of(block):
        return [about_size(block.size)]
    lines = [f"{about_size(use.range.size)} {use.rights}"]
    if region.guest != region.phys:
        lines.append(f"@{region.guest:#x}")
    if region.flags & abi.REGION_LOADABLE:
        lines.append("loadable")
    if region.flags & abi.REGION_SMALL_PAGES:
        lines.append("small pages")
    return lines


def _cells_of(block: _Block) -> set[str]:
    """Owners whose rights are shown: cells, and all who share the region."""
    if block.hold is Hold.WHILE or block.use.kind == "shared":
        return {block.owner}
    return set()


def _tooltip(block: _Block) -> str:
    use, region = block.use, block.use.region
    words = [f"{block.owner}: {units.format_range(block.range.start, block.size)}"]
    words.append(use.name or use.kind)
    if region is not None and region.guest != region.phys:
        words.append(f"seen at {region.guest:#x}")
    return ", ".join(words + ([use.rights] if use.rights else []))


def draw_legend(sheet: Sheet) -> None:
    system = sheet.picture.system
    root, first = system.root.name, sheet.picture.owners[-1]
    line, area = sheet.colours(first)
    entries: list[tuple[str, str, str | None, str]] = [
        (area, line, None, "a cell's, while it exists"),
        ("none", sheet.colours(root)[0], "3 2", f"{root}'s while no cell has it"),
        (sheet.colours(root)[1], sheet.colours(root)[0], None, f"always {root}'s"),
    ]
    holds = {hold for span in sheet.picture.spans for hold in span.holders.values()}
    if Hold.UNUSED in holds:
        words = f"{root}'s, but excluded by mem="
        entries.append(("none", sheet.colours(root)[0], "1 2", words))
    if sheet.picture.shared:
        words = "shared; a line connects the owners"
        entries.append((sheet.hatch(first), line, None, words))
    x = MARGIN
    sheet.y += 14
    for fill, stroke, dash, words in entries:
        width = 34 + text_width(words, SMALL) + 14
        if x + width > sheet.right:
            x, sheet.y = MARGIN, sheet.y + 17
        sheet.canvas.rect((x, sheet.y, 26, 12), fill, stroke, dash, "", 2)
        sheet.canvas.text(x + 32, sheet.y + 9, words, SMALL)
        x += width
    sheet.y += 26
    words = (
        "Sizes in powers of 1024. The height of memory grows with the logarithm of "
        "its size; a zigzag marks unused addresses."
    )
    sheet.canvas.text(MARGIN, sheet.y, words, SMALL, fill=_INK)
    words = "@: guest address, where it differs from the physical address."
    sheet.canvas.text(MARGIN, sheet.y + 13, words, SMALL, fill=_INK)
    sheet.y += 5
