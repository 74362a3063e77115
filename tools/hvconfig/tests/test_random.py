# SPDX-License-Identifier: GPL-2.0
"""Random systems, and systems with random changes."""

import copy
import itertools
import time
from typing import Any

import pytest
import yaml
from hvconfig import abi
from hvconfig.check.system import check_system
from hvconfig.model import System
from hvconfig.problems import ConfigError, Report
from hvconfig.read import unblob
from hvconfig.show import dump
from hvconfig.write import blob
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import programs
from tests.helpers import PLATFORM, errors, examine, examine_text, good, system
from tests.large import large_system

settings.register_profile(
    "here",
    database=None,
    derandomize=True,  # examples do not depend on the run
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("here")

PAGE = 4096
FIRST = 0x90000000  # start of the memory of random cells
NAMES = st.from_regex(r"[A-Za-z0-9_-]{1,31}", fullmatch=True)
RIGHTS = st.sampled_from(["r", "rw", "rx", "rwx"])


class Ground:
    """Allocates ranges of memory that do not overlap."""

    def __init__(self, start: int) -> None:
        self._next = start

    def take(self, draw: st.DrawFn) -> tuple[int, int]:
        gap = draw(st.integers(0, 3)) * PAGE
        size = draw(st.integers(1, 600)) * PAGE
        start = self._next + gap
        self._next = start + size
        return start, size


@st.composite
def memory(draw: st.DrawFn, ground: Ground) -> list[dict[str, Any]]:
    guests = Ground(0x40000000)
    remap = draw(st.booleans())
    entries = []
    for number in range(draw(st.integers(1, 5))):
        start, size = ground.take(draw)
        entry: dict[str, Any] = {"phys": start, "size": size}
        if remap:
            guest, _ = guests.take(draw)
            guests = Ground(guest + size)
            entry["guest"] = guest
        if number == 0:
            entry["loadable"] = True
        else:
            entry["rights"] = draw(RIGHTS)
            entry["small_pages"] = draw(st.booleans())
        entries.append(entry)
    return entries


@st.composite
def random_cell(draw: st.DrawFn, number: int, ground: Ground) -> dict[str, Any]:
    data: dict[str, Any] = {
        "cpus": [number],
        "memory": draw(memory(ground)),
        "irq_mode": draw(st.sampled_from(["list", "direct"])),
        "on_violation": draw(st.sampled_from(["stop", "abort"])),
        "args": draw(st.text("abc =\u00e4", max_size=100)),
        "rights": draw(st.lists(st.sampled_from(["reset", "console"]), unique=True)),
    }
    if draw(st.booleans()):
        data["console"] = {"at": 0x09000000}
        if draw(st.booleans()):
            data["console"]["irq"] = 240 + number
    if draw(st.booleans()):
        data["info"] = 0x0B000000
    if draw(st.booleans()):
        data["irqs"] = draw(st.lists(st.sampled_from([16, 20, 27, 30, "26-28"])))
    if draw(st.booleans()):
        start, size = ground.take(draw)
        size = max(size, data["memory"][0]["size"])
        data["image"] = {"at": start, "size": size}
        ground.__init__(start + size)  # type: ignore[misc]
    return data


@st.composite
def random_system(draw: st.DrawFn, at_least: int = 0) -> dict[str, Any]:
    ground = Ground(FIRST)
    names = draw(
        st.lists(
            NAMES.filter(lambda x: x != "root"),
            min_size=at_least,
            max_size=3,
            unique=True,
        )
    )
    cells = {
        name: draw(random_cell(number + 1, ground)) for number, name in enumerate(names)
    }
    data = system(cells=cells)
    data["hypervisor"]["protect"] = draw(st.booleans())
    owners = st.sampled_from(list(abi.FIRMWARE))
    data["hypervisor"]["deny_firmware"] = draw(st.lists(owners, unique=True))
    data["root"] = {"irq_mode": draw(st.sampled_from(["list", "direct"]))}
    if len(names) > 1:
        start, size = ground.take(draw)
        data["shared"] = {"ring": {"at": start, "size": size}}
        for name in names[:2]:
            rights = draw(st.sampled_from(["r", "rw"]))
            data["cells"][name]["shared"] = {"ring": {"rights": rights}}
        if draw(st.booleans()):
            data["root"]["shared"] = {"ring": None}
    return data


def same(one: System, two: System) -> bool:
    """Whether two systems have the same blob."""
    return blob.encode(one) == blob.encode(two)


@given(random_system())
def test_build_dump_build(data: dict[str, Any]) -> None:
    built = good(data)
    content = blob.encode(built)
    assert all(said == (0, 0, 0, 0) for said in programs.decode(content))
    decoded = unblob.decode(content)
    assert [x.name for x in decoded.cells] == [x.name for x in built.cells]
    for before, after in zip(
        (built.root, *built.cells), (decoded.root, *decoded.cells)
    ):
        assert after.regions == before.regions
        assert after.cpus == before.cpus and after.console == before.console
        assert after.image == before.image and after.args == before.args
    again, problems = examine_text(dump.render(decoded))
    assert again is not None and not [x for x in problems if x.is_error]
    assert blob.encode(again) == content


@given(random_system())
def test_no_two_own_the_same(data: dict[str, Any]) -> None:
    """Checks without check's code that no memory has two owners."""
    built = good(data)
    pages: dict[int, str] = {}
    for one in built.cells:
        spans = [x.range for x in one.regions if x.type == "ram"]
        spans += [one.image] if one.image.size else []
        for span in spans:
            assert not span.overlaps(built.hypervisor)
            for page in range(span.start, span.end, PAGE):
                assert pages.setdefault(page, one.name) == one.name


@given(random_system(at_least=2), st.data())
def test_planted_conflicts(data: dict[str, Any], draw: st.DataObject) -> None:
    assert not errors(data)
    first, second = list(data["cells"])[:2]
    victim, thief = data["cells"][first], data["cells"][second]
    match draw.draw(st.sampled_from(["cpu", "memory", "console", "hypervisor"])):
        case "cpu":
            thief["cpus"].append(victim["cpus"][0])
            wanted = f"also belongs to {first}"
        case "memory":
            entry = draw.draw(st.sampled_from(victim["memory"]))
            pages = entry["size"] // PAGE
            at = entry["phys"] + draw.draw(st.integers(0, pages - 1)) * PAGE
            thief["memory"].append({"phys": at, "size": PAGE, "guest": 0x70000000})
            wanted = f"of {first}"
        case "console":
            victim["console"] = {"at": 0x09000000, "irq": 244}
            thief["console"] = {"at": 0x09000000, "irq": 244}
            wanted = f"interrupt 244 also belongs to {first}"
        case _:
            thief["memory"].append(
                {"phys": 0xBFC00000, "size": PAGE, "guest": 0x70000000}
            )
            wanted = "of the hypervisor"
    found = errors(data)
    assert any(line.startswith(f"{second}: ") and wanted in line for line in found)


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(allow_nan=True),
    st.text(max_size=8),
    st.sampled_from(["16M", "0x", "1-0", "99999", "all", "none", "list"]),
    st.lists(st.integers(0, 5), max_size=3),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Returns the paths of all values in nested data."""
    found = [path] if path else []
    items: list[tuple[Any, Any]] = []
    if isinstance(data, dict):
        items = list(data.items())
    elif isinstance(data, list):
        items = list(enumerate(data))
    for key, value in items:
        found += places(value, (*path, key))
    return found


@settings(max_examples=300)
@given(st.data())
def test_any_value_anywhere(draw: st.DataObject) -> None:
    """Wrong values cause errors; build makes a blob only of a valid system."""
    data = copy.deepcopy(system(platform=yaml.safe_load(PLATFORM)))
    data["root"] = {"irq_mode": "list"}
    data["cells"]["one"] |= {"args": "x", "devices": ["can"], "irqs": [27]}
    data["cells"]["one"] |= {"image": {"at": 0xB8000000, "size": "16M"}}
    for _ in range(draw.draw(st.integers(1, 3))):
        *steps, last = draw.draw(st.sampled_from(places(data)))
        place = data
        for step in steps:
            place = place[step]
        place[last] = draw.draw(VALUES)
    found, problems = examine(data)
    if found is not None and not any(problem.is_error for problem in problems):
        content = blob.encode(found)
        assert same(unblob.decode(content), found)
        assert all(said == (0, 0, 0, 0) for said in programs.decode(content))
    assert all("\n" not in str(x) for x in problems)


@settings(max_examples=300)
@given(st.data())
def test_damaged_blobs(draw: st.DataObject) -> None:
    content = bytearray(blob.encode(good(system())))
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(content) - 1))
        content[at] = draw.draw(st.integers(0, 255))
    if draw.draw(st.booleans()):
        del content[draw.draw(st.integers(0, len(content) - 1)) :]
    try:
        decoded = unblob.decode(bytes(content))
    except ConfigError:
        return
    examine_text(dump.render(decoded))


@pytest.mark.parametrize("placed", [False, True])
def test_large_systems_take_little_time(placed: bool) -> None:
    data = large_system(64, 2000)
    if placed:
        for one in data["cells"].values():
            one["ram"] = [4 * PAGE] * len(one.pop("memory"))
            one["console"] = True
    text = yaml.dump(data, Dumper=getattr(yaml, "CSafeDumper"))
    begin = time.process_time()
    found, problems = examine_text(text)
    seconds = time.process_time() - begin
    assert found is not None and not any(x.is_error for x in problems)
    assert seconds < 5, f"{seconds:.1f} s; about 1 s on an idle machine"


def test_what_the_hypervisor_refuses_check_refuses() -> None:
    """Sets each word of a blob to several values.

    check finds an error in each blob that the hypervisor refuses.
    """
    original = blob.encode(good(system()))
    values = [0, 1, 4, 8, 32, 0x1000, 0x40000000, 2**32 - 1]
    for at, value in itertools.product(range(16, len(original), 4), values):
        content = bytearray(original)
        content[at : at + 4] = value.to_bytes(4, "little")
        try:
            decoded = unblob.decode(bytes(content))
        except ConfigError:
            continue
        if any(said[0] for said in programs.decode(bytes(content))):
            report = Report()
            check_system(decoded, report)
            assert report.errors, (at, value)
