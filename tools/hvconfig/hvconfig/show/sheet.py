# SPDX-License-Identifier: GPL-2.0
"""The drawing sheet: columns, headings, marks."""

from math import log2

from .picture import Picture
from .picture_memory import Hold
from .svg import Canvas, wrap

MARGIN = 24.0
LABELS = 340.0  # width of the text at the left of the columns
SMALL = 9.0
_PAGE = 1500.0  # height after which the headings are repeated
RULE = "#d0d0d0"

# Okabe and Ito's palette for colour-blind people, each colour with a light tint
# as background of black text.
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


class Sheet:
    """The columns, and the current height of the drawing."""

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
        """Colours of the owner's borders and areas."""
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
        """A heading with the column names."""
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
        """Repeats the column names on a long sheet."""
        if self.y - self._names_at < _PAGE:
            return False
        self.y += 10
        self.names(f"{title} (continued)")
        return True

    def rule(self) -> None:
        right = MARGIN + LABELS + self.column * len(self.columns)
        self.canvas.line((MARGIN, self.y), (right, self.y), RULE)

    def mark(self, owner: str, hold: Hold, height: float, label: str = "") -> None:
        """Marks the owner's column in the row at y."""
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


def row_height(size: int, lines: int) -> float:
    """The height of a memory row: logarithmic in the size, but fits its text."""
    grown = 18.0 + 2.4 * max(0.0, log2(max(size, 1) / 4096))
    return max(min(grown, 72.0), 8.0 + 10.5 * lines)
