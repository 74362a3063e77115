# SPDX-License-Identifier: GPL-2.0
"""The installed tool: package, manual page, completion."""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
from hvconfig.cli.main import parser

from tests.helpers import SOURCE, SYSTEMS

HERE = SOURCE / "tools" / "hvconfig"
DEMO = str(next(path for path in SYSTEMS if path.stem.endswith("-demo")))


def commands() -> dict[str, argparse.ArgumentParser]:
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise AssertionError("no commands")


def options(command: argparse.ArgumentParser) -> set[str]:
    names = {x for action in command._actions for x in action.option_strings}
    return {name for name in names if name.startswith("--")}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """Installs the program into a new virtual environment, without network."""
    directory = tmp_path_factory.mktemp("installed")
    source = directory / "source"
    left_out = shutil.ignore_patterns("tests", "__pycache__", ".hypothesis")
    shutil.copytree(HERE, source, ignore=left_out)
    python = directory / "env" / "bin" / "python"
    make = ["-m", "venv", "--system-site-packages", "--without-pip"]
    subprocess.run([sys.executable, *make, str(directory / "env")], check=True)
    install = ["-m", "pip", "install", "-q", "--no-index", "--no-build-isolation"]
    found = subprocess.run(
        [
            str(python),
            *install,
            "--no-compile",
            "--disable-pip-version-check",
            str(source),
        ],
        capture_output=True,
        text=True,
    )
    assert found.returncode == 0, found.stderr
    shutil.rmtree(source)
    return python.with_name("hvconfig")


def run(program: pathlib.Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(program), *words], cwd="/", capture_output=True, text=True
    )


def test_installed(installed: pathlib.Path, tmp_path: pathlib.Path) -> None:
    found = run(installed, "check", DEMO)
    assert found.returncode == 0 and "no errors" in found.stdout, found.stderr
    output = tmp_path / "demo.svg"
    assert run(installed, "draw", DEMO, "-o", str(output)).returncode == 0
    assert output.read_bytes() == (SOURCE / "docs" / "demo.svg").read_bytes()
    assert "rt-list" in run(installed, "draw", DEMO).stdout
    blob = tmp_path / "demo.bin"
    assert run(installed, "build", DEMO, "-o", str(blob)).returncode == 0
    assert "name: demo" in run(installed, "dump", str(blob)).stdout
    for command in commands():
        assert run(installed, command, "--help").returncode == 0
    assert run(installed).returncode == 2


def test_every_module_is_installed(installed: pathlib.Path) -> None:
    root = next(installed.parents[1].glob("lib/*/site-packages/hvconfig"))
    wanted = {x.relative_to(HERE / "hvconfig") for x in (HERE / "hvconfig").rglob("*")}
    files = {x for x in wanted if x.suffix in (".py", ".json", ".sh", ".typed")}
    assert len(files) > 40
    assert not {str(x) for x in files if not (root / x).is_file()}


def test_man_page() -> None:
    text = (HERE / "hvconfig.1.scd").read_text()
    for name, command in commands().items():
        entry = re.search(rf"^\*{name}\* .*?(?=^\*\w+\* |^# )", text, re.M | re.S)
        assert entry, f"{name} is not in the manual page"
        for option in options(command) - {"--help"}:
            short = {"--output": "-o"}.get(option, option)
            assert f"*{short}*" in entry[0], f"{name} {option}"


@pytest.mark.skipif(not shutil.which("scdoc"), reason="needs scdoc")
def test_man_page_can_be_made() -> None:
    with (HERE / "hvconfig.1.scd").open() as source:
        found = subprocess.run(["scdoc"], stdin=source, capture_output=True, text=True)
    assert found.returncode == 0 and ".SH EXIT CODES" in found.stdout, found.stderr


def complete(directory: pathlib.Path, *words: str) -> set[str]:
    """Returns bash's completions of the last word."""
    script = f"""
        PATH={directory}:$PATH
        source {HERE}/hvconfig.bash
        shopt -s extglob
        COMP_WORDS=(hvconfig "$@")
        COMP_CWORD=$#
        _hvconfig
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    found = subprocess.run(
        ["bash", "-c", script, "bash", *words],
        cwd=directory,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(found.stdout.split())


@pytest.fixture
def place(tmp_path: pathlib.Path) -> pathlib.Path:
    """Returns a directory with the program and a file of each kind."""
    (tmp_path / "hvconfig").symlink_to(HERE / "hvconfig.sh")
    for kind in ("yaml", "bin", "dtb", "svg", "h", "txt"):
        (tmp_path / f"x.{kind}").touch()
    return tmp_path


def test_completion_of_commands_and_options(place: pathlib.Path) -> None:
    assert complete(place, "") == {*commands(), "--help"}
    assert complete(place, "ex") == {"explain"}
    for name, command in commands().items():
        assert complete(place, name, "--") == options(command), name


def test_completion_of_files_and_cells(place: pathlib.Path) -> None:
    assert complete(place, "check", "x") == {"x.yaml"}
    assert complete(place, "diff", "x.yaml", "x") == {"x.yaml", "x.bin"}
    assert complete(place, "draw", "x.yaml", "-o", "x") == {"x.svg"}
    assert complete(place, "build", "--output", "x") == {"x.bin"}
    assert complete(place, "new", "--root-irq-mode", "") == {"list", "direct"}
    assert complete(place, "header", DEMO, "rt") == {"rt", "rt-list"}
    assert complete(place, "header", "-o", "x.h", DEMO, "he") == {"hello"}
    assert complete(place, "header", "x.txt", "") == set()
