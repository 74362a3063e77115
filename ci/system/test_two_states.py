# SPDX-License-Identifier: GPL-2.0
"""An interrupt controller with two security states, as on most boards.

QEMU takes the part of secure firmware: it implements PSCI and starts Linux at EL2. Not
with -cpu max, whose additional features QEMU does not enable for secondary CPUs. Root
is in list mode. The board arm64-unkind has firmware of the project that keeps more for
itself, and runs the other files with two security states.
"""

from collections.abc import Callable

import pytest
from bench.exit_count import exits_of_rt
from bulkhead.hv import Hv
from machine.config import Config
from machine.qemu import Machine
from machine.wait import until


@pytest.fixture(scope="session")
def config(request: pytest.FixtureRequest) -> Config:
    return Config(
        kernel=str(request.config.getoption("--kernel")),
        cpu="cortex-a57",
        machine="virt,virtualization=on,gic-version=3,secure=on",
    )


@pytest.fixture
def listed(machine: Machine) -> Hv:
    hv = Hv.of(machine)
    hv.ready("root-list")
    return hv


def test_check_says_it_before(hv: Hv) -> None:
    """Direct mode is for cells, not for root."""
    document = hv.check_document("root-list")
    assert {item["state"] for item in document["requirements"]} == {"ok"}
    assert '(cell "rt" needs them)' in hv.hvctl("check root-list").output
    document = hv.check_document("demo")
    states = {item["name"]: item["state"] for item in document["requirements"]}
    assert states.pop("direct") == "missing"
    assert set(states.values()) == {"ok"}
    assert "(the root cell needs them)" in hv.hvctl("check demo").output


def test_direct_interrupts_of_root_are_refused(hv: Hv) -> None:
    said = hv.refused("enable demo", "root cell can't have direct interrupts")
    assert "use irq_mode list for the root cell" in said
    assert hv.status()["state"] == "disabled"


def test_no_exits_of_a_direct_cell(listed: Hv, rounds: Callable[[int], int]) -> None:
    assert exits_of_rt(listed, "hello", rounds(1000), rounds(10)) == 0


@pytest.mark.thorough
@pytest.mark.timeout(1200)
def test_no_exit_in_10000_periods_and_200_lives_of_a_neighbour(listed: Hv) -> None:
    assert exits_of_rt(listed, "hello", 10_000, 200) == 0


@pytest.mark.parametrize(
    "attack", ["wfi", "wfi-closed", "wfe", "bpr1-hold", "ap1r-hold", "timer-storm"]
)
def test_a_direct_cell_is_stopped(listed: Hv, attack: str) -> None:
    """However it sleeps or masks; also in the kick's race with its start."""
    listed.run("rt", "hostile", f"attack={attack}")
    listed.wait_console("rt", f"^TRY {attack}$")
    listed.ok("cell shutdown --force rt")
    for _ in range(3):
        listed.ok("cell start rt")
        listed.ok("cell shutdown --force rt")
    listed.end("rt")
    assert listed.online() == "0-3"


def test_life_of_cells(listed: Hv) -> None:
    hv = listed
    before = hv.snapshot()
    hv.run("rt-list", "rt-timer", "period_us=2000")
    hv.run("hello", "hello")
    hv.wait_console("hello", "Hello from cell")
    hv.wait_beats("rt-list", 100)
    hv.audit()
    for cell in ("rt-list", "hello"):
        assert "is shut down" in hv.ok(f"cell shutdown {cell}")
        hv.ok(f"cell destroy {cell}")
    assert hv.snapshot() == before


def test_two_cpus(listed: Hv) -> None:
    listed.run("smp", "smp")
    listed.wait_console("smp", "smp: good")


def test_a_cell_begins_as_it_should(listed: Hv) -> None:
    listed.run("hello", "selftest")
    listed.wait_console("hello", r"^DONE selftest: \d+ passed, 0 failed$", 60)


@pytest.mark.timeout(300)
def test_attacks(listed: Hv) -> None:
    hv = listed
    hv.run("hello", "canary", "report=0")
    errors = hv.wait_beats("hello", 3).errors
    hv.run("hostile", "hostile", "attack=all")
    hv.wait_console("hostile", r"^DONE hostile: \d+ passed, 0 failed$", 240)
    assert hv.wait_beats("hello", 3).errors == errors
    hv.destroy_all()
    assert hv.online() == "0-3"


def test_linux_goes_on_below_and_after(listed: Hv) -> None:
    hv = listed
    for cpu in (3, 0):
        path = f"/sys/devices/system/cpu/cpu{cpu}/online"
        hv.machine.check(f"echo 0 >{path}; echo 1 >{path}")
    hv.disable()
    first = hv.machine.check("grep arch_timer /proc/interrupts").split()[1:5]

    def all_count() -> bool:
        now = hv.machine.check("grep arch_timer /proc/interrupts").split()[1:5]
        return all(int(b) > int(a) for a, b in zip(first, now))

    for cpu in range(4):
        hv.machine.check(f"taskset {1 << cpu:x} md5sum /bin/busybox")
    until("timer interrupts on each CPU", lambda: all_count() or None)
    hv.enable("root-list")
    assert hv.online() == "0-3"
