# SPDX-License-Identifier: GPL-2.0
"""Parses YAML and records the line of each value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..files import read_file
from ..problems import ConfigError, Where, refuse

# For comparison: a system of 64 cells and 2,000 regions has about 200 KiB.
MAX_BYTES = 4 << 20
MAX_VALUES = 500_000
MAX_DEPTH = 50

Path = tuple[str | int, ...]

_TAG = "tag:yaml.org,2002:"
_PLAIN_TAGS = {_TAG + name for name in ("str", "int", "bool", "null")}


@dataclass(frozen=True)
class Document:
    """Plain Python data and the lines of its parts."""

    file: str
    data: Any
    lines: dict[Path, int]  # line by path, for keys and entries of lists

    def where(self, path: Path) -> Where:
        """The line of the path, or of its nearest known parent."""
        while path and path not in self.lines:
            path = path[:-1]
        return Where(self.file, self.lines.get(path, 1))


def load(path: str) -> Document:
    """Parses one YAML document. Raises ConfigError."""
    try:
        text = read_file(path, MAX_BYTES).decode("utf-8")
    except UnicodeDecodeError:
        raise refuse(path, "is not a text file (UTF-8)") from None
    return parse(text, path)


def parse(text: str, file: str) -> Document:
    """Like load(), for text from another source."""
    import yaml

    try:
        return _Builder(file, text).document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or getattr(error, "reason", "")
        line = mark.line + 1 if mark else 0
        raise refuse(file, f"is not YAML: {what or 'bad character'}", line) from None


class _Builder:
    """Builds values from the parser's events.

    PyYAML's own composer is not used: its C code recurses without a limit.
    """

    def __init__(self, file: str, text: str) -> None:
        import yaml

        self._yaml: Any = yaml
        self._file = file
        # The C parser is optional and ten times as fast.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self._events: Iterator[Any] = self._yaml.parse(text, Loader=loader)
        self._scalars: Any = yaml.SafeLoader("")
        self._values = 0
        self._lines: dict[Path, int] = {}

    def document(self) -> Document:
        yaml = self._yaml
        next(self._events)  # start of stream
        if isinstance(next(self._events), yaml.StreamEndEvent):
            raise refuse(self._file, "is empty")
        data = self._value(next(self._events), ())
        next(self._events)  # end of document
        event = next(self._events)
        if not isinstance(event, yaml.StreamEndEvent):
            raise self._refuse(event, "a second document starts here")
        return Document(self._file, data, self._lines)

    def _refuse(self, event: Any, message: str) -> ConfigError:
        return refuse(self._file, message, event.start_mark.line + 1)

    def _value(self, event: Any, path: Path) -> Any:
        yaml = self._yaml
        self._values += 1
        if self._values > MAX_VALUES:
            raise self._refuse(event, "has too many values")
        if len(path) > MAX_DEPTH:
            raise self._refuse(event, "is nested too deeply")
        self._lines.setdefault(path, event.start_mark.line + 1)
        if isinstance(event, yaml.AliasEvent):
            raise self._refuse(event, f"aliases (*{event.anchor}) are not supported")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return self._scalar(event)

    def _sequence(self, path: Path) -> list[Any]:
        result: list[Any] = []
        while True:
            event = next(self._events)
            if isinstance(event, self._yaml.SequenceEndEvent):
                return result
            result.append(self._value(event, (*path, len(result))))

    def _mapping(self, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while True:
            event = next(self._events)
            if isinstance(event, self._yaml.MappingEndEvent):
                return result
            if not isinstance(event, self._yaml.ScalarEvent):
                raise self._refuse(event, "a key must be a word")
            # Keys that look like numbers or booleans stay text.
            key = str(event.value)
            if key in result:
                raise self._refuse(event, f"the key '{key:.40}' is defined twice")
            self._lines[(*path, key)] = event.start_mark.line + 1
            result[key] = self._value(next(self._events), (*path, key))

    def _scalar(self, event: Any) -> Any:
        yaml, tag = self._yaml, event.tag
        if tag is None or tag == "!":
            tag = self._scalars.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag not in _PLAIN_TAGS:
            return str(event.value)  # fractions, dates: nothing here is one
        try:
            return self._scalars.construct_object(yaml.ScalarNode(tag, event.value))
        except (ValueError, LookupError):
            message = f"'{event.value:.40}' is not a value"
            raise self._refuse(event, message) from None
