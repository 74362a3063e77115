# SPDX-License-Identifier: GPL-2.0
"""Checks documents against their JSON Schema and reports in plain sentences."""

import functools
import json
import pathlib
from typing import Any

from ..problems import Report, did_you_mean
from .yaml_lines import Document, Path

_KINDS = {
    "object": "a mapping (key: value)",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "empty",
}
_PATTERNS = {
    "access": "r, rw, rx, rwx or none",
    "name": "1 to 31 letters, digits, '_' and '-'",
    "number": "a number such as 4096, 0x1000, 64K or 16M",
    "irq": "a number or a range such as 48-51",
    "all": "a list of cells, or all",
    "stream ID": "a number or a range such as 0x10-0x1f",
}


@functools.cache
def load(name: str) -> dict[str, Any]:
    """The schema platform or system."""
    path = pathlib.Path(__file__).parents[1] / "schema" / f"{name}.json"
    schema: dict[str, Any] = json.loads(path.read_text())
    return schema


@functools.cache
def _validator(name: str) -> Any:
    import jsonschema

    return jsonschema.Draft7Validator(load(name))


def check(document: Document, name: str, report: Report, base: Path = ()) -> bool:
    """Reports violations of the schema in the part at the path base.

    Returns whether the document is usable: it has unknown keys at most.
    """
    data = document.data
    for step in base:
        data = data[step]
    usable = True
    for error in _validator(name).iter_errors(data):
        path = (*base, *error.absolute_path)
        if error.validator == "additionalProperties":
            _unknown_keys(document, path, error, report)
        else:
            where = _line(document, path, error)
            report.error(where, _name(path, error), _sentence(error))
            usable = False
    return usable


def usable_part(document: Document, name: str) -> Document | None:
    """The document without the parts that violate the schema; None if none is left."""
    while bad := _misfits(document.data, name):
        if () in bad:
            return None
        lines: dict[Path, int] = {(): document.lines.get((), 1)}
        data = _without(document, document.data, (), (), bad, lines)
        document = Document(document.file, data, lines)
    return document


def _misfits(data: Any, name: str) -> set[Path]:
    """Paths to remove; always whole entries, as half of one could mislead."""
    found = set()
    for error in _validator(name).iter_errors(data):
        path = tuple(error.absolute_path)
        if "propertyNames" in error.absolute_schema_path:
            path = (*path, error.instance)
        if error.validator != "additionalProperties":
            found.add(path[: 2 if "not_with" in path[2:3] else 4])
    return found


def _without(
    document: Document, value: Any, old: Path, new: Path, bad: set[Path], lines: Any
) -> Any:
    """A copy without the bad paths; adds the lines of the copy's paths to lines."""
    if isinstance(value, dict):
        kept = {key: (key, x) for key, x in value.items() if (*old, key) not in bad}
    elif isinstance(value, list):
        left = [(i, x) for i, x in enumerate(value) if (*old, i) not in bad]
        kept = dict(enumerate(left))
    else:
        return value
    copy = {}
    for step, (before, x) in kept.items():
        path, there = (*old, before), (*new, step)
        if path in document.lines:
            lines[there] = document.lines[path]
        copy[step] = _without(document, x, path, there, bad, lines)
    return copy if isinstance(value, dict) else list(copy.values())


def _unknown_keys(document: Document, path: Path, error: Any, report: Report) -> None:
    known = error.schema["properties"]
    for key in error.instance:
        if key not in known:
            where = document.where((*path, key))
            missing = [word for word in known if word not in error.instance]
            hint = did_you_mean(key, missing)
            report.error(where, _name(path, error), f"unknown key '{key}'", hint)


def _line(document: Document, path: Path, error: Any) -> Any:
    if "propertyNames" in error.absolute_schema_path:
        path = (*path, error.instance)
    return document.where(path)


def _name(path: Path, error: Any) -> str:
    """The path as in cells.rt.memory[0]."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")


def _sentence(error: Any) -> str:
    value, rule = error.instance, error.validator_value
    shown = _show(value)
    match error.validator:
        case "type":
            kinds = [rule] if isinstance(rule, str) else rule
            wanted = " or ".join(_KINDS.get(kind, kind) for kind in kinds)
            return f"{shown} is not {wanted}"
        case "required":
            missing = [key for key in rule if key not in value]
            return f"the key '{missing[0]}' is missing" + "".join(
                f", '{key}' too" for key in missing[1:]
            )
        case "enum":
            removed = error.schema.get("removed", {})
            if isinstance(value, str) and value in removed:
                return f"{shown} was removed: {removed[value]}; remove it"
            hint = did_you_mean(str(value), [str(word) for word in rule])
            return f"{shown} is not possible here; {hint}"
        case "pattern":
            return f"{shown} is not {_PATTERNS[_kind_of_pattern(error)]}"
        case "minimum":
            return f"{shown} is too small, at least {rule} is needed"
        case "maximum":
            return f"{shown} is too large, at most {rule} is possible"
        case "maxLength":
            return f"{shown} is too long, at most {rule} characters are possible"
        case "minItems":
            return f"at least {rule} is needed"
        case "maxItems":
            return f"at most {rule} are possible, not {len(value)}"
        case "uniqueItems":
            return "a value is listed twice"
    return f"{shown} is not allowed here"


def _kind_of_pattern(error: Any) -> str:
    pattern = str(error.schema.get("pattern", ""))
    for part, kind in (("KMGT", "number"), ("A-Za-z", "name"), ("all", "all")):
        if part in pattern:
            return kind
    if "w" in pattern:
        return "access"
    return "stream ID" if "fA-F" in pattern else "irq"


def _show(value: Any) -> str:
    """The value as in the file, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return f"'{text[:40]}...'" if len(text) > 40 else f"'{text}'"
