# SPDX-License-Identifier: GPL-2.0
"""Reads the tables of words/*.toml. hvctl is built with the same tables."""

import functools
import pathlib
import tomllib
from typing import Any

_DIRECTORY = pathlib.Path(__file__).parents[1] / "words"


@functools.cache
def table(name: str) -> Any:
    """Rows of one table of refusals.toml or names.toml."""
    for path in _DIRECTORY.glob("*.toml"):
        found = _load(path)
        if name in found:
            return found[name]
    raise KeyError(name)


@functools.cache
def _load(path: pathlib.Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text())


@functools.cache
def by_number(name: str, column: int = 2) -> dict[int, str]:
    """Words of an enumeration, whose rows are (name, number, words, ...)."""
    return {row[1]: row[column] for row in table(name)}
