# SPDX-License-Identifier: GPL-2.0
"""Writes SVG with text as text; the same calls write the same bytes.

Attributes instead of style sheets, for office programs.
"""

from xml.sax.saxutils import escape, quoteattr

SANS = "DejaVu Sans, Verdana, Arial, Helvetica, sans-serif"
MONO = "DejaVu Sans Mono, Menlo, Consolas, monospace"

_MONO_EM = 0.603  # width of a character in the monospaced fonts above
_SANS_EM = 0.60  # a high average for the other fonts
_NARROW = set("fijlrtI1 .,:;|!()[]'-")
_SMALLEST = 5.5


def number(value: float) -> str:
    """The shortest form: 12, 12.5"""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def text_width(text: str, size: float, mono: bool = False) -> float:
    """The estimated width of the text, without font metrics."""
    if mono:
        return len(text) * _MONO_EM * size
    narrow = sum(c in _NARROW for c in text)
    return (len(text) * _SANS_EM - narrow * 0.22) * size


def wrap(text: str, width: float, size: float) -> list[str]:
    """Lines of at most that width, broken at spaces, or after - and _."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] += f" {word}"
            continue
        while text_width(word, size) > width and len(word) > 1:
            cut = _cut(word, width, size)
            lines.append(word[:cut])
            word = word[cut:]
        lines.append(word)
    return lines


def _cut(word: str, width: float, size: float) -> int:
    """The index at which a too long word is broken."""
    most = 1
    while most < len(word) and text_width(word[: most + 1], size) <= width:
        most += 1
    for at in range(most, 2, -1):
        if word[at - 1] in "-_":
            return at
    return most


class Canvas:
    """A picture that grows downwards."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._defs: list[str] = []

    def element(self, tag: str, content: str = "", **attributes: object) -> None:
        """Underscores in names become dashes; attributes that are None are omitted."""
        self._parts.append(_element(tag, content, attributes))

    def define(self, tag: str, content: str, **attributes: object) -> None:
        self._defs.append(_element(tag, content, attributes))

    def rect(
        self,
        box: tuple[float, float, float, float],
        fill: str,
        stroke: str | None = None,
        dash: str | None = None,
        title: str = "",
        round_: float | None = None,
    ) -> None:
        """box: x, y, width, height; title: the tooltip."""
        x, y, width, height = box
        self.element(
            "rect",
            f"<title>{escape(title)}</title>" if title else "",
            x=x,
            y=y,
            width=width,
            height=height,
            rx=round_,
            fill=fill,
            stroke=stroke,
            stroke_dasharray=dash,
        )

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        stroke: str,
        width: float = 0.5,
    ) -> None:
        self.element(
            "line",
            x1=start[0],
            y1=start[1],
            x2=end[0],
            y2=end[1],
            stroke=stroke,
            stroke_width=width,
        )

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 9.5,
        *,
        anchor: str | None = None,
        mono: bool = False,
        bold: bool = False,
        fill: str | None = None,
        fit: float | None = None,
    ) -> None:
        """y: the base line; fit: the maximal width, to which the text is compressed."""
        if fit is not None:
            wide = text_width(words, size, mono)
            size = max(_SMALLEST, min(size, size * fit / wide)) if wide else size
        self.element(
            "text",
            escape(words),
            x=x,
            y=y,
            font_size=size,
            text_anchor=anchor,
            font_family=MONO if mono else None,
            font_weight="bold" if bold else None,
            fill=fill,
        )

    def render(self, width: float, height: float, title: str, what: str) -> str:
        """The whole file; what: its description for screen readers."""
        size = f'width="{number(width)}" height="{number(height)}"'
        parts = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
            f'viewBox="0 0 {number(width)} {number(height)}" role="img" '
            f'font-family="{SANS}" fill="#000000">',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(what)}</desc>",
            "<defs>",
            *self._defs,
            "</defs>",
            f'<rect width="{number(width)}" height="{number(height)}" fill="#ffffff"/>',
            *self._parts,
            "</svg>",
            "",
        ]
        return "\n".join(parts)


def _element(tag: str, content: str, attributes: dict[str, object]) -> str:
    words = [tag]
    for name, value in attributes.items():
        if value is None:
            continue
        shown = number(value) if isinstance(value, (int, float)) else str(value)
        words.append(f"{name.replace('_', '-')}={quoteattr(shown)}")
    head = " ".join(words)
    return f"<{head}>{content}</{tag}>" if content else f"<{head}/>"
