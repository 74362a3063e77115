# SPDX-License-Identifier: GPL-2.0
"""Impossible requests are refused with a sentence, and change nothing."""

import struct
from dataclasses import replace

import pytest
from bulkhead.hv import Hv
from hvconfig.write import blob

# Each row: existing cells, the command, the sentence of the refusal, the exit code.
WITH_ALPHA = [
    ("cell create alpha", r'a cell named "alpha" exists already \(id 1\)', 1),
    ("cell create wide", r'CPU 2 of cell "wide" belongs to cell "alpha"', 1),
    ("cell create two", r'CPU 2 of cell "two" belongs to cell "alpha"', 1),
    ("cell create nobody", r'"nobody"', 5),
    ("cell create /etc/bulkhead/none.bin:x", r"none\.bin", 5),
    ("cell create alpha beta", r"argument too many", 2),
    ("cell start alpha", r'cell "alpha" is running', 1),
    ("cell load alpha /lib/bulkhead/hello.bin", r'cell "alpha" is running', 1),
    ("cell destroy alpha", r'cell "alpha" is running', 1),
    ("cell start beta", r'there is no cell "beta"; existing cells: alpha \(id 1\)', 1),
    ("cell destroy 7", r'there is no cell "7"', 1),
    ("cell shutdown root", r'there is no cell "root"', 1),
    ("enable test", r"enabled already", 1),
    ("enable demo", r"enabled already", 1),
    ("disable", r"cells still exist: 1", 1),
    ("cell load alpha /no/file", r"/no/file", 5),
    ("frobnicate", r'no command "frobnicate"', 2),
    ("cell create --frob alpha", r'no option "--frob"', 2),
]


@pytest.fixture
def with_alpha(enabled: Hv) -> Hv:
    enabled.run("alpha", "canary")
    enabled.wait_console("alpha", "canary: watching")
    return enabled


@pytest.mark.once
def test_refusals_beside_a_running_cell(with_alpha: Hv) -> None:
    hv = with_alpha
    before = hv.snapshot()
    for command, sentence, status in WITH_ALPHA:
        hv.refused(command, sentence, status)
    assert hv.snapshot() == before
    beat = hv.wait_beats("alpha", 2)
    assert beat.errors == 0


CREATED = [
    (
        "cell load alpha /lib/bulkhead/hello.bin --at 0x50000000",
        "0x50000000 is outside",
    ),
    ("cell load alpha /lib/bulkhead/hello.bin --at {before}", "{before} is outside"),
    ("cell load alpha /lib/bulkhead/hello.bin --at {last}", "{end} is outside"),
    ("cell load alpha /lib/bulkhead/hello.bin --at 0xfffffffffffff000", "is outside"),
    ("cell shutdown alpha", 'cell "alpha" is created'),
    ("cell shutdown --force alpha", 'cell "alpha" is created'),
    ("cell create alpha", "exists already"),
]


@pytest.mark.once
def test_refusals_with_a_created_cell(enabled: Hv) -> None:
    hv = enabled
    hv.create_and_load("alpha", "hello")
    before = hv.snapshot()
    ram = hv.config("alpha").regions[0].guest_range
    places = {
        "before": f"{ram.start - 0x1000:#x}",
        "last": f"{ram.end - 0x1000:#x}",
        "end": f"{ram.end:#x}",
    }
    for command, sentence in CREATED:
        hv.refused(command.format(**places), sentence.format(**places))
    assert hv.snapshot() == before
    hv.ok("cell start alpha")
    hv.wait_console("alpha", "Hello from cell")


@pytest.mark.once
def test_memory_of_another_cell(enabled: Hv) -> None:
    """A cell of the unused system "demo" may overlap an existing cell."""
    hv = enabled
    hv.run("alpha", "canary")
    hv.wait_console("alpha", "canary: watching")
    before = hv.snapshot()
    hv.refused("cell create demo:hello", r'belongs to cell "alpha"')
    assert hv.snapshot() == before


