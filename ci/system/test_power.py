# SPDX-License-Identifier: GPL-2.0
"""Resets and the machine's end, of cells and of Linux."""

from audit import Expected
from hv import Hv, until
from machine import Config, Machine


def prepare(machine: Machine, system: str) -> Hv:
    hv = Hv.of(machine)
    hv.ready(system)
    hv.run("rt", "rt-timer", "report=0")
    hv.wait_beats("rt", 20)
    return hv


def test_a_cell_resets_itself_from_its_kept_image(enabled: Hv) -> None:
    hv = enabled
    hv.run("reset", "hostile", "attack=reset")
    until(
        "three starts",
        lambda: hv.console("reset").count("TRY reset") >= 3 or None,
    )
    assert hv.state("reset") == "running"
    hv.audit()
    hv.ok("cell shutdown --force reset")
    hv.ok("cell load reset /lib/bulkhead/hello.bin")
    hv.ok("cell start reset")
    hv.wait_console("reset", "Hello from cell")
    hv.end("reset")


def test_a_reboot_in_order_stops_cells_first(fresh_machine: Machine) -> None:
    hv = prepare(fresh_machine, "test")
    fresh_machine.begin("reboot -f")
    fresh_machine.wait_ready()
    fresh_machine.run("true")
    messages = fresh_machine.console.kernel_messages
    assert any("bulkhead: disabled" in message for message in messages)
    hv.system = None
    hv.ready("test")
    hv.run("rt", "rt-timer")
    hv.wait_beats("rt", 20)


def test_a_reset_by_force_is_caught_while_cells_run(fresh_machine: Machine) -> None:
    """protect: Linux is parked, the cell lives on."""
    hv = prepare(fresh_machine, "test")
    hv.expected = Expected(created=["rt"], running=["rt"], enabled=True)
    fresh_machine.begin("echo b >/proc/sysrq-trigger")
    fresh_machine.console.wait_for_kernel("sysrq: Resetting", 30)
    hv.wait_beats("rt", 2000, 120)


def test_a_reset_by_force_works_without_cells(fresh_machine: Machine) -> None:
    hv = Hv.of(fresh_machine)
    hv.ready("test")
    fresh_machine.begin("echo b >/proc/sysrq-trigger")
    fresh_machine.wait_ready()
    fresh_machine.run("true")
    hv.system = None


def test_power_off_in_order(config: Config, fresh_machine: Machine) -> None:
    prepare(fresh_machine, "test")
    fresh_machine.begin("poweroff -f")
    fresh_machine.wait_exit()


def test_a_reset_by_force_is_not_caught_without_protect(
    fresh_machine: Machine,
) -> None:
    hv = prepare(fresh_machine, "demo")
    fresh_machine.begin("echo b >/proc/sysrq-trigger")
    fresh_machine.wait_ready()
    fresh_machine.run("true")
    hv.system = None
