# SPDX-License-Identifier: GPL-2.0
"""What the documents name exists: links, headings, files, targets, messages."""

import json
import os
import pathlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import make_troubleshooting
import pytest
from hvconfig.explain.words import table
from machine.paths import SOURCE

DOCUMENTS = sorted(
    [SOURCE / "README.md", SOURCE / "CONTRIBUTING.md", SOURCE / "inmates" / "README.md"]
    + list((SOURCE / "docs").glob("**/*.md"))
)
TOPS = "ci|configs|docs|driver|examples|hypervisor|include|inmates|tools"
# A path of the repository starts with a top-level directory. That is not a part of a
# longer path.
PATH = re.compile(rf"(?<![\w/.$-])((?:{TOPS})/[\w./*-]*)")
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
CODE = re.compile(r"^```[^\n]*\n(.*?)^```|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
MAKE = re.compile(r"\bmake((?: +(?:[A-Z_]+=(?:\"[^\"]*\"|\S+)|[a-z][a-z0-9-]*))+)")
TARGET = re.compile(r"^[a-z][a-z0-9-]*$")

document = pytest.mark.parametrize(
    "path", DOCUMENTS, ids=lambda path: str(path.relative_to(SOURCE))
)


def code(text: str) -> Iterator[str]:
    """Yields the lines of a document that are code, in blocks or in running text."""
    for match in CODE.finditer(text):
        yield from (match.group(1) or match.group(2)).splitlines()


def anchors(text: str) -> set[str]:
    """Returns the anchors that GitHub gives the headings."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    titles = [title.replace("`", "").lower() for title in HEADING.findall(plain)]
    return {re.sub(r"[^\w -]", "", title).replace(" ", "-") for title in titles}


@document
def test_links_lead_somewhere(path: pathlib.Path) -> None:
    for link in LINK.findall(path.read_text()):
        if re.match(r"\w+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (path.parent / name).resolve() if name else path
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(target.read_text()), link


@document
def test_files_exist(path: pathlib.Path) -> None:
    for name in PATH.findall(path.read_text()):
        if "NAME" in name or "MYBOARD" in name.upper() or "/first" in name:
            continue  # a placeholder for a name that the reader chooses
        name = name.rstrip(".")
        assert list(SOURCE.glob(name)), f"{name} doesn't exist"


def help_targets() -> set[str]:
    command = ["make", "--no-print-directory", "help"]
    text = subprocess.run(
        command, cwd=SOURCE, capture_output=True, text=True, check=True
    ).stdout
    return set(re.findall(r"^  ([a-z][a-z0-9-]*) ", text, re.MULTILINE))


def test_every_target_has_its_line_of_help() -> None:
    files = [SOURCE / "Makefile", *SOURCE.glob("**/build.mk")]
    named = re.findall(
        r"^\.PHONY: (.*)$", "\n".join(f.read_text() for f in files), re.MULTILINE
    )
    targets = {target for line in named for target in line.split()}
    assert targets - help_targets() == {"FORCE"}


@document
def test_make_targets_exist(path: pathlib.Path) -> None:
    known = help_targets()
    for line in code(path.read_text()):
        # Text after two spaces explains the command and names no targets.
        for words in MAKE.findall(re.sub(r"  .*", "", line.strip())):
            for word in words.split():
                assert not TARGET.match(word) or word in known, f"make {word}"


def test_every_system_test_has_its_subject() -> None:
    text = (SOURCE / "docs" / "testing.md").read_text()
    for path in (SOURCE / "ci" / "system").glob("test_*.py"):
        assert f"`{path.relative_to(SOURCE)}`" in text


TABLES = table("refusals")
TROUBLESHOOTING = (SOURCE / "docs" / "troubleshooting.md").read_text()


def test_the_tables_of_messages_are_up_to_date() -> None:
    """ "make hvconfig-docs" updates it."""
    assert TROUBLESHOOTING == make_troubleshooting.render(TROUBLESHOOTING)


@pytest.mark.parametrize("entry", TABLES, ids=lambda entry: str(entry["sentence"]))
def test_every_refusal_is_explained(entry: dict[str, Any]) -> None:
    """Each refusal's sentence is in a row of the tables."""
    assert len(TABLES) > 50
    rows = [x for x in TROUBLESHOOTING.splitlines() if x.startswith("| `")]
    for sentence in make_troubleshooting.sentences(entry):
        assert any(f"`{sentence}`" in row for row in rows), sentence


HVCONFIG = (SOURCE / "docs" / "hvconfig.md").read_text()


def python(*arguments: str, cwd: pathlib.Path = SOURCE) -> str:
    """Returns the output of a Python program that imports hvconfig."""
    process = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(SOURCE / "tools" / "hvconfig")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.returncode in (0, 1)
    return process.stdout


def test_the_example_in_python_runs() -> None:
    example = re.search(r"^```python\n(.*?)^```", HVCONFIG, re.MULTILINE | re.DOTALL)
    assert example
    assert "0x40000000" in python("-c", example.group(1))


def shown(command: str) -> str:
    """Returns the output that hvconfig.md shows for a command."""
    block = re.search(rf"^[$#] [^\n]*{command}[^\n]*\n(.*?)^```", HVCONFIG, re.M | re.S)
    assert block
    return block.group(1)


def test_the_example_of_check(tmp_path: pathlib.Path) -> None:
    platform = SOURCE / "configs" / "platforms" / "qemu-virt-arm64.yaml"
    (tmp_path / "mine.yaml").write_text(
        f"platform: {platform}\n"
        "cells:\n"
        "  a:\n"
        "    cpus: [3]\n"
        "    ram: 16M\n"
        "    consol: true\n"
        "  b:\n"
        "    cpus: [3]\n"
        "    ram: 4G\n"
        "    console: {at: 0x09000000, irq: 33}\n"
    )
    output = python("-m", "hvconfig", "check", "mine.yaml", cwd=tmp_path)
    assert sorted(output.splitlines()) == sorted(shown("hvconfig check").splitlines())


def test_the_example_of_explain(tmp_path: pathlib.Path) -> None:
    stop = {"reason": "access", "cpu": 3, "pc": "0x40000124", "registers": {}}
    stop |= {"syndrome": "0x93810006", "guest_address": "0x9010000"}
    record = tmp_path / "stray.json"
    record.write_text(json.dumps([{"name": "stray", "state": "failed", "stop": stop}]))
    command = ["explain", str(record), "--system", "qemu-virt-arm64-test"]
    assert python("-m", "hvconfig", *command) == shown("hvconfig explain -")


@document
def test_modules_exist(path: pathlib.Path) -> None:
    for name in re.findall(r"`(hvconfig(?:\.\w+)+)(?:\(\w*\))?`", path.read_text()):
        if not name.endswith((".md", ".sh", ".py")):
            assert pkgutil.resolve_name(name)


def folders() -> set[str]:
    """Returns the folders with sources, except data for tests."""
    tops = [SOURCE / top for top in TOPS.split("|")]
    kinds = (".c", ".h", ".S", ".py", ".sh", ".yaml", ".json", ".toml", ".md")
    return {
        str(file.parent.relative_to(SOURCE))
        for top in tops
        for file in top.rglob("*")
        if file.suffix in kinds and "corpus" not in file.parts
    }


def test_the_map_has_every_folder() -> None:
    text = (SOURCE / "CONTRIBUTING.md").read_text()
    map_ = text.partition("\n## Map of the folders\n")[2].partition("\n## ")[0]
    known = {name.rstrip("/") for name in re.findall(r"`([\w/.-]+/)`", map_)}
    whole = "(inmates|ci/helpers|ci/rootfs|driver/tests|hypervisor/tests)/.*"
    for folder in folders():
        parents = {str(parent) for parent in pathlib.PurePath(folder).parents}
        covered = re.fullmatch(whole, folder) and parents & known
        assert folder in known or covered, folder


@document
def test_the_examples_of_cmdline(path: pathlib.Path) -> None:
    text = path.read_text()
    for system, output in re.findall(r"^\$ hvconfig cmdline (\S+)\n(.*\n)", text, re.M):
        assert python("-m", "hvconfig", "cmdline", system) == output
