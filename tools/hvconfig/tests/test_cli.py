# SPDX-License-Identifier: GPL-2.0
"""The commands, their output and their exit codes."""

import json
import os
import pathlib
import subprocess
import sys
import time

import pytest
from hvconfig.cli.main import main

from tests.helpers import SOURCE, SYSTEMS, cell, cells, system, to_yaml

SHELL = SOURCE / "tools" / "hvconfig" / "hvconfig.sh"
DEMO = str(next(path for path in SYSTEMS if path.stem.endswith("-demo")))


@pytest.fixture
def bad(tmp_path: pathlib.Path) -> str:
    path = tmp_path / "bad.yaml"
    path.write_text(to_yaml(cells(a=cell(1), b=cell(1))))
    return str(path)


def test_check(capsys: pytest.CaptureFixture[str], bad: str) -> None:
    assert main(["check", DEMO]) == 0
    assert capsys.readouterr().out == f"{DEMO}: no errors, no warnings\n"
    assert main(["check", bad]) == 1
    output = capsys.readouterr()
    assert output.out == f"{bad}: 3 errors, no warnings\n"
    assert output.err.count(f"{bad}:") == 3


def test_check_json(capsys: pytest.CaptureFixture[str], bad: str) -> None:
    assert main(["check", "--json", DEMO]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["check", "--json", bad]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [item["name"] for item in found] == ["b", "b", "b"]
    assert set(found[0]) == {"severity", "file", "line", "name", "message", "hint"}
    assert main(["check", "--json", "missing.yaml"]) == 1
    assert "No such file" in json.loads(capsys.readouterr().out)[0]["message"]


def test_build_and_dump(
    capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    first, text, second = (tmp_path / name for name in ("a.bin", "b.yaml", "b.bin"))
    assert main(["build", DEMO, "-o", str(first)]) == 0
    assert main(["dump", str(first)]) == 0
    text.write_text(capsys.readouterr().out)
    assert main(["build", str(text), "-o", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes()


def test_only_check_says_notes(
    capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(to_yaml(cells(a=cell(1, cpus=[0]))))
    assert main(["check", str(path)]) == 0
    found = capsys.readouterr()
    assert found.out == f"{path}: no errors, no warnings, 1 note\n"
    assert f"{path}:58: note: a: has CPU 0" in found.err
    assert main(["build", str(path), "-o", str(tmp_path / "x.bin")]) == 0
    assert not capsys.readouterr().err


def test_build_writes_all_or_nothing(tmp_path: pathlib.Path, bad: str) -> None:
    output = tmp_path / "out" / "x.bin"
    assert main(["build", DEMO, "-o", str(output)]) == 1
    output.parent.mkdir()
    output.write_text("old")
    assert main(["build", bad, "-o", str(output)]) == 1
    assert output.read_text() == "old"
    assert os.listdir(output.parent) == ["x.bin"]


def test_header(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["header", DEMO, "rt"]) == 0
    assert "#define CELL_RAM_BASE 0x40000000" in capsys.readouterr().out
    assert main(["header", DEMO, "rtt"]) == 1
    assert "did you mean 'rt'?" in capsys.readouterr().err


def test_cmdline(capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(to_yaml(system()))
    assert main(["cmdline", str(path)]) == 0
    assert capsys.readouterr().out.startswith("mem=1808M kvm-arm.mode=none ")


def test_dump_of_garbage(
    capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "x"
    for content in (b"", b"x", os.urandom(5000), bytes(4096)):
        path.write_bytes(content)
        assert main(["dump", str(path)]) == 1
        assert capsys.readouterr().err.startswith(f"{path}: ")


def test_from_the_tree() -> None:
    begin = time.monotonic()
    found = subprocess.run(
        [SHELL, "--help"], cwd="/", check=True, capture_output=True, text=True
    )
    assert time.monotonic() - begin < 2  # takes 0.1 s on an idle machine
    for command in ("check", "build", "header", "cmdline", "dump"):
        assert command in found.stdout
    assert subprocess.run([SHELL], capture_output=True).returncode == 2


def test_help_loads_no_library() -> None:
    """--help imports no library, and no module that only commands need."""
    code = """
import sys
import argparse, difflib
before = set(sys.modules)
import hvconfig.cli.main
try:
    hvconfig.cli.main.main(["--help"])
except SystemExit:
    pass
more = set(sys.modules) - before
print(len(more), {"yaml", "jsonschema", "rich", "libfdt"} & more)
"""
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=SHELL.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    count, _, libraries = found.stdout.splitlines()[-1].partition(" ")
    assert libraries == "set()"
    assert int(count) < 80


def test_closed_pipe() -> None:
    command = f"{SHELL} dump /dev/null | true; {SHELL} header {DEMO} rt | true"
    found = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert "Traceback" not in found.stderr


def odd_files(directory: pathlib.Path) -> list[str]:
    """Writes files that are no configs, blobs or device trees; returns their paths."""
    contents = {
        "empty": b"",
        "binary": os.urandom(5000),
        "broken": b"a: [1\nb: }",
        "bomb": b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]",
        "deep": b"[" * 200_000,
        "deep-keys": b"{platform: " * 200_000,
        "list": b"- 1\n- 2\n",
        "word": b"hello\n",
        "merge": b"<<: {cells: {}}\nplatform: x\n",
        "tag": b"platform: !!python/object/apply:os.system [true]\ncells: {}\n",
        "nul": b'platform: "a\\0b"\ncells: {}\n',
    }
    for name, content in contents.items():
        (directory / name).write_bytes(content)
    with open(directory / "huge", "wb") as huge:
        huge.truncate(100 << 20)
    (directory / "loop").symlink_to("loop")
    os.mkfifo(directory / "fifo")
    (directory / "itself").write_text("platform: itself\ncells: {}\n")
    names = [str(x) for x in sorted(directory.iterdir())]
    return [*names, str(directory), str(directory / "missing"), "/dev/zero"]


def test_odd_files_are_refused_in_sentences(
    capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    files = odd_files(tmp_path)
    output = str(tmp_path / "out")
    for file in files:
        for command in (
            ["check", file],
            ["check", "--json", file],
            ["build", file, "-o", output],
            ["dump", file],
            ["new", file, "--cell", "a", "-o", output],
        ):
            assert main(command) == 1, command
            found = capsys.readouterr()
            said = found.err + (found.out if "--json" in command else "")
            assert said.strip() and "Traceback" not in said, command
            assert len(said) < 5000, command
            assert not os.path.exists(output)
