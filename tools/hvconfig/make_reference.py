#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Writes docs/config-reference.md from the JSON Schemas.

Usage: make_reference.py OUTPUT.md

Examples are what stands under a key in the configs of the emulated machine.
"""

import json
import pathlib
import re
import sys
from collections.abc import Iterator
from typing import Any

from hvconfig.read import schema, yaml_lines

SOURCE = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = {
    "system": (
        "systems/qemu-virt-arm64-test.yaml",
        "systems/qemu-virt-arm64-demo.yaml",
    ),
    "platform": ("platforms/qemu-virt-arm64.yaml",),
}
INTRO = """\
<!-- SPDX-License-Identifier: GPL-2.0 -->
<!-- Generated from tools/hvconfig/hvconfig/schema by "make hvconfig-docs". -->
# Reference of the configs

All keys of the two kinds of YAML files, generated from their JSON Schemas.
[hvconfig](hvconfig.md) explains how to write them.

A *number* is decimal or hexadecimal, with or without a unit in powers of 1024:
`4096`, `0x1000`, `64K`, `16M`, `1G`, `1GiB`. Sizes are in bytes. A *range* of memory
is `{at: NUMBER, size: NUMBER}`. An *interrupt* is a number of the interrupt
controller (arm64: INTID, x86: GSI) or a range, `48-51`. A *name* consists of 1 to 31
letters, digits, `_` and `-`. In headings, `NAME` stands for a name that the file
defines and `[]` for each entry of a list.
"""
_DEFAULT = re.compile(r"(?:; |(?<=\. )|^)[Dd]efault( for [^:]+)?: (.*)\.$")
_WORDS = {
    "integer": "number",
    "string": "text",
    "boolean": "`true` or `false`",
    "null": "nothing",
}
_LONGEST = 44

Node = dict[str, Any]


class Reference:
    """The chapter of one schema."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._schema = schema.load(kind)
        self._examples = dict(_examples(kind))
        self._sections: dict[str, str] = {}  # described objects: their heading
        self._lines: list[str] = []

    def lines(self) -> list[str]:
        title = f"{self._kind.capitalize()} files"
        self._lines += [f"## {title}", "", self._schema["description"], ""]
        self._keys(self._schema, "")
        return self._lines

    def _resolve(self, node: Node) -> Node:
        """The node merged with its $ref; its own keys override those of the target."""
        if "$ref" not in node:
            return node
        found: Any = self._schema
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        rest = {key: value for key, value in node.items() if key != "$ref"}
        return {**self._resolve(found), **rest}

    def _keys(self, node: Node, path: str) -> None:
        """A table of the keys of an object, then a section for each nested object."""
        later = []
        self._lines += ["| key | value | default | meaning |", "|---|---|---|---|"]
        for key, item in node["properties"].items():
            below = f"{path}.{key}".lstrip(".")
            self._lines.append(self._row(key, item, below, node.get("required", ())))
            later += list(self._inner(item, below))
        self._lines.append("")
        for inner, where in later:
            self._section(inner, where)

    def _section(self, node: Node, path: str) -> None:
        identity = json.dumps({**node, "description": ""}, sort_keys=True)
        if identity in self._sections:
            known = self._sections[identity]
            if not path.startswith(known):
                self._lines += [f"### `{path}`", "", f"As in `{known}`.", ""]
            return
        self._sections[identity] = path
        self._lines += [f"### `{path}`", ""]
        text = _DEFAULT.sub(".", node.get("description", ""))
        if text.strip("."):
            self._lines += [text, ""]
        self._keys(node, path)

    def _inner(self, item: Node, path: str) -> Iterator[tuple[Node, str]]:
        """Nested objects of a value, with their paths."""
        node = self._resolve(item)
        if _is_range(node):
            return
        if "properties" in node:
            yield node, path
        others = node.get("additionalProperties")
        if isinstance(others, dict):
            yield from self._inner(others, f"{path}.NAME")
        if "items" in node:
            yield from self._inner(node["items"], f"{path}[]")

    def _row(self, key: str, item: Node, path: str, required: Any) -> str:
        node = self._resolve(item)
        text = node.get("description", "")
        found = _DEFAULT.search(text)
        default = "required" if key in required else ""
        if found:
            text = text[: found.start()].rstrip("; ")
            text += "." if text and not text.endswith(".") else ""
            default = f"{found[1].strip()}: {found[2]}" if found[1] else found[2]
        if not text:
            text = self._resolve({"$ref": item["$ref"]}).get("description", "")
        example = self._examples.get(path)
        if example:
            text += f" Example: `{example}`."
        cells = (f"`{key}`", self._value(item), default, text.strip())
        return f"| {' | '.join(x.replace('|', chr(92) + '|') for x in cells)} |"

    def _value(self, item: Node) -> str:
        node = self._resolve(item)
        ref = item.get("$ref", "").rsplit("/", 1)[-1]
        if ref in ("number", "name"):
            return str(ref)
        if "enum" in node:
            return " or ".join(f"`{value}`" for value in node["enum"])
        kinds = node.get("type", "object")
        words = [self._kind_words(x, node) for x in _list(kinds)]
        if "KMGT" in node.get("pattern", "") and "string" in _list(kinds):
            words = ["number" if x == "text" else x for x in words]
        elif "(-[0-9]" in node.get("pattern", ""):
            words = ["interrupt"]
        elif node.get("pattern") == "^all$":
            words = ["`all`" if x == "text" else x for x in words]
        return " or ".join(dict.fromkeys(words)) + _limits(node)

    def _kind_words(self, kind: str, node: Node) -> str:
        if kind == "array":
            inner = self._value(node["items"])
            return f"list of {inner}" if inner else "list"
        if kind == "object":
            if _is_range(node):
                return "range"
            others = node.get("additionalProperties")
            if not isinstance(others, dict):
                return "mapping"
            inner = self._value(others)
            return "mapping by name" + (f" of {inner}" if inner != "mapping" else "")
        return str(_WORDS[kind])


