# SPDX-License-Identifier: GPL-2.0
"""The reference is generated from the schemas, which describe every key."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hvconfig.read import schema

from tests.helpers import SOURCE

sys.path.append(str(SOURCE / "tools" / "hvconfig"))

import make_reference  # noqa: E402  # isort:skip

KINDS = ("system", "platform")


def test_it_is_up_to_date() -> None:
    """ "make hvconfig-docs" updates it."""
    found = (SOURCE / "docs" / "config-reference.md").read_text()
    assert found == make_reference.render()


def keys(node: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        for key, value in node.get("properties", {}).items():
            if isinstance(value, dict):
                yield f"{path}.{key}", value
        for key, value in node.items():
            yield from keys(value, f"{path}.{key}")


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_there_and_explained(kind: str) -> None:
    root = schema.load(kind)
    text = make_reference.render()
    for path, value in keys(root):
        key = path.rsplit(".", 1)[-1]
        rows = [x for x in text.splitlines() if x.startswith(f"| `{key}` |")]
        assert rows, path
        assert all(row.split(" | ")[-1].strip(" |") for row in rows), rows
        target: Any = value
        while "description" not in target:
            assert "$ref" in target, f"{path} has no description"
            steps = target["$ref"].removeprefix("#/").split("/")
            target = root
            for step in steps:
                target = target[step]


def test_headings_are_there_once() -> None:
    headings = [x for x in make_reference.render().splitlines() if x.startswith("#")]
    assert len(headings) == len(set(headings)) and len(headings) > 20
