# SPDX-License-Identifier: GPL-2.0
"""Named shared regions and their doorbells."""

from dataclasses import replace
from typing import Any

import pytest
from hvconfig import abi
from hvconfig.check.system import check_system
from hvconfig.model import Region, System
from hvconfig.problems import Report
from hvconfig.read import unblob
from hvconfig.show import diff, dump, picture
from hvconfig.write import blob, header

from tests.helpers import (
    cell,
    cells,
    errors,
    examine_text,
    good,
    system,
    warnings,
)


def sharing(**cells: Any) -> dict[str, Any]:
    """Returns a system: root and two cells share "ring"; all have doorbells."""
    named = {"one": cell(1), "two": cell(2)}
    for name, data in named.items():
        data["shared"] = {"ring": cells.get(name)}
    shared = {"ring": {"size": "64K", "doorbells": True}}
    root = {"shared": {"ring": cells.get("root")}}
    return system(shared=shared, root=root, cells=named)


def ring_of(found: System, name: str) -> Region:
    owner = found.cell(name)
    assert owner
    return next(x for x in owner.regions if x.name == "ring")


def test_everybody_has_a_doorbell() -> None:
    found = good(sharing())
    root, one, two = (ring_of(found, name) for name in ("root", "one", "two"))
    assert (root.rung, root.irq, root.ring) == (True, 0, True)
    # The consoles of the two cells have 241 and 242.
    assert (one.irq, two.irq) == (243, 244) and one.ring and two.ring
    assert not one.rung
    for name, irq in (("one", 243), ("two", 244)):
        owner = found.cell(name)
        assert owner and irq in [x.first for x in owner.irqs]


def test_one_direction() -> None:
    found = good(sharing(one={"doorbell": False}, two={"ring": False}, root={}))
    assert ring_of(found, "one").irq == 0 and ring_of(found, "one").ring
    assert ring_of(found, "two").irq == 243 and not ring_of(found, "two").ring


def test_nobody_to_ring() -> None:
    data = sharing(one={"doorbell": False}, two={"doorbell": False})
    found = good(data)
    assert ring_of(found, "one").ring and not ring_of(found, "root").ring
    data["shared"] = {"ring": "64K"}
    found = good(data)
    assert not any(ring_of(found, x).ring for x in ("root", "one", "two"))


def test_the_agreement_of_two() -> None:
    data = system()
    agreed = {"with": "root", "size": "64K", "name": "ring", "doorbells": True}
    data["cells"]["one"]["shared"] = agreed
    found = good(data)
    assert ring_of(found, "root").rung and ring_of(found, "one").irq == 243


BAD: list[tuple[dict[str, Any], str]] = [
    ({"one": {"doorbell": 34}}, "the doorbell 34 of 'ring' is not one of the spare"),
    (
        {"one": {"doorbell": 241}},
        "the doorbell 241 of 'ring' is also that of its console",
    ),
    ({"root": {"doorbell": 243}}, "'ring' has the doorbell interrupt 243"),
]


@pytest.mark.parametrize("changes, words", BAD)
def test_wrong_doorbells(changes: dict[str, Any], words: str) -> None:
    assert any(words in x for x in errors(sharing(**changes)))


def test_no_interrupt_is_left() -> None:
    data = sharing()
    data["platform"]["spare_irqs"] = [241, 242, 243]
    assert ["two: there is no spare interrupt left for the doorbell of ring"] == [
        x.split(";")[0] for x in errors(data)
    ]


def test_too_many_names() -> None:
    data = system()
    names = [f"s{n}" for n in range(abi.MAX_SHARED + 1)]
    data["shared"] = {name: "4K" for name in names}
    for name in ("one", "two"):
        data["cells"][name]["shared"] = {x: None for x in names}
    found = [x for x in errors(data) if "named shared regions" in x]
    assert len(found) == 3 and "has 32 named shared regions, at most 31" in found[0]


