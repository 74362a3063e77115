# SPDX-License-Identifier: GPL-2.0
"""check finds conflicts in the readable part of a config that has errors."""

from typing import Any

import pytest

from tests.helpers import cell, cells, change, errors, examine_text, system, to_yaml


# path and wrong value; the reader skips it, and check still sees the rest
BROKEN: list[tuple[str, Any, str]] = [
    ("cells.one.memory.0.size", "1x", "'1x' is not a number"),
    ("cells.one.cpus", [3, 9999, 1], "'9999' is too large"),
    ("cells.one.cpus", [], "at least 1 is needed"),
    ("cells.one.not_with", [1], "'1' is not text"),
    ("cells.o ne", cell(3), "'o ne' is not 1 to 31 letters"),
    ("hypervisor.memory.at", "1x", "'1x' is not a number"),
    ("root", {"mem": "1x"}, "'1x' is not a number"),
    ("root", {"irq_mode": "lists"}, "did you mean 'list'?"),
]


@pytest.mark.parametrize("path, value, expected", BROKEN)
def test_conflicts_beside_what_is_broken(path: str, value: Any, expected: str) -> None:
    data = change(path, value)
    data["cells"] |= {"x": cell(3), "y": cell(3, console=None)}
    found = errors(data)
    assert any(expected in x for x in found), found
    assert any("y: CPU 3 also belongs to" in x for x in found), found
    assert any("y: memory 0xb3000000-0xb3ffffff over" in x for x in found), found


def test_lines_of_the_rest() -> None:
    data = system(root={"mem": "1x"})
    memory = data["cells"]["one"]["memory"]
    memory.insert(0, {"phys": 0xB1000000, "size": "1x"})
    data["cells"]["two"]["memory"] = [{"size": "1x"}, dict(memory[1])]
    text = to_yaml(data)
    (found,) = [x for x in examine_text(text)[1] if "overlaps" in x.message]
    lines = text.splitlines()
    assert "phys" in lines[found.where.line - 1]
    assert found.where.line > 1 + lines.index("  two:") and found.name == "two"
    assert "1x" not in lines[found.where.line - 1]


def test_conflicts_without_room_for_the_hypervisor() -> None:
    data = system(root={"mem": "2G"}, hypervisor={})
    assert len(errors(data)) == 1
    data["cells"]["two"] = cell(1)
    found = errors(data)
    assert any("hypervisor: there is no room for 4M" in x for x in found)
    assert any("two: CPU 1 also belongs to one" in x for x in found)
    assert any("two: memory 0xb1000000" in x for x in found)


def test_what_is_missing_is_no_conflict() -> None:
    """An unreadable part might exclude or share: this is not reported as a conflict."""
    data = cells(one=cell(1), two=cell(1, not_with=["one", 7]))
    assert len(errors(data)) == 1
    shared = {"type": "shared", "phys": 0xB8000000, "size": "64K"}
    memory = cell(2)["memory"] + [shared | {"type": "share"}]
    data = cells(
        one=cell(1, memory=[*cell(1)["memory"], shared]),
        two=cell(2, memory=memory),
    )
    assert len(errors(data)) == 1
