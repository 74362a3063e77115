# SPDX-License-Identifier: GPL-2.0
"""Memory shared by root and cells: root's device, and doorbells in both directions."""

import re

import pytest
from bulkhead.hv import Hv
from bulkhead.linux_cell import LinuxCell, linux_config
from bulkhead.systems import load
from machine.config import Config
from machine.qemu import Machine
from machine.wait import until

DEVICES = "/dev/bulkhead-shm"
BELL = f"{DEVICES}/bell"
OUT = "/tmp/shm.out"
# In /proc/interrupts: the doorbell's line, the end of its counts.
DOORBELL, COUNTED = "bulkhead", re.compile("GIC|IO-APIC")


@pytest.fixture(scope="module")
def config(config: Config) -> Config:
    """A machine with files for a Linux cell, if the board's system has one."""
    linux = any(cell.linux for cell in load(config.board, "shared").cells)
    return linux_config(config) if linux else config


@pytest.fixture
def shared(machine: Machine) -> Hv:
    """The system "shared" enabled, without cells."""
    hv = Hv.of(machine)
    hv.ready("shared")
    hv.machine.check("killall shm counter 2>/dev/null; true")
    return hv


def shm(hv: Hv, device: str, steps: str) -> dict[str, str]:
    """Runs the helper "shm" with these steps on a device; returns their results."""
    lines = hv.machine.check(f"shm {DEVICES}/{device} {steps}").splitlines()
    return dict(re.split(": ?", line, maxsplit=1) for line in lines)


def behind(hv: Hv, steps: str, out: str = OUT) -> None:
    """Runs the helper with these steps on the device "bell", in the background."""
    hv.machine.spawn(f"shm {BELL} {steps} >{out} 2>&1")


def wait_said(hv: Hv, line: str, out: str = OUT) -> None:
    until(
        f"'{line}' in {out}",
        lambda: not hv.machine.run(f"grep -qx '{line}' {out}").status or None,
    )


def counted(said: str) -> int:
    """Returns the final count of the program in Linux."""
    found = re.search(r"we are at (\d+), they at \d+, rung \d+ times", said)
    assert found, said
    return int(found.group(1))


@pytest.mark.parametrize("cell", ["bare", "bare-direct"])
def test_counting_with_root(shared: Hv, cell: str) -> None:
    shared.create_and_load(cell, "counter")
    behind(shared, "wait")
    wait_said(shared, "open: 0")
    shared.ok(f"cell start {cell}")
    assert counted(shared.machine.check(f"counter {BELL} 300 2>&1")) >= 300
    # It was root's turn to count, so the cell sleeps until root rings.
    wait_said(shared, "wait: .*")
    assert shm(shared, "bell", "ring")["ring"] == "0"
    shared.ok(f"cell shutdown {cell}")
    done = shared.wait_console(cell, r"done, we are at (\d+), .* rung (\d+) times")
    assert int(done.group(1)) >= 300 and int(done.group(2)) > 0


@pytest.mark.once
def test_devices_come_and_go_with_the_cells(shared: Hv) -> None:
    hv = shared
    before = hv.snapshot()
    look = f"ls -l {DEVICES}/* 2>/dev/null | awk '{{print $1, $NF}}'"
    for _ in range(3):
        assert hv.machine.check(look) == ""
        hv.ok("cell create third")
        assert hv.machine.check(look) == f"crw------- {BELL}"
        hv.ok("cell create bare")
        # Root has no device for memory that only cells share.
        every = ["bell", "quiet", "view"]
        assert hv.machine.check(f"ls {DEVICES}").split() == every
        hv.ok("cell destroy third")
        assert hv.machine.check(f"ls {DEVICES}").split() == every
        hv.ok("cell destroy bare")
    assert hv.snapshot() == before