def test_root_has_to_name_it() -> None:
    """In a blob or a written list, root's region may lack the name."""
    found = good(sharing())
    regions = [replace(x, name="") for x in found.root.regions]
    found = replace(found, root=replace(found.root, regions=tuple(regions)))
    report = Report()
    check_system(found, report)
    said = [x.message for x in report.problems if x.is_error]
    assert "shares 'ring', but root doesn't list exactly that memory" in said


def test_the_blob_comes_back() -> None:
    found = good(sharing(two={"ring": False}))
    content = blob.encode(found)
    again = unblob.decode(content)
    assert ring_of(again, "two").irq == 244 and not ring_of(again, "two").ring
    parsed, problems = examine_text(dump.render(again))
    assert parsed and not [x for x in problems if x.is_error]
    assert blob.encode(parsed) == content


def test_what_changed() -> None:
    old, new = good(sharing()), good(sharing(one={"ring": False}, root={"ring": False}))
    words = [str(x) for x in diff.changes(old, new)]
    assert any("one: " in x and "may not ring the others any more" in x for x in words)
    assert any("root: " in x and "may not ring" in x for x in words)
    new = good(sharing(one={"doorbell": 244}, root={"doorbell": False}))
    words = [str(x) for x in diff.changes(old, new)]
    assert any("one: " in x and "doorbell 244, not 243" in x for x in words)
    assert any("root: " in x and "is not rung any more" in x for x in words)


def test_the_picture_and_the_header_say_it() -> None:
    found = good(sharing())
    sources = [row.detail for row in picture.compose(found).irqs]
    assert "doorbell of ring" in sources and "console" in sources
    one = found.cell("one")
    assert one
    text = header.render(found, one)
    assert "CELL_SHARED_RING_INDEX 0x00000000" in text
    assert "CELL_SHARED_RING_IRQ 0x000000f3" in text


def shared(**parties: dict[str, Any]) -> dict[str, Any]:
    """Returns a system: cells "one" and "two" share "ring" with these options."""
    data = cells(
        one=cell(1, shared=parties.get("one")), two=cell(2, shared=parties.get("two"))
    )
    data["shared"] = {"ring": {"at": 0xB8000000, "size": "64K"}}
    data["root"] = {"shared": parties.get("root", {})}
    return data


def test_shared() -> None:
    both = {"ring": {"guest": 0x60000000}}
    found = good(shared(one=both, two={"ring": {"rights": "r"}}))
    regions = [x for c in found.cells for x in c.regions if x.type == "shared"]
    assert [(x.phys, x.guest, x.flags) for x in regions] == [
        (0xB8000000, 0x60000000, 3),
        (0xB8000000, 0xB8000000, 1),
    ]
    # Root's region has no rights, but root must list it to share it.
    assert roots_part(found) == [("ram", 7), ("shared", 0), ("ram", 7)]
    found = good(shared(one=both, root={"ring": None}))
    assert roots_part(found) == [("ram", 7), ("shared", 3), ("ram", 7)]


def roots_part(found: System) -> list[tuple[str, int]]:
    in_ram = [x for x in found.root.regions if 0x40000000 <= x.phys < 0xC0000000]
    return [(x.type, x.flags) for x in in_ram]


def test_shared_without_memory() -> None:
    data = shared(one={"ring": None}, two={"ring": None})
    data["shared"]["ring"]["at"] = 0x30000000
    found = "ring (0x30000000-0x3000ffff) is outside RAM; RAM is 0x4000"
    assert f"one: {found}" in errors(data)[0]


def test_shared_with_nobody() -> None:
    found = errors(shared(one={"ring": None}))
    assert found == [
        "one: shares ring, but no other cell lists it; list it under shared: "
        "of another cell or root"
    ]
    assert "no cell lists" in warnings(shared())[0]


def test_shared_memory_is_no_cells_own() -> None:
    data = shared(one={"ring": None}, two={"ring": None})
    data["cells"]["three"] = cell(3)
    data["cells"]["three"]["memory"][0]["phys"] = 0xB7FFF000
    assert "overlaps" in errors(data)[0] and "three" in errors(data)[0]
    data["shared"]["ring"]["at"] = 0xB1000000
    assert any("ring" in line for line in errors(data))
