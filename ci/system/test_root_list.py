# SPDX-License-Identifier: GPL-2.0
"""Root in list mode: its interrupts go through list registers."""

import pytest
from bulkhead.hv import Hv
from machine.qemu import Machine
from machine.wait import until


@pytest.fixture
def listed(machine: Machine) -> Hv:
    hv = Hv.of(machine)
    hv.ready("root-list")
    return hv


def test_linux_goes_on(listed: Hv) -> None:
    hv = listed
    hv.machine.check("load start")
    first = hv.machine.check("grep arch_timer /proc/interrupts").split()[1:5]

    def all_counted() -> bool:
        now = hv.machine.check("grep arch_timer /proc/interrupts").split()[1:5]
        return all(int(b) > int(a) + 50 for a, b in zip(first, now))

    until("timer interrupts on each CPU", lambda: all_counted() or None)
    hv.machine.check("load stop")
    hv.audit()


def test_hotplug(listed: Hv) -> None:
    for cpu in (3, 0):
        path = f"/sys/devices/system/cpu/cpu{cpu}/online"
        listed.machine.check(f"echo 0 >{path}; echo 1 >{path}")
    assert listed.online() == "0-3"


@pytest.mark.parametrize("cell", ["rt", "rt-list"])
def test_cells_beside(listed: Hv, cell: str) -> None:
    hv = listed
    hv.run(cell, "rt-timer", "period_us=2000")
    hv.run("hello", "hello")
    hv.wait_console("hello", "Hello from cell")
    hv.wait_beats(cell, 100)
    hv.audit()
    hv.destroy_all()
    assert hv.online() == "0-3"


def test_an_smp_cell(listed: Hv) -> None:
    listed.run("smp", "smp")
    listed.wait_console("smp", "smp: good")


def test_cycles_under_load(listed: Hv) -> None:
    hv = listed
    hv.machine.check("load start")
    hv.machine.check("cycle cells 10 rt rt-timer", 150)
    hv.disable()
    hv.machine.check("cycle enable 5 root-list", 150)
    hv.machine.check("load stop")
    assert hv.online() == "0-3"


def test_disable_gives_interrupts_back(listed: Hv) -> None:
    listed.disable()
    test_linux_goes_on(listed)