@pytest.mark.once
def test_hvctl_says_what_is_shared(shared: Hv) -> None:
    hv = shared
    hv.ok("cell create bare")
    hv.ok("cell create third")
    said = {region["name"]: region for region in hv.cell("bare")["shared"]}
    there = {
        name: [party["name"] for party in region["with"] if party["exists"]]
        for name, region in said.items()
    }
    assert there == {
        "bell": ["root", "third"],
        "view": ["root"],
        "between": [],
        "quiet": ["root"],
    }
    for region in hv.config("bare").shared.values():
        found = said[region.name]
        assert found["guest_address"] == f"{region.guest:#x}"
        assert (found["bytes"], found["irq"]) == (region.size, region.irq)
    devices = [found["device"] for found in said.values() if found["device"]]
    assert hv.machine.check(f"ls -1 {DEVICES}/*").split() == sorted(devices)
    hv.machine.check(f"hvctl cell list bare | grep -A9 '^Shared' | grep -w {BELL}")


def test_rights(shared: Hv) -> None:
    hv = shared
    hv.ok("cell create bare")
    said = shm(hv, "view", "size map=r get=0 protect=rw map=rw map=w ring")
    assert said["size"] == said["map=r"] == "8192" and said["get=0"] == "0"
    refused = [said[step] for step in ("protect=rw", "map=rw", "map=w")]
    assert refused == ["EACCES"] * 3 and said["ring"] == "EPERM"
    said = shm(hv, "bell", "map=rw put=65528,7 map=rwx map=private map=4096")
    assert said["put=65528,7"] == "7" and said["map=rwx"] == "EACCES"
    assert said["map=private"] == said["map=4096"] == "EINVAL"
    # Without a doorbell the device can be mapped, but not rung.
    said = shm(hv, "quiet", "map=rw put=8,1 ring poll=0 take")
    assert said["put=8,1"] == "1" and said["ring"] == "EPERM"
    assert said["poll=0"] == "out" and said["take"] == "EAGAIN"


def test_a_ring_wakes_everybody_who_waits(shared: Hv) -> None:
    hv = shared
    hv.create_and_load("bare", "counter")
    behind(hv, "poll=0 poll=-1 wait take", "/tmp/one")
    behind(hv, "wait", "/tmp/two")
    wait_said(hv, "open: 0", "/tmp/two")
    wait_said(hv, "poll=0: out", "/tmp/one")
    hv.ok("cell start bare")  # the cell counts first, then rings once
    wait_said(hv, "wait: 1", "/tmp/two")
    wait_said(hv, "wait: 1", "/tmp/one")
    wait_said(hv, "take: EAGAIN", "/tmp/one")
    # Earlier rings are not reported to a new user of the device.
    assert shm(hv, "bell", "take poll=0")["take"] == "EAGAIN"


def test_destroyed_while_mapped(shared: Hv) -> None:
    hv = shared
    hv.run("bare", "counter")
    behind(hv, "map=rw put=4096,90 gone get=4096 put=0,1 take ring poll=0 again")
    wait_said(hv, "put=4096,90: 90")
    where = hv.physical("bare", 0x50001000)
    assert hv.machine.read_physical(where, 1) == b"\x5a"
    hv.end("bare")
    for line in (
        *("gone: hup", "get=4096: SIGBUS", "put=0,1: SIGBUS", "take: ENODEV"),
        *("ring: ENODEV", "poll=0: hup", "again: ENOENT"),
    ):
        wait_said(hv, line)
    assert hv.machine.read_physical(where, 1) == b"\0"
    hv.ok("cell create bare")
    assert shm(hv, "bell", "map=r get=4096")["get=4096"] == "0"


@pytest.mark.once
def test_a_forgotten_mapping_of_an_earlier_cell(shared: Hv) -> None:
    """An old mapping does not reach the next cell's memory at the same address."""
    hv = shared
    hv.ok("cell create bare")
    behind(hv, "map=rw put=0,1 gone wait")
    wait_said(hv, "put=0,1: 1")
    hv.machine.check("shm /dev/bulkhead-shm/bell map=rw put=0,2 unmap close")
    hv.ok("cell destroy bare")
    wait_said(hv, "wait: ENODEV")
    behind(hv, "size", "/tmp/none")
    wait_said(hv, "open: ENOENT", "/tmp/none")


