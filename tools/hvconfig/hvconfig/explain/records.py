# SPDX-License-Identifier: GPL-2.0
"""Reads failure records: hvctl's JSON, sysfs, or NAME=VALUE lines.

Records are untrusted input: anything else is refused with a reason.
"""

import json
import pathlib
import sys
from dataclasses import dataclass
from typing import Any

from ..files import read_file
from ..problems import ConfigError, refuse
from . import words

MAX_BYTES = 1 << 20
_U64 = (1 << 64) - 1

# enum bh_stop_reason, as hvctl prints it
REASONS = tuple(words.by_number("stops").values())
_SYSFS = {
    "reason": "reason",
    "cpu": "cpu",
    "pc": "pc",
    "syndrome": "syndrome",
    "fault_va": "virtual_address",
    "fault_ipa": "guest_address",
}


@dataclass(frozen=True)
class Refusal:
    """struct bh_refusal."""

    code: int
    field: int = 0
    index: int = 0
    value: int = 0
    owner: int = 0xFFFFFFFF


@dataclass(frozen=True)
class Failure:
    """A stop of a cell; None: the record lacks the value."""

    cell: str  # may be empty
    reason: str  # one of REASONS, or a number
    cpu: int | None = None
    pc: int | None = None
    syndrome: int | None = None
    guest_address: int | None = None
    virtual_address: int | None = None


Record = Failure | Refusal


def read(source: str) -> list[Record]:
    """The records of a file, of a cell's directory in sysfs, or of stdin (-).

    Raises ConfigError.
    """
    path = pathlib.Path(source)
    if source == "-":
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
    elif path.is_dir():
        return [_from_sysfs(path)]
    else:
        content = read_file(source, MAX_BYTES)
    if len(content) > MAX_BYTES:
        raise refuse(source, "is too large for a record")
    try:
        return _Reader(source).records(content.decode("utf-8"))
    except UnicodeDecodeError:
        raise refuse(source, "is not a text file (UTF-8)") from None


def _from_sysfs(path: pathlib.Path) -> Failure:
    """path: a cell's directory, or failure/ in it."""
    directory = path / "failure" if (path / "failure").is_dir() else path
    lines = []
    for name in _SYSFS:
        if (directory / name).exists():
            text = read_file(str(directory / name), 4096)
            lines.append(f"{name}={text.decode('utf-8', 'replace').strip()}")
    reader = _Reader(str(path))
    if not lines:
        raise reader.refuse("has no files of a cell's failure")
    return reader.from_lines("\n".join(lines), directory.resolve().parent.name)


class _Reader:
    def __init__(self, file: str) -> None:
        self._file = file

    def refuse(self, message: str) -> ConfigError:
        return refuse(self._file, message)

    def records(self, text: str) -> list[Record]:
        if not text.strip():
            raise self.refuse("is empty: a record is expected, see hvconfig(1)")
        if text.lstrip()[0] not in "[{":
            return [self.from_lines(text, "")]
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            reason = getattr(error, "msg", "too deep, or a number is too large")
            raise self.refuse(f"is not JSON: {reason}") from None
        items = data if isinstance(data, list) else [data]
        found = [record for item in items for record in self._item(item)]
        if not found:
            raise self.refuse("has no stopped cell")
        return found

    def from_lines(self, text: str, cell: str) -> Failure:
        """Lines PATH/NAME:VALUE, as grep prints sysfs, or NAME=VALUE."""
        data: dict[str, Any] = {}
        for line in text.splitlines():
            name, _, value = line.replace("=", ":").rpartition(":")
            *above, key = name.strip().split("/")
            if key in _SYSFS:
                data[_SYSFS[key]] = value.strip()
                if len(above) > 1 and above[-1] == "failure":
                    cell = above[-2]
        if "reason" not in data:
            raise self.refuse(
                "is not a record: neither JSON nor lines of reason=NUMBER"
            )
        return self._failure(cell, data)

    def _item(self, item: Any) -> list[Record]:
        """Records in a cell of "cell list", in a stop, or in a refusal."""
        if not isinstance(item, dict):
            raise self.refuse("is not a record: a list of other values")
        if "code" in item:
            return [self._refusal(item)]
        name = item.get("name", item.get("cell", ""))
        cell = name if isinstance(name, str) else ""
        if "stop" in item:
            stop = item["stop"]
            if stop is None:
                return []
            if not isinstance(stop, dict) or "stop" in stop:
                raise self.refuse("is not a record: 'stop' is not an object")
            return self._item({"name": cell, **stop})
        if "reason" in item:
            return [self._failure(cell, item)]
        raise self.refuse(
            "is not a record: it has neither 'stop' nor 'reason' nor 'code'; hvctl "
            "cell list --json writes one"
        )

    def _failure(self, cell: str, data: dict[str, Any]) -> Failure:
        reason = data["reason"]
        if isinstance(reason, str) and reason in REASONS:
            word = reason
        else:
            number = self._number("reason", reason)
            word = REASONS[number] if number < len(REASONS) else str(number)
        return Failure(
            cell=cell,
            reason=word,
            **{
                key: self._number(key, data[key])
                for key in _SYSFS.values()
                if key != "reason" and key in data
            },
        )

    def _refusal(self, data: dict[str, Any]) -> Refusal:
        keys = ("code", "field", "index", "value", "owner")
        return Refusal(**{x: self._number(x, data[x]) for x in keys if x in data})

    def _number(self, key: str, value: Any) -> int:
        """Hexadecimal with 0x; without it, decimal."""
        try:
            number = int(value, 0) if isinstance(value, str) else value
        except ValueError:
            number = None
        known = isinstance(number, int) and not isinstance(number, bool)
        if not known or not 0 <= number <= _U64:
            shown = str(value)[:40]
            raise self.refuse(
                f"is not a record: {key} '{shown}' is not a 64-bit number"
            )
        return int(number)
