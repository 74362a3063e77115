# SPDX-License-Identifier: GPL-2.0
"""The schemas describe every key, and every file in configs/ names its schema."""

import json
import pathlib
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml
from hvconfig.read import schema

from tests.helpers import SOURCE

NAMES = ["platform", "system"]
SHIPPED = sorted((SOURCE / "configs").glob("*/*.yaml"))


def resolve(name: str, part: dict[str, Any]) -> dict[str, Any]:
    """Returns the part with its $ref replaced. Its own keys override the target's."""
    while "$ref" in part:
        target: Any = schema.load(name)
        for step in part["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        own = {key: value for key, value in part.items() if key != "$ref"}
        part = {**target, **own}
    return part


def keys(name: str, part: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields the path of every key of a file, with the key's schema."""
    if isinstance(part, list):
        for item in part:
            yield from keys(name, item, path)
    if not isinstance(part, dict):
        return
    for key, value in part.items():
        if key == "properties":
            for word, about in value.items():
                yield f"{path}.{word}", resolve(name, about)
                yield from keys(name, about, f"{path}.{word}")
        elif isinstance(value, (dict, list)):
            yield from keys(name, value, f"{path}/{key}")


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_described(name: str) -> None:
    found = list(keys(name, schema.load(name)))
    assert len(found) > 30
    for path, about in found:
        text = about.get("description", "")
        assert text.endswith("."), f"{path}: {text!r}"


@pytest.mark.parametrize("name", NAMES)
def test_sizes_have_units(name: str) -> None:
    for path, about in keys(name, schema.load(name)):
        if path.endswith((".size", ".mem", ".ram")) and "KMGT" in str(about):
            text = about["description"]
            assert re.search(r"[Bb]ytes|size|[MK]iB", text), f"{path}: {text}"


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_schema(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(schema.load(name))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda x: str(x.stem))
def test_shipped_files_name_their_schema(path: pathlib.Path) -> None:
    lines = path.read_text().splitlines()[:3]
    named = [x.partition("yaml-language-server: $schema=")[2] for x in lines]
    (file,) = [x for x in named if x]
    kind = path.parent.name.removesuffix("s")
    target = (path.parent / file).resolve()
    assert target.name == f"{kind}.json"
    jsonschema.validate(
        yaml.safe_load(path.read_text()), json.loads(target.read_text())
    )