def _limits(node: Node) -> str:
    """The range of a number; empty for sizes and addresses."""
    low, high = node.get("minimum"), node.get("maximum")
    if low is None or high is None or high >= 1 << 32:
        return ""
    return f", {low} to {high}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_range(node: Node) -> bool:
    return (
        set(node.get("properties", ())) == {"at", "size"}
        and "additionalProperties" in node
    )


def _examples(kind: str) -> Iterator[tuple[str, str]]:
    """Paths and short example values; the first one of each path."""
    seen: dict[str, str] = {}
    for name in EXAMPLES[kind]:
        data = yaml_lines.load(str(SOURCE / "configs" / name)).data
        for path, value in _walk(schema.load(kind), data, ""):
            shown = f"{path.rsplit('.', 1)[-1]}: {_flow(value)}"
            if len(shown) <= _LONGEST and path not in seen:
                seen[path] = shown
    yield from seen.items()


def _walk(root: Node, data: Any, path: str) -> Iterator[tuple[str, Any]]:
    """All paths of a file; its own names become NAME, list indices []."""
    named = {"cells", "devices", "shared"}
    if isinstance(data, dict):
        for key, value in data.items():
            chosen = path.rsplit(".", 1)[-1] in named
            below = f"{path}.{'NAME' if chosen else key}".lstrip(".")
            if not chosen and value not in (None, ""):
                yield below, value
            yield from _walk(root, value, below)
    elif isinstance(data, list):
        for value in data:
            yield from _walk(root, value, f"{path}[]")


def _flow(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:#x}" if value >= 0x10000 else str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, dict):
        inner = ", ".join(f"{key}: {_flow(item)}" for key, item in value.items())
        return f"{{{inner}}}"
    text = str(value)
    return f'"{text}"' if "=" in text else text


def render() -> str:
    lines = [INTRO, *Reference("system").lines(), *Reference("platform").lines()]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    pathlib.Path(sys.argv[1]).write_text(render())
