# SPDX-License-Identifier: GPL-2.0
"""Repeated cycles under load leak no memory, CPUs or interrupts."""

import re
from collections.abc import Callable, Iterator

import pytest
from bulkhead.hv import Hv

NOISE_KB = 6000  # Linux's caches change free memory by up to this much
# Exit reasons of the timer task's own interrupts: accesses to the local APIC.
OWN_EXITS: dict[str, list[str]] = {"arm64": [], "x86": ["apic"]}


def free_kb(hv: Hv) -> int:
    """Returns the free memory after Linux has dropped its caches.

    MemFree does not count free pages in per-CPU lists, some MiB.
    """
    hv.machine.check("sync; echo 3 >/proc/sys/vm/drop_caches")
    text = hv.machine.check("cat /proc/meminfo")
    found = re.search(r"MemFree: +(\d+)", text)
    assert found
    kept = re.findall(r"count: +(\d+)", hv.machine.check("cat /proc/zoneinfo"))
    return int(found.group(1)) + sum(4 * int(pages) for pages in kept)


def interrupts(hv: Hv) -> list[int]:
    """Returns the number of timer interrupts of each CPU."""
    line = hv.machine.check("grep -E 'arch_timer|LOC:' /proc/interrupts")
    return [int(word) for word in line.split()[1:5]]


def all_cpus_count(hv: Hv) -> None:
    """Checks that each CPU is online and takes timer interrupts."""
    assert hv.online() == "0-3"
    before = interrupts(hv)
    for cpu in range(4):
        hv.machine.check(f"taskset {1 << cpu:x} sh -c 'sleep 0.1; md5sum /bin/busybox'")
    after = interrupts(hv)
    assert all(now > then for then, now in zip(before, after)), (before, after)


@pytest.fixture
def loaded(enabled: Hv) -> Iterator[Hv]:
    enabled.disable()
    enabled.machine.check("load start light")
    yield enabled
    enabled.machine.run("load stop")


def under_load(hv: Hv, warm_up: str, cycles: str, timeout: float) -> None:
    """Runs the command under load, and compares free memory without load."""
    machine = hv.machine
    machine.check("load stop")
    machine.check(warm_up, timeout)
    before = free_kb(hv)
    machine.check("load start light")
    machine.check(cycles, timeout)
    machine.check("load stop")
    all_cpus_count(hv)
    lost = before - free_kb(hv)
    assert lost < NOISE_KB, f"{lost} KiB are gone"
    machine.check("load start light")


@pytest.mark.timeout(600)
def test_enable_and_disable_50_times(loaded: Hv, rounds: Callable[[int], int]) -> None:
    cycles = f"cycle enable {rounds(50)} test"
    under_load(loaded, "cycle enable 2 test", cycles, 500)


@pytest.mark.timeout(900)
def test_create_start_destroy_200_times(
    loaded: Hv, rounds: Callable[[int], int]
) -> None:
    loaded.enable("test")
    used = loaded.status()["pool_pages_used"]
    cycles = f"cycle cells {rounds(200)} rt rt-timer"
    under_load(loaded, "cycle cells 2 rt rt-timer", cycles, 800)
    assert loaded.status()["pool_pages_used"] == used


def foreign_exits(hv: Hv, cell: str) -> int:
    """Returns the exits that the cell's timer task does not cause itself."""
    exits: dict[str, int] = hv.json(f"cell stats {cell}")["cpus"][0]["exits"]
    own = OWN_EXITS[hv.machine.config.board.arch]
    return exits["total"] - sum(exits.get(name, 0) for name in own)


@pytest.mark.timeout(300)
def test_a_cell_keeps_its_period_meanwhile(loaded: Hv) -> None:
    """Ten lives of a neighbour cause no exit of the real-time cell."""
    loaded.enable("test")
    loaded.run("rt", "rt-timer", "period_us=2000 report=0")
    loaded.wait_beats("rt", 10)
    before = foreign_exits(loaded, "rt")
    beats = loaded.heartbeat("rt").beats
    loaded.machine.check("cycle cells 10 alpha hello", 200)
    loaded.wait_beats("rt", 10)
    assert foreign_exits(loaded, "rt") == before
    assert loaded.heartbeat("rt").beats > beats + 100


def test_load_and_unload_the_module_20_times(hv: Hv) -> None:
    hv.machine.check("rmmod bulkhead; cycle module 20")
