# SPDX-License-Identifier: GPL-2.0
"""hvctl's help, its bash completion and its documents have the same words."""

import functools
import pathlib
import re
import subprocess

import pytest
from machine.paths import BUILD, SOURCE

COMPLETION = SOURCE / "tools" / "hvctl" / "hvctl.bash"
TABLE = """\
ID  NAME             STATE           CPUS      IRQS      STARTS  OVERHEAD
1   rt               running         3         direct         1  40 KiB
2   my_cell-2        failed          1-2       list           1  40 KiB
"""


@functools.cache
def hvctl(*words: str) -> str:
    make = ["make", "-s", "--no-print-directory", "hvctl-native"]
    subprocess.run(make, cwd=SOURCE, check=True)
    command = [str(BUILD / "host" / "hvctl" / "hvctl"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def commands() -> list[str]:
    listed = hvctl("--help").partition("commands:\n")[2].partition("\n\n")[0]
    found = re.findall(r"^  ((?:cell )?\w+)  ", listed, re.MULTILINE)
    assert len(found) >= 15
    return found


def options(command: str) -> set[str]:
    listed = hvctl(*command.split(), "--help").partition("options:\n")[2]
    return set(re.findall(r"^  (-[\w-]+)", listed, re.MULTILINE))


def complete(directory: pathlib.Path, *words: str) -> set[str]:
    """Returns bash's completions of the last word."""
    program = directory / "hvctl"
    program.write_text(f"#!/bin/sh\ncat <<E\n{TABLE}E\n")
    program.chmod(0o755)
    script = (
        f'PATH={directory}:$PATH; . {COMPLETION}; COMP_WORDS=(hvctl "$@");'
        ' COMP_CWORD=$#; _hvctl; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    answer = subprocess.run(
        ["bash", "-c", script, "complete", *words],
        cwd=directory,
        capture_output=True,
        text=True,
        check=True,
    )
    assert not answer.stderr
    return set(answer.stdout.split())


def test_commands_are_completed(tmp_path: pathlib.Path) -> None:
    first = {command.split()[0] for command in commands()}
    assert complete(tmp_path, "") == first | {"--help", "--version"}
    second = {c.split()[1] for c in commands() if c.startswith("cell ")}
    assert complete(tmp_path, "cell", "") == second | {"--help"}
    assert complete(tmp_path, "cell", "st") == {"start", "stats"}


@pytest.mark.parametrize("command", commands())
def test_options_are_completed(tmp_path: pathlib.Path, command: str) -> None:
    assert complete(tmp_path, *command.split(), "-") == options(command)


@pytest.mark.parametrize(
    "command", ["start", "load", "shutdown", "destroy", "list", "console"]
)
def test_cells_are_completed(tmp_path: pathlib.Path, command: str) -> None:
    assert complete(tmp_path, "cell", command, "") == {"rt", "my_cell-2"}
    assert complete(tmp_path, "cell", command, "my") == {"my_cell-2"}
    assert complete(tmp_path, "cell", "stats", "r") == {"rt", "root"}


def test_files_are_completed(tmp_path: pathlib.Path) -> None:
    (tmp_path / "program.bin").touch()
    for words in (
        ["enable"],
        ["cell", "load", "rt"],
        ["cell", "run", "--unbind", "rt"],
    ):
        assert "program.bin" in complete(tmp_path, *words, "prog")


@pytest.mark.parametrize("command", commands())
def test_the_manual_has_it(command: str) -> None:
    text = (SOURCE / "tools" / "hvctl" / "hvctl.8.scd").read_text()
    heading = re.search(rf"^\*{command}\*.*?\n\t", text, re.MULTILINE | re.DOTALL)
    assert heading
    for word in options(command) - {"--help"}:
        assert f"*{word}*" in heading.group(), word


@pytest.mark.parametrize("command", commands())
def test_the_overview_has_it(command: str) -> None:
    text = (SOURCE / "docs" / "hvctl.md").read_text()
    row = re.search(rf"^\| `{command}\b[^`]*`", text, re.MULTILINE)
    assert row
    if " ... " in row.group():
        return  # too many options for the table: it has "..."
    for word in options(command) - {"--help"}:
        assert word in row.group(), word
