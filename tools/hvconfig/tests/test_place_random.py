# SPDX-License-Identifier: GPL-2.0
"""Placement of random systems without addresses is correct."""

import itertools
from collections.abc import Iterator
from typing import Any

from hvconfig.model import Cell, Range, System
from hvconfig.read import unblob
from hvconfig.show import dump
from hvconfig.write import blob
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import programs
from tests.helpers import examine, examine_text, system

settings.register_profile(
    "placed",
    database=None,
    derandomize=True,
    deadline=None,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
PLACED = settings.get_profile("placed")

PAGE, M = 4096, 1 << 20
RAM = [Range(0x40000000, 256 * M), Range(0x80000000, 64 * M)]
SIZES = st.sampled_from([PAGE, 3 * PAGE, 65536, M, 2 * M, 3 * M + PAGE, 16 * M])


@st.composite
def a_cell(draw: st.DrawFn, number: int) -> dict[str, Any]:
    data: dict[str, Any] = {"cpus": [1 + number % 3], "ram": [draw(SIZES)]}
    for index in range(draw(st.integers(0, 3))):
        entry: dict[str, Any] = {"size": draw(SIZES)}
        if draw(st.booleans()):
            entry["loadable"] = False
        # a given address that conflicts with no other one
        if not draw(st.integers(0, 4)):
            entry["phys"] = 0x44000000 + (number * 4 + index) * 2 * M
            entry["size"] = min(entry["size"], 2 * M)
        if not draw(st.integers(0, 4)):
            entry["guest"] = 0x60000000 + index * 16 * M
        data["ram"].append(entry)
    data["console"] = draw(st.booleans())
    if draw(st.booleans()):
        data["image"] = True
        data["rights"] = ["reset"]
    if number == 0:
        data["devices"] = draw(st.sampled_from([[], ["can"], ["net"], ["net", "disk"]]))
    return data


@st.composite
def a_system(draw: st.DrawFn) -> dict[str, Any]:
    count = draw(st.integers(1, 5))
    cells = {f"c{number}": draw(a_cell(number)) for number in range(count)}
    for number in range(1, count):
        before = [f"c{x}" for x in range(number)]
        # Cells with the same CPU must exclude each other; other cells may.
        names = {x for x in before if cells[x]["cpus"] == cells[f"c{number}"]["cpus"]}
        names |= draw(st.sets(st.sampled_from(before), max_size=2))
        cells[f"c{number}"]["not_with"] = sorted(names)
    data = system(cells=cells)
    del data["hypervisor"]
    data["platform"]["ram"] = [{"at": x.start, "size": x.size} for x in RAM]
    spots = st.sampled_from(
        [*range(0x4C000000, RAM[0].end, M), *range(0x80000000, RAM[1].end, M)]
    )
    data["platform"]["reserved"] = [
        {"at": at, "size": draw(SIZES)} for at in draw(st.lists(spots, max_size=3))
    ]
    if count > 1:
        data["shared"] = {"ring": draw(SIZES), "other": draw(SIZES)}
        for name in ("ring", "other"):
            for party in draw(
                st.sets(st.sampled_from(sorted(cells)), min_size=2, max_size=3)
            ):
                cells[party].setdefault("shared", {})[name] = None
        for one in cells.values():
            if draw(st.booleans()) and "shared" not in one:
                one["shared"] = {"with": "root", "size": "64K"}
    return data


def own(one: Cell) -> list[Range]:
    ranges = [x.range for x in one.regions if x.type == "ram"]
    return ranges + ([one.image] if one.image.size else [])


def everything(found: System) -> Iterator[tuple[Range, Cell | None]]:
    yield found.hypervisor, None
    for region in found.shared.values():
        yield region.range, None
    for one in found.cells:
        for item in own(one):
            yield item, one


def place(data: dict[str, Any]) -> System | None:
    """Returns the placed system, or None if memory does not suffice.

    Other errors fail the test.
    """
    found, problems = examine(data)
    errors = [x for x in problems if x.is_error]
    short = [x for x in errors if "no room" in x.message or x.name == "root"]
    assert found is not None and (short or not errors), errors
    return None if short else found


@PLACED
@given(a_system())
def test_places_are_right(data: dict[str, Any]) -> None:
    """Checks the places with neither the placing code nor check's code."""
    found = place(data)
    if found is None:
        return
    for (here, its), (there, other) in itertools.combinations(everything(found), 2):
        if here.overlaps(there):
            assert its and other and its is not other and its.never_with(other)
    for item, _ in everything(found):
        assert any(ram.contains(item) for ram in RAM)
        for kept in data["platform"]["reserved"]:
            assert not item.overlaps(Range(kept["at"], kept["size"]))
    for one in found.cells:
        pages = [x.guest_range for x in one.regions]
        pages += [Range(one.info, PAGE)] if one.info else []
        pages += [Range(one.console.guest, PAGE)] if one.console else []
        for first, second in itertools.combinations(pages, 2):
            assert not first.overlaps(second)
        check_pins(data["cells"][one.name], one)
    parties = {
        name: {x.guest for one in found.cells for x in one.regions if x.name == name}
        for name in found.shared
    }
    assert all(len(guests) == 1 for guests in parties.values())


def check_pins(asked: dict[str, Any], one: Cell) -> None:
    """Given addresses are kept; other regions that can hold a superpage have one."""
    ram = [x for x in one.regions if x.type == "ram"]
    entries = [x if isinstance(x, dict) else {"size": x} for x in asked["ram"]]
    assert sorted(x.size for x in ram) == sorted(x["size"] for x in entries)
    for entry in entries:
        fitting = [x for x in ram if x.size == entry["size"]]
        for key in ("phys", "guest"):
            if key in entry:
                assert any(getattr(x, key) == entry[key] for x in fitting)
    if not any("phys" in x or "guest" in x for x in entries):
        for region in ram:
            if region.size >= 2 * M:
                assert region.phys % (2 * M) == region.guest % (2 * M) == 0


@PLACED
@given(a_system())
def test_identity(data: dict[str, Any]) -> None:
    """The hypervisor's decoder accepts the blob; build of its dump equals it."""
    found = place(data)
    if found is None:
        return
    content = blob.encode(found)
    assert all(said == (0, 0, 0, 0) for said in programs.decode(content))
    again, more = examine_text(dump.render(unblob.decode(content)))
    assert again is not None and not [x for x in more if x.is_error], more
    assert blob.encode(again) == content


@PLACED
@given(a_system(), SIZES)
def test_one_more_cell_at_the_end(data: dict[str, Any], size: int) -> None:
    """Adding a cell with a superpage moves neither other cells nor the hypervisor."""
    before = place(data)
    if before is None:
        return
    data["cells"]["last"] = {"cpus": [1], "ram": max(size, 2 * M)}
    after, _ = examine(data)
    assert after is not None
    assert after.hypervisor == before.hypervisor
    assert after.cells[:-1] == before.cells
