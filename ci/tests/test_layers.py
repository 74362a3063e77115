# SPDX-License-Identifier: GPL-2.0
"""The packages of ci/ import each other in one direction.

Users will have the machine and the audit without the tests and the figures.
"""

import ast
import pathlib
import sys
from collections.abc import Iterator

import pytest
from machine.paths import SOURCE

# Each package with those that it may import, apart from itself.
ALLOWED = {
    "machine": set[str](),
    "audit": {"machine", "hvconfig"},
    "bulkhead": {"audit", "machine", "hvconfig"},
    "bench": {"bulkhead", "machine", "hvconfig", "libfdt", "yaml"},
    "demo": {"bulkhead", "machine"},
}


def imports_of(path: pathlib.Path) -> Iterator[str]:
    """Yields the top-level packages that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, f"{path}: a relative import"
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("package", ALLOWED)
def test_a_package_imports_only_what_is_below_it(package: str) -> None:
    files = list((SOURCE / "ci" / package).rglob("*.py"))
    assert files
    for path in files:
        others = set(imports_of(path)) - {package, *sys.stdlib_module_names}
        assert others <= ALLOWED[package], f"{path}: {others - ALLOWED[package]}"


def test_every_package_is_known() -> None:
    there = {path.parent.name for path in (SOURCE / "ci").glob("*/__init__.py")}
    assert there == set(ALLOWED)
