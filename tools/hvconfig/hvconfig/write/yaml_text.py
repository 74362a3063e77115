# SPDX-License-Identifier: GPL-2.0
"""Writes YAML in a readable form: hexadecimal addresses, short values on one line."""

from typing import Any

from ..units import format_size

_NO_WRAP = 1000


class Hex(int):
    """An integer written in hexadecimal."""


class OneLine(list[Any]):
    """A list written on one line."""


class OneLineMap(dict[str, Any]):
    """A mapping written on one line."""


def render(data: Any) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

        def represent_address(self, value: int) -> Any:
            return self.represent_scalar("tag:yaml.org,2002:int", f"{value:#x}")

        def represent_one_line(self, value: list[Any]) -> Any:
            tag = "tag:yaml.org,2002:seq"
            return self.represent_sequence(tag, value, flow_style=True)

        def represent_one_line_map(self, value: dict[str, Any]) -> Any:
            tag = "tag:yaml.org,2002:map"
            return self.represent_mapping(tag, value.items(), flow_style=True)

    Dumper.add_representer(OneLineMap, Dumper.represent_one_line_map)
    Dumper.add_representer(Hex, Dumper.represent_address)
    Dumper.add_representer(OneLine, Dumper.represent_one_line)
    text: str = yaml.dump(
        data,
        Dumper=Dumper,
        sort_keys=False,
        width=_NO_WRAP,
        default_flow_style=None,
        allow_unicode=True,
    )
    return text


def size_data(size: int) -> int | str:
    """With a unit if that is short: 64K, 16M, but 0xf60000."""
    text = format_size(size)
    return text if len(text) < 6 and text[-1] in "KMGT" else Hex(size)


def range_data(start: int, size: int) -> dict[str, Any]:
    return {"at": Hex(start), "size": size_data(size)}
