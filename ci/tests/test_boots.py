# SPDX-License-Identifier: GPL-2.0
"""A kept boot is used until a file changes from which it was made."""

import os
import pathlib

import pytest
from machine.boots import is_newer


@pytest.fixture
def command(tmp_path: pathlib.Path) -> list[str]:
    """The command of an emulator with a kernel; both files are a minute old."""
    words = [str(tmp_path / "emulator"), "-kernel", str(tmp_path / "kernel")]
    for path in (tmp_path / "emulator", tmp_path / "kernel"):
        path.touch(0o755)
        age(path, 60)
    return words


def age(path: pathlib.Path, seconds: int) -> None:
    now = path.parent.stat().st_mtime
    os.utime(path, (now - seconds, now - seconds))


def test_there_is_none(tmp_path: pathlib.Path, command: list[str]) -> None:
    assert not is_newer(tmp_path / "state", command)


@pytest.mark.parametrize("changed", ["emulator", "kernel"])
def test_what_booted_changes(
    tmp_path: pathlib.Path, command: list[str], changed: str
) -> None:
    state = tmp_path / "state"
    state.touch()
    age(state, 30)
    assert is_newer(state, command)
    age(tmp_path / changed, 10)
    assert not is_newer(state, command)
