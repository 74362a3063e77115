# SPDX-License-Identifier: GPL-2.0
"""Only an architecture's own file contains its name."""

import re

from hvconfig.arch import ARCHITECTURES
from hvconfig.arch.base import NUMBERS
from hvconfig.read import schema

from tests.helpers import SOURCE

PACKAGE = SOURCE / "tools" / "hvconfig" / "hvconfig"
_TEST = re.compile(r"arch *[!=]=|\"(" + "|".join(ARCHITECTURES) + r")\"")


def test_no_other_module_names_an_architecture() -> None:
    found = [
        f"{path.name}: {line.strip()}"
        for path in PACKAGE.rglob("*.py")
        if path.parent.name != "arch"
        for line in path.read_text().splitlines()
        if _TEST.search(line)
    ]
    assert not found


def test_the_schema_takes_the_same_architectures() -> None:
    listed = schema.load("platform")["properties"]["arch"]["enum"]
    assert set(listed) == set(ARCHITECTURES) < set(NUMBERS)
