#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Writes the tables of hvconfig/words/*.toml as C: one X-macro for each table.

Usage: make_words.py TABLES.toml... OUTPUT.h
"""

import json
import pathlib
import sys
import tomllib
from typing import Any


class Name(str):
    """An identifier, not a string literal."""


def literal(value: Any) -> str:
    if isinstance(value, Name) or str(value).startswith("BH_"):
        return str(value)
    return json.dumps(int(value) if isinstance(value, bool) else value)


def refusal_rows(entries: list[dict[str, Any]]) -> list[list[Any]]:
    """A row for each field of an entry: code, number, field, sentence, advice."""
    rows = []
    for entry in entries:
        for field in entry.get("fields", ["BH_F_ANY"]):
            words = [entry["sentence"], entry.get("advice", "")]
            number = entry.get("number", entry["code"])
            rows.append([entry["code"], number, field, *words])
    return rows


def macro(name: str, rows: list[list[Any]]) -> str:
    lines = [f"\tX({', '.join(map(literal, row))})" for row in rows]
    return " \\\n".join([f"#define {name.upper()}(X)", *lines]) + "\n"


def main(*names: str) -> None:
    *tables, output = map(pathlib.Path, names)
    text = "/* Made by make_words.py. */\n"
    for path in tables:
        for name, rows in tomllib.loads(path.read_text()).items():
            if name == "refusals":
                rows = refusal_rows(rows)
            elif name.endswith("_platform"):
                rows = [[Name(field), *rest] for field, *rest in rows]
            text += "\n" + macro(name, rows)
    output.write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
