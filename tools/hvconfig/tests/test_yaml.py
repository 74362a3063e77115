# SPDX-License-Identifier: GPL-2.0
"""Files that are no configs; notations of numbers."""

import os
import pathlib

import pytest
from hvconfig import units
from hvconfig.problems import ConfigError, Where, did_you_mean
from hvconfig.read import yaml_lines


def refusal(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        yaml_lines.parse(text, "x.yaml")
    return str(caught.value)


def test_lines() -> None:
    document = yaml_lines.parse("a:\n  - b\n  - c: 1\n    d: 2\n", "x.yaml")
    assert document.data == {"a": ["b", {"c": 1, "d": 2}]}
    assert document.where(("a", 1, "d")) == Where("x.yaml", 4)
    assert document.where(("a", 1, "missing")) == Where("x.yaml", 3)


def test_not_yaml() -> None:
    assert refusal("a: [1\nb: 2\n").startswith("x.yaml:2: is not YAML: ")
    assert refusal("") == "x.yaml: is empty"
    assert refusal("# nothing\n") == "x.yaml: is empty"
    assert "not YAML" in refusal("a: \x01")
    assert refusal("a: 1\n---\nb: 1\n") == "x.yaml:2: a second document starts here"


def test_keys() -> None:
    assert refusal("a: 1\na: 2\n") == "x.yaml:2: the key 'a' is defined twice"
    assert "must be a word" in refusal("[a]: 1\n")
    data = yaml_lines.parse("on: 1\n7: 2\n", "x.yaml").data
    assert data == {"on": 1, "7": 2}


def test_values_that_are_no_numbers_stay_text() -> None:
    data = yaml_lines.parse("[1.5, 2024-01-01, .inf, !!set {a}, 0x10, 0b11]", "x").data
    assert data[:3] == ["1.5", "2024-01-01", ".inf"]
    assert data[4:] == [16, 3]


def test_bombs() -> None:
    assert refusal("a: &x 1\nb: *x") == "x.yaml:2: aliases (*x) are not supported"
    assert "aliases" in refusal("a: &a [*a]")
    assert "nested too deeply" in refusal("[" * 80 + "]" * 80)
    assert "x.yaml" in refusal("[" * 100_000)
    assert "x.yaml" in refusal("{a: " * 100_000)
    assert "has too many values" in refusal("[" + "1," * 600_000 + "]")


def test_files(tmp_path: pathlib.Path) -> None:
    def load(path: object) -> str:
        with pytest.raises(ConfigError) as caught:
            yaml_lines.load(str(path))
        return str(caught.value)

    assert "No such file" in load(tmp_path / "missing")
    assert "Is a directory" in load(tmp_path)
    assert "not a regular file" in load("/dev/zero")
    os.mkfifo(tmp_path / "fifo")
    assert "not a regular file" in load(tmp_path / "fifo")
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert "symbolic links" in load(loop)
    binary = tmp_path / "binary"
    binary.write_bytes(os.urandom(4096))
    assert "is not" in load(binary)
    with open(tmp_path / "huge", "wb") as huge:
        huge.truncate(100 << 20)
    assert "too large" in load(tmp_path / "huge")
    assert "can't be read" in load("a\0b")


@pytest.mark.parametrize(
    "text, value",
    [
        ("0", 0),
        ("4096", 4096),
        ("0x1000", 4096),
        ("64K", 65536),
        ("16M", 16 << 20),
        ("1GiB", 1 << 30),
        ("2MB", 2 << 20),
        ("512G", 512 << 30),
    ],
)
def test_sizes(text: str, value: int) -> None:
    assert units.parse_size(text) == value
    assert units.parse_size(units.format_size(value)) == value


@pytest.mark.parametrize("text", ["", "K", "1.5M", "-1", "1 M", "0x", "16m", "1e3"])
def test_no_sizes(text: str) -> None:
    with pytest.raises(ValueError):
        units.parse_size(text)


def test_irqs() -> None:
    assert units.parse_irqs(27) == (27, 1)
    assert units.parse_irqs("48-51") == (48, 4)
    assert units.format_irqs(*units.parse_irqs("48-51")) == "48-51"
    for text in ("", "a", "5-", "9-8", "1-2-3"):
        with pytest.raises(ValueError):
            units.parse_irqs(text)


def test_suggestions() -> None:
    assert did_you_mean("memroy", ["memory", "cpus"]) == "did you mean 'memory'?"
    assert did_you_mean("zzz", ["b", "a"]) == "possible: a, b"
    assert did_you_mean("zzz", []) == ""
    many = [f"clock-{x}" for x in range(30)] + ["ethernet-30be0000"]
    assert did_you_mean("eth0", many).startswith("possible, of 31: ethernet-30be0000")
    assert did_you_mean("zzz", many).startswith("possible, of 31: clock-0, clock-1, ")
