# SPDX-License-Identifier: GPL-2.0
"""What an architecture needs, beginning with its arch/NAME.mk: see CONTRIBUTING.md."""

import ast
import pathlib
from collections.abc import Iterator

import pytest
from audit.paused import VIEWS
from inapplicable import INAPPLICABLE
from machine.boards import BOARDS
from machine.paths import SOURCE

ARCHITECTURES = {path.stem for path in (SOURCE / "arch").glob("*.mk")}
# Files that each architecture must have.
OWN = (
    "hypervisor/arch/{0}/include/arch/layout.h",
    "hypervisor/tests/{0}/build.mk",
    "driver/arch/{0}/machine.c",
    "tools/hvctl/words/{0}.c",
    "tools/hvctl/linux/{0}.c",
    "tools/hvconfig/hvconfig/arch/{0}.py",
    "inmates/lib/{0}/inmate.lds.S",
    "inmates/tests/{0}",
    "inmates/bench/{0}",
    "ci/machine/boards/{0}.py",
    "ci/bench/{0}.py",
)


@pytest.mark.parametrize("architecture", sorted(ARCHITECTURES))
def test_it_has_its_own_files(architecture: str) -> None:
    missing = [
        path for path in OWN if not (SOURCE / path.format(architecture)).exists()
    ]
    assert not missing


def test_it_has_a_board() -> None:
    assert {board.arch for board in BOARDS.values()} == ARCHITECTURES
    assert set(VIEWS) == set(INAPPLICABLE) == set(BOARDS)


def tables(path: pathlib.Path) -> Iterator[set[str]]:
    """Yields the keys of each dictionary in a file that has several architectures."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Dict):
            keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
            if len(keys & ARCHITECTURES) > 1:
                yield {str(key) for key in keys}


@pytest.mark.parametrize("path", sorted((SOURCE / "ci").rglob("*.py")), ids=str)
def test_every_table_has_every_architecture(path: pathlib.Path) -> None:
    for keys in tables(path):
        assert keys >= ARCHITECTURES, f"{path}: a table with {sorted(keys)}"
