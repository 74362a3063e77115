# SPDX-License-Identifier: GPL-2.0
"""Every command with every file of configs/: an answer or a sentence, no traceback."""

import io
import pathlib
import sys
from collections.abc import Iterator

import pytest
from hvconfig.cli.main import main
from hvconfig.read.system import load_system

from tests.helpers import SOURCE

CONFIGS = SOURCE / "configs"
SYSTEMS = sorted((CONFIGS / "systems").glob("*.yaml"))
FILES = [*SYSTEMS, *sorted((CONFIGS / "platforms").glob("*.yaml"))]


def commands(path: pathlib.Path, scratch: pathlib.Path) -> Iterator[list[str]]:
    """Yields command lines with a file that some of the commands refuse."""
    name, out = str(path), str(scratch / "out")
    blob = scratch / "blob"
    yield ["check", name]
    yield ["check", "--json", name]
    yield ["build", name, "-o", str(blob)]
    yield ["build", name, "-o", f"{scratch}/all/"]
    yield ["cmdline", name]
    yield ["draw", name]
    yield ["draw", name, "-o", f"{out}.svg"]
    yield ["dump", name]
    if blob.exists():
        yield ["dump", str(blob)]
    yield ["diff", name, str(FILES[0])]
    yield ["diff", str(FILES[-1]), name]
    yield ["new", name, "--cell", "rt:ram=16M,console"]
    yield ["new", name, "--cell", "guest:linux,shared=root:64K", "--cell", "two:image"]
    yield ["explain", name]
    cells = [cell.name for cell in load_system(name).cells] if path in SYSTEMS else []
    for cell in [*cells, "nobody", ""]:
        yield ["header", name, cell]
        yield ["dtb", name, cell, "-o", f"{out}.dtb"]


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_no_command_has_a_traceback(
    path: pathlib.Path,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for command in commands(path, tmp_path):
        try:
            code = main(command)
        except SystemExit as usage:
            assert usage.code == 2, command
            continue
        said = capsys.readouterr()
        assert code in (0, 1, 2), command
        assert "Traceback" not in said.err, command
        if code and command[0] != "diff":
            assert said.out or said.err, command


def test_a_cell_without_a_device_tree(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    system = next(str(path) for path in SYSTEMS if path.stem == "qemu-q35-linux")
    assert main(["dtb", system, "linux", "-o", str(tmp_path / "x.dtb")]) == 1
    assert "has no device tree on this architecture" in capsys.readouterr().err
    assert not (tmp_path / "x.dtb").exists()