def test_a_cell_that_fails_while_waited_on(shared: Hv) -> None:
    hv = shared
    hv.run("bare", "hostile", "attack=read")
    hv.wait_state("bare", "failed")
    behind(hv, "map=rw put=8,3 poll=0 wait get=8")
    wait_said(hv, "poll=0: out")
    hv.ok("cell load bare /lib/bulkhead/counter.bin")
    hv.ok("cell start bare")
    wait_said(hv, "wait: 1")
    wait_said(hv, "get=8: 3")


@pytest.mark.once
def test_a_reader_that_is_killed(shared: Hv) -> None:
    hv = shared
    hv.run("bare", "counter")
    behind(hv, "map=rw put=8,3 take gone")
    wait_said(hv, "put=8,3: 3")
    hv.machine.check("killall -9 shm")
    said = hv.machine.check(f"counter {BELL} 20")
    assert "we are at" in said
    hv.end("bare")
    hv.audit()


def interrupts_and_ticks(hv: Hv) -> tuple[int, float]:
    """Returns the number of the doorbell's interrupts, and the time in timer ticks.

    Debian's kernels have 250 ticks per second.
    """
    show = f"grep {DOORBELL} /proc/interrupts; cat /proc/uptime"
    interrupts, uptime = hv.machine.check(show).splitlines()[-2:]
    counts = re.findall(r" (\d+)(?= )", COUNTED.split(interrupts.split(":")[1])[0])
    return sum(map(int, counts)), float(uptime.split()[0]) * 250


def test_a_storm_of_rings(shared: Hv) -> None:
    """The doorbell interrupts root a limited number of times a tick."""
    hv = shared
    hv.run("bare", "counter", "storm")
    hv.wait_beats("bare", 1000)
    before, since = interrupts_and_ticks(hv)
    behind(hv, "wait wait wait wait wait")
    hv.wait_beats("bare", 20000)
    for _ in range(10):
        hv.ok("status")
    after, now = interrupts_and_ticks(hv)
    assert 0 < after - before <= 17 * (now - since)
    until("five rings", lambda: hv.machine.check(f"grep -c wait {OUT}") == "5" or None)
    hv.ok("cell shutdown bare")


def test_who_may_not_ring(shared: Hv) -> None:
    hv = shared
    hv.run("third", "counter", "side=0")
    hv.wait_console("third", r"counter: region bell at 0x\w+, 64 KiB, doorbell \d+")
    until(
        "a refused ring",
        lambda: any(
            m["code"] == "refused" and m.get("cell_name") == "third"
            for m in hv.messages()
        )
        or None,
    )
    assert shm(hv, "bell", "take")["take"] == "EAGAIN"
    # Root may ring the cell.
    assert shm(hv, "bell", "ring")["ring"] == "0"
    hv.ok("cell shutdown third")
    hv.wait_console("third", r"counter: done.* rung 1 times")


def test_counting_of_a_bare_cell_and_a_linux_cell(shared: Hv) -> None:
    """A Linux cell uses the same module; root is not involved."""
    hv = shared
    cell = LinuxCell(hv, "linux", system="shared")
    cell.start()
    assert (
        cell.ask("insmod /lib/modules/bulkhead.ko && ls /dev/bulkhead-shm") == "between"
    )
    hv.create_and_load("bare", "counter")
    cell.ask("cat /dev/bulkhead-shm/between | head -c 8 | wc -c >/tmp/rung & true")
    hv.ok("cell start bare region=between")
    assert counted(cell.ask("counter /dev/bulkhead-shm/between 300")) >= 300
    assert (
        cell.ask("until [ -s /tmp/rung ]; do usleep 1000; done; cat /tmp/rung") == "8"
    )
    cell.ask("printf 12345678 >/dev/bulkhead-shm/between")
    hv.ok("cell shutdown bare")
    hv.wait_console("bare", r"counter: done.* rung [1-9]\d* times")
    assert cell.ask("rmmod bulkhead; ls /dev/bulkhead-shm 2>/dev/null | wc -l") == "0"
    complaints = [x for x in cell.complaints() if "module verification" not in x]
    assert complaints == []
