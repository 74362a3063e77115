# SPDX-License-Identifier: GPL-2.0
"""diff finds all differences of two systems, in a fixed order."""

import copy
import json
import pathlib
from collections.abc import Callable
from typing import Any

import pytest
from hvconfig.cli.main import main
from hvconfig.read import unblob
from hvconfig.show import diff
from hvconfig.write import blob
from hypothesis import given

from tests.helpers import BOARD_SYSTEMS, SYSTEMS, cell, good, system, to_yaml
from tests.test_random import random_system

Capture = pytest.CaptureFixture[str]
Data = dict[str, Any]


def config() -> Data:
    return system(
        name="plant",
        shared={"ring": {"at": 0xB8000000, "size": "64K"}},
        cells={
            "one": cell(1, shared={"ring": {"rights": "r"}}, rights=["console"]),
            "two": cell(2, shared={"ring": None}),
            "spare": cell(2, not_with=["two"]),
        },
    )


def set_in(*path: str | int) -> Callable[[Data, Any], None]:
    """Returns a function that sets the value at the path."""

    def change(data: Any, value: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = value

    return change


MEMORY = ("cells", "one", "memory", 0)
CHANGES: list[tuple[Callable[[Data, Any], None], Any, str]] = [
    (set_in("hypervisor", "memory", "size"), "2M", "hypervisor: its memory is 0xbfc0"),
    (set_in("hypervisor", "protect"), True, "hypervisor: a reset or power-off by root"),
    (
        set_in("hypervisor", "deny_firmware"),
        ["oem"],
        "can't call firmware of the owner",
    ),
    (set_in("cells", "new"), cell(3), "new: is new (CPU 3, 16M of RAM)"),
    (set_in("cells", "one", "cpus"), [1, 3], "one: gets CPU 3"),
    (set_in("cells", "spare", "cpus"), [3], "spare: loses CPU 2"),
    (set_in(*MEMORY, "size"), "8M", "one: memory 0xb1000000-0xb17fffff (8M): shrunk "),
    (set_in(*MEMORY, "phys"), 0xB5000000, "(16M): moved from 0xb1000000"),
    (set_in(*MEMORY, "guest"), 0x48000000, "guest address 0x48000000, not 0x40000000"),
    (
        set_in(*MEMORY, "rights"),
        "rx",
        "one: memory 0xb1000000-0xb1ffffff (16M): rights rx",
    ),
    (set_in(*MEMORY, "small_pages"), True, "mapped with small pages only"),
    (set_in("cells", "one", "shared", "ring", "rights"), "rw", "rights rw, not r"),
    (
        set_in("cells", "one", "devices"),
        ["can"],
        "one: gets the device can (registers 0x9010000-0x9010fff, interrupt 34)",
    ),
    (set_in("cells", "one", "irqs"), [27, 34], "one: gets interrupt 34"),
    (set_in("cells", "one", "irqs"), [27], "one: loses interrupt 30"),
    (
        set_in("cells", "one", "irq_mode"),
        "direct",
        "one: its irq_mode is direct",
    ),
    (set_in("cells", "one", "rights"), ["reset"], "one: loses the right console"),
    (set_in("cells", "one", "rights"), ["console", "reset"], "gets the right reset"),
    (
        set_in("cells", "one", "on_violation"),
        "abort",
        "one: a violation raises an abort in",
    ),
    (set_in("cells", "one", "args"), "x=1", "one: its command line is 'x=1', not ''"),
    (
        set_in("cells", "one", "entry"),
        0x40000004,
        "its first instruction is 0x40000004",
    ),
    (
        set_in("cells", "one", "info"),
        "none",
        "one: its info page is none, not 0xb000000",
    ),
    (set_in("cells", "one", "console"), {"at": 0x09000000}, "(polled), not pl011 at"),
    (
        set_in("cells", "one", "image"),
        {"at": 0xB6000000, "size": "16M"},
        "snapshot is",
    ),
    (
        set_in("cells", "two", "not_with"),
        ["one"],
        "two: never exists at the same time as one",
    ),
    (set_in("root", "irq_mode"), "list", "root: its irq_mode is list"),
    (set_in("root", "mem"), "1G", "root: mem= is 1G, not 0"),
    (set_in("root", "name"), "linux", "linux: was called root"),
    (set_in("root", "cpus"), [1, 2, 3], "root: loses CPU 0"),
    (set_in("name"), "works", "works: the system is called works, not plant"),
    (set_in("platform", "name"), "x", "platform: is called x, not platform"),
    (
        set_in("platform", "uart"),
        0x09010000,
        "platform: its uart is 0x9010000, not 0x0",
    ),
    (set_in("platform", "root_doorbell"), 250, "its root doorbell is 250, not 240"),
    (
        set_in("platform", "cpus", 0, "mpidr"),
        5,
        "platform: its CPUs have other hardware IDs",
    ),
    (set_in("platform", "gic", "maintenance_irq"), 24, "platform: its gic differs"),
    (
        set_in("platform", "spare_irqs"),
        [241, 242, 243],
        "irqs are 241, 242 and 243, not",
    ),
    (
        set_in("platform", "devices", "can", "dma"),
        True,
        "can has other use of DMA",
    ),
    (set_in("platform", "devices", "led"), {}, "platform: the device led is new"),
    (set_in("platform", "ram", 0, "size"), "3G", "has more RAM: 0xc0000000-0xffffffff"),
]


@pytest.mark.parametrize("change, value, words", CHANGES, ids=[x[2] for x in CHANGES])
def test_each_change_is_found(
    change: Callable[[Data, Any], None], value: Any, words: str
) -> None:
    old = config()
    old.setdefault("root", {})
    new = copy.deepcopy(old)
    change(new, value)
    one, two = good(old), good(new)
    assert any(words in str(x) for x in diff.changes(one, two)), [
        str(x) for x in diff.changes(one, two)
    ]
    assert diff.changes(two, one)
    assert not diff.changes(two, good(new))


def test_a_cell_that_goes_and_one_that_is_renamed() -> None:
    old, new = config(), config()
    del new["cells"]["one"]
    del new["shared"], new["cells"]["two"]["shared"]
    found = [str(x) for x in diff.changes(good(old), good(new))]
    assert "one: is removed (CPU 1, 16M of RAM)" in found
    assert any(x.startswith("two: loses shared memory 'ring'") for x in found)
    new = config()
    new["cells"] = {
        "uno" if name == "one" else name: x for name, x in new["cells"].items()
    }
    found = [str(x) for x in diff.changes(good(old), good(new))]
    assert found == ["uno: was called one"]


def test_the_most_important_comes_first() -> None:
    new = config()
    new["name"] = "works"
    new["cells"]["one"]["args"] = "x"
    new["cells"]["spare"]["cpus"] = [3]
    found = [x.importance for x in diff.changes(good(config()), good(new))]
    assert found == sorted(found, key=list(diff.TITLES).index)
    assert set(found) == set(diff.TITLES)


def test_no_difference_but_the_writing(tmp_path: pathlib.Path, capsys: Capture) -> None:
    built = 0
    for path in [*SYSTEMS, *BOARD_SYSTEMS]:
        binary = tmp_path / "x.bin"
        if main(["build", str(path), "-o", str(binary)]):
            # build refuses boards that the hypervisor does not support
            assert path in BOARD_SYSTEMS
            continue
        built += 1
        assert main(["diff", str(path), str(binary)]) == 0
        assert main(["diff", str(binary), str(path)]) == 0
        assert main(["diff", str(binary), str(binary)]) == 0
        assert capsys.readouterr().out == ""
    assert built > len(SYSTEMS)


def test_exit_codes(tmp_path: pathlib.Path, capsys: Capture) -> None:
    old, new, bad = (str(tmp_path / name) for name in ("a", "b", "bad"))
    data = config()
    pathlib.Path(old).write_text(to_yaml(data))
    data["cells"]["one"]["args"] = "x"
    pathlib.Path(new).write_text(to_yaml(data))
    pathlib.Path(bad).write_text("{")
    assert main(["diff", old, old]) == 0
    assert main(["diff", old, new]) == 1
    assert capsys.readouterr().out == (
        "How they run:\n  one: its command line is 'x', not ''\n"
    )
    assert main(["diff", "--json", old, new]) == 1
    assert json.loads(capsys.readouterr().out) == [
        {
            "importance": "conduct",
            "subject": "one",
            "key": "args",
            "message": "its command line is 'x', not ''",
        }
    ]
    for one, two in ((old, bad), (bad, old), (old, "missing"), (old, "/dev/null")):
        assert main(["diff", one, two]) == 2
        assert capsys.readouterr().err


@given(random_system(), random_system())
def test_nothing_is_missed(one: Data, two: Data) -> None:
    old, new = good(one), good(two)
    assert bool(diff.changes(old, new, False)) == (blob.encode(old) != blob.encode(new))
    assert not diff.changes(old, unblob.decode(blob.encode(old)), False)
