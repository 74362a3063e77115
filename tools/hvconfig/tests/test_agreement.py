# SPDX-License-Identifier: GPL-2.0
"""check accepts exactly the systems that the hypervisor accepts.

Systems for the hypervisor's fake machine are changed at random. check examines them.
The hypervisor's own code enables the fake machine with them and creates all cells.
"""

import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hvconfig import abi
from hvconfig.arch.base import NUMBERS
from hvconfig.check.system import check_system
from hvconfig.model import Cell, IrqRange, Range, Region, System
from hvconfig.problems import Report
from hvconfig.write import blob
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import programs
from tests.helpers import good, system

PAGE = 4096
M = 1 << 20
RAM = 0x40000000  # as in hypervisor/tests/fake/include/arch/fake.h
END = RAM + 60 * M  # the hypervisor's memory starts here


def machine(cells: dict[str, Any]) -> dict[str, Any]:
    data = system(cells=cells)
    platform = data["platform"]
    for number, cpu in enumerate(platform["cpus"]):
        cpu["mpidr"] = number
    platform["ram"] = [{"at": RAM, "size": "64M"}]
    data["hypervisor"] = {"memory": {"at": END, "size": "4M"}}
    return data


@st.composite
def systems(draw: st.DrawFn) -> System:
    """Generates systems without problems: two or three cells with one CPU each."""
    cells = {}
    for number in range(draw(st.integers(2, 3))):
        size = draw(st.integers(1, 300)) * PAGE
        cells[f"c{number}"] = {
            "cpus": [number + 1],
            "ram": [size] + [PAGE] * draw(st.integers(0, 2)),
            "console": draw(st.booleans()),
            "image": draw(st.booleans()),
        }
        if draw(st.booleans()):
            cells[f"c{number}"]["info"] = "none"
    cells["c0"]["devices"] = draw(st.sampled_from([[], ["can"]]))
    data = machine(cells)
    if draw(st.booleans()):
        data["shared"] = {"ring": "64K"}
        for name in ("c0", "c1"):
            cells[name]["shared"] = {"ring": draw(st.sampled_from([None, {}]))}
    return good(data)


def own_ram(found: System) -> list[Region]:
    return [x for one in found.cells for x in one.regions if x.type == "ram"]


def places(found: System) -> list[int]:
    """Returns the bounds of all ranges, and the pages before and after them."""
    ranges = [x.range for one in (found.root, *found.cells) for x in one.regions]
    ranges += [x.guest_range for one in found.cells for x in one.regions]
    ranges += [x.image for x in found.cells] + [found.hypervisor]
    edges = {edge for x in ranges for edge in (x.start, x.end)}
    edges |= {x.info for x in found.cells} | {RAM, 1 << 40, (1 << 40) - PAGE}
    near = {edge + step for edge in edges for step in (-PAGE, 0, PAGE)}
    gic = Range(0x08000000, 0x01000000)  # the fake machine has no GIC
    return sorted(x for x in near if x >= 0 and not gic.contains(Range(x, 1)))


Change = Callable[[st.DrawFn, System, Cell], Cell]


def change_region(draw: st.DrawFn, found: System, one: Cell) -> Cell:
    at = draw(st.integers(0, len(one.regions) - 1))
    region = one.regions[at]
    if region.type == "shared":  # check requires that cells share all of it
        what = draw(st.sampled_from(["guest", "flags"]))
    else:
        what = draw(st.sampled_from(["phys", "guest", "size", "flags", "type"]))
    values: dict[str, Any] = {
        "phys": places(found),
        "guest": places(found),
        "size": [0, PAGE, 2 * PAGE, M, 64 * M, region.size + PAGE, PAGE // 2],
        "flags": range(1, 1 << 5),
        "type": ["ram", "mmio"],
    }
    value = draw(st.sampled_from(values[what]))
    regions = [*one.regions]
    regions[at] = replace(region, **{what: value})
    return replace(one, regions=tuple(regions))


def copy_region(draw: st.DrawFn, found: System, one: Cell) -> Cell:
    """Adds a region whose memory a cell or root already has."""
    source = draw(st.sampled_from([*own_ram(found), *found.root.regions]))
    more = replace(source, guest=draw(st.sampled_from(places(found))), flags=3)
    return replace(one, regions=(*one.regions, more))


def change_cpus(draw: st.DrawFn, found: System, one: Cell) -> Cell:
    cpus = draw(st.sets(st.integers(1, 4), max_size=3))
    return replace(one, cpus=tuple(sorted(cpus)))


def change_irqs(draw: st.DrawFn, found: System, one: Cell) -> Cell:
    """Adds an interrupt of another cell, of a device or of nobody."""
    number = draw(st.sampled_from([20, 34, 36, 48, 100, 241, 242, 243, 244]))
    return replace(one, irqs=(*one.irqs, IrqRange(number)))


def change_page(draw: st.DrawFn, found: System, one: Cell) -> Cell:
    at = draw(st.sampled_from([*places(found), 0x40000800]))
    if one.console and draw(st.booleans()):
        return replace(one, console=replace(one.console, guest=at))
    return replace(one, info=at)


def change_image(draw: st.DrawFn, found: System, one: Cell) -> Cell:
    at = draw(st.sampled_from(places(found)))
    size = draw(st.sampled_from([PAGE, M, 2 * M, PAGE // 2]))
    return replace(one, image=Range(at, size))


def change_entry(draw: st.DrawFn, found: System, one: Cell) -> Cell:
    return replace(one, entry=draw(st.sampled_from(places(found))))


def change_words(draw: st.DrawFn, found: System, one: Cell) -> Cell:
    match draw(st.sampled_from(["name", "rights", "args", "mode"])):
        case "name":
            names = ["c0", "root", "a b", "", "x" * 31, "\u00e4"]
            return replace(one, name=draw(st.sampled_from(names)))
        case "rights":
            rights = draw(st.sets(st.sampled_from(sorted(abi.RIGHTS))))
            return replace(one, rights=tuple(rights))
        case "args":
            return replace(one, args=draw(st.sampled_from(["x" * 255, "x\0y"])))
    return replace(one, irq_mode="direct", abort=True)


CHANGES: list[Change] = [
    change_region,
    change_region,
    copy_region,
    change_cpus,
    change_irqs,
    change_page,
    change_image,
    change_entry,
    change_words,
]


@st.composite
def damaged(draw: st.DrawFn) -> System:
    found = draw(systems())
    cells = [*found.cells]
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(cells) - 1))
        cells[at] = draw(st.sampled_from(CHANGES))(draw, found, cells[at])
    return replace(found, cells=tuple(cells))


def for_the_fake_machine(content: bytes) -> bytes:
    parts, at = bytearray(content), 0
    while at < len(parts):
        struct.pack_into("<H", parts, at + 10, NUMBERS["fake"])
        at += int(struct.unpack_from("<I", parts, at + 12)[0])
    return bytes(parts)


@settings(
    database=None,
    derandomize=True,
    deadline=None,
    max_examples=250,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(damaged())
def test_check_and_hypervisor_agree(found: System) -> None:
    report = Report()
    check_system(found, report)
    try:
        content = blob.encode(found)
    except (struct.error, KeyError):
        assert report.errors
        return
    said = programs.validate(for_the_fake_machine(content))
    accepted = len(said) == 1 + len(found.cells) and not any(any(x) for x in said)
    assert accepted == (not report.errors), (said, report.errors)