@pytest.mark.once
def test_refusals_while_disabled(hv: Hv) -> None:
    before = hv.snapshot()
    for command in ("disable", "lock", "log", "cell stats rt"):
        hv.refused(command, "no system is enabled|no cell", status=1)
    for command in ("cell create rt", "cell list rt", "cell start rt"):
        assert hv.hvctl(command).status in (1, 5)
    assert hv.snapshot() == before


def test_memory_that_linux_uses(hv: Hv) -> None:
    """A cell is refused if Linux uses its memory or registers."""
    hv.enable("test")
    before = hv.snapshot()
    hv.refused("cell create device", r"in use by Linux|belongs to")
    assert hv.snapshot() == before


@pytest.mark.once
def test_everything_that_is_not_root_is_refused(enabled: Hv) -> None:
    hv = enabled
    hv.machine.check(
        "adduser -D -H nobody 2>/dev/null || echo 'nobody:x:99:99::/:' >/etc/passwd"
    )
    said = hv.machine.run("su -s /bin/sh nobody -c 'hvctl status' 2>&1")
    assert said.status == 3
    assert "this needs root" in said.output


def test_requests_without_sense(with_alpha: Hv) -> None:
    hv = with_alpha
    before = hv.snapshot()

    def raw(what: str) -> str:
        return hv.machine.run(f"raw {what}").output

    assert "errno 22 " in raw("header 0 0x10000")
    assert "errno 22 " in raw("header 4096 0x10000")
    assert "errno 22 " in raw("header 0xffffffff 0x10000")
    assert "errno 22 " in raw("header 256 0x20000")
    for number in (17, 100, 255):
        assert "errno 25 " in raw(f"number {number}")
    for cell in ("0", "2", "31", "32", "0xffffffff"):
        for what in ("start", "shutdown", "destroy"):
            assert "errno 1 code 15 field 23 " in raw(f"{what} {cell}"), (what, cell)
    # Loads whose size wraps around, or exceeds hvctl's own memory.
    hv.create_and_load("beta", "hello")
    number = hv.cell("beta")["id"]
    guest = f"{hv.config('beta').regions[0].guest:#x}"
    assert "code 267 " in raw(f"load {number} 0xffffffffffffffff {guest}")
    assert "code 267 " in raw(f"load {number} 0x1000001 {guest}")
    assert "errno 14 " in raw(f"load {number} 0x1000000 {guest}")
    hv.ok("cell destroy beta")
    assert hv.snapshot() == before


def test_ram_that_root_lacks(hv: Hv) -> None:
    """Linux has more RAM than the config knows: check and enable name the range."""
    system = hv.load("test")
    ram = min(
        (x for x in system.root.regions if x.type == "ram"), key=lambda x: -x.size
    )
    rest = tuple(x for x in system.root.regions if x is not ram)
    less = replace(system, root=replace(system.root, regions=rest))
    hv.machine.put("/tmp/less.bin", blob.encode(less))
    hv.ready(None)
    before = hv.snapshot()
    # On x86 the region begins with ROMs, and Linux's RAM after them.
    says = "Linux uses RAM that the config keeps from it: 0x"
    assert says in hv.machine.run("hvctl check /tmp/less.bin 2>&1").output
    hv.refused("enable /tmp/less.bin", says)
    assert hv.snapshot() == before


def test_shared_memory_without_memory(hv: Hv) -> None:
    """The config is made by hand, because hvconfig refuses it."""
    system = hv.load("test")
    shared = struct.pack("<Q", system.shared["root-alpha"].range.start)
    hole = struct.pack("<Q", 5 << 36)
    hv.machine.put("/tmp/hole.bin", blob.encode(system).replace(shared, hole))
    hv.ready(None)
    hv.ok("enable /tmp/hole.bin")
    for _ in range(2):
        hv.refused("cell create alpha", "no memory there at 0x5000000000")
    hv.run("beta", "hello")
    hv.end("beta")
    hv.ok("disable")
