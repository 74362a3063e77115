#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Brings the tables of docs/troubleshooting.md up to date with hvconfig/words.

Usage: make_troubleshooting.py FILE.md

A table stands between <!-- words: TABLE --> and <!-- end -->; TABLE is a chapter of the
refusals, or stops.
"""

import pathlib
import re
import sys
from collections.abc import Iterator
from typing import Any

from hvconfig.explain import words

_TABLE = re.compile(r"(<!-- words: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
_WORD = re.compile(r"\{([\w-]+)\}")
# What stands for a {word} that depends on the refusal; others: in capitals.
_SHOWN = {
    "at": "",
    "cell": 'cell "NAME"',
    "cell-plain": "NAME",
    "cpu-id": "MPIDR",
    "errno": "REASON",
    "function": "NAME",
    "hex": "VALUE",
    "hyp-memory": "",
    "index": "N",
    "index-errno": "REASON",
    "index-hex": "OFFSET",
    "loadable": ", which is RANGES",
    "lost-cpus": "N",
    "number": "N",
    "owner-id": " (id N)",
    "owner-region": "",
    "part": "WHAT",
    "part-name": "NAME",
    "place": "WHAT",
    "quoted-name": " (NAME)",
    "region": "",
    "subject": "WHAT",
    "version": "X.Y",
}


def _fill(template: str, **more: str) -> str:
    shown = _SHOWN | more
    return _WORD.sub(lambda x: shown.get(x[1], x[1].upper()), template)


def sentences(entry: dict[str, Any]) -> list[str]:
    """As they look in the document: one for each field of the entry."""
    fields = {row[0]: row[2] for row in words.table("fields")}
    subjects = [_fill(fields[name]) for name in entry.get("fields", [])] or ["WHAT"]
    found = [_fill(entry["sentence"], subject=subject) for subject in subjects]
    return list(dict.fromkeys(found))


def _meaning(entry: dict[str, Any]) -> str:
    advice = _fill(entry.get("advice", ""))
    return str(entry.get("about") or advice and f"{advice[0].upper()}{advice[1:]}.")


def _refusals(chapter: str) -> Iterator[tuple[list[str], str]]:
    for entry in words.table("refusals"):
        if entry["chapter"] == chapter:
            yield sentences(entry), _meaning(entry)


def _stops() -> Iterator[tuple[list[str], str]]:
    for _, number, _, text, about in words.table("stops"):
        if number:
            yield [text], about


def table(name: str) -> str:
    lines = ["| message | meaning, and what to do |", "|---|---|"]
    seen: set[str] = set()
    for messages, meaning in _stops() if name == "stops" else _refusals(name):
        new = [x for x in messages if x not in seen]
        seen.update(new)
        if new:
            lines.append(f"| {', '.join(f'`{x}`' for x in new)} | {meaning} |")
    assert len(lines) > 2, name
    return "\n".join(lines) + "\n"


def render(text: str) -> str:
    return _TABLE.sub(lambda x: x[1] + table(x[2]) + x[3], text)


if __name__ == "__main__":
    path = pathlib.Path(sys.argv[1])
    path.write_text(render(path.read_text()))
