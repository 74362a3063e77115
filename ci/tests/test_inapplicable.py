# SPDX-License-Identifier: GPL-2.0
"""The tests in the list of inapplicable tests exist."""

import subprocess
import sys

import pytest
from inapplicable import INAPPLICABLE
from machine.boards import BOARDS
from machine.paths import SOURCE


def names(arch: str) -> set[str]:
    """Returns all names that the list may contain.

    These are the names of files, of tests, and of tests with parameters.
    """
    command = [sys.executable, "-m", "pytest", str(SOURCE / "ci" / "system")]
    command += ["--arch", arch, "--thorough", "--collect-only", "-q", "--color=no"]
    said = subprocess.run(
        command, cwd=SOURCE, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    found = set()
    for line in said.splitlines():
        path, separator, test = line.partition("::")
        if separator:
            file = path.rpartition("/")[2].removesuffix(".py")
            found |= {file, f"{file}::{test}", f"{file}::{test.partition('[')[0]}"}
    return found


def test_every_architecture_has_its_list() -> None:
    assert INAPPLICABLE.keys() == BOARDS.keys()


@pytest.mark.parametrize("arch", sorted(INAPPLICABLE))
def test_every_key_names_a_test(arch: str) -> None:
    stale = INAPPLICABLE[arch].keys() - names(arch)
    assert not stale, sorted(stale)
    files = {key for key in INAPPLICABLE[arch] if "::" not in key}
    twice = [key for key in INAPPLICABLE[arch] if key.partition("::")[0] in files]
    assert set(twice) == files, "a test of a file that is listed as a whole"
