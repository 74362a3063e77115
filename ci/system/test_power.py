# SPDX-License-Identifier: GPL-2.0
"""Reset and power-off, of cells and of Linux."""

from audit.check import Expected
from bulkhead.hv import Hv
from machine.qemu import Machine
from machine.wait import until


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


def booted_again(hv: Hv) -> None:
    hv.machine.wait_ready()
    hv.machine.run("true")
    hv.system = None


def test_a_reboot_in_order_stops_cells_first(machine: Machine) -> None:
    hv = prepare(machine, "test")
    machine.begin("reboot -f")
    booted_again(hv)
    messages = machine.console.kernel_messages
    assert any("bulkhead: disabled" in message for message in messages)
    hv.ready("test")
    hv.run("rt", "rt-timer")
    hv.wait_beats("rt", 20)


def test_what_the_systemd_unit_runs(enabled: Hv) -> None:
    """The script of the systemd unit asks each cell to stop, then disables.

    It stops a cell by force if the cell does not answer.
    """
    hv = enabled
    hv.run("rt", "rt-timer", "report=0")
    hv.run("alpha", "hostile", "attack=loop")
    hv.wait_beats("rt", 20)
    hv.ok("cell create neighbour")
    said = hv.machine.check("/usr/libexec/bulkhead-stop 2>&1", 120)
    assert 'cell "rt" is shut down' in said.lower(), said
    assert hv.status()["state"] == "disabled"
    assert hv.online() == "0-3"
    hv.system = None
    assert hv.machine.check("/usr/libexec/bulkhead-stop 2>&1") == ""
    hv.machine.check("rmmod bulkhead && /usr/libexec/bulkhead-stop")


def test_a_reset_by_force_works_without_cells(enabled: Hv) -> None:
    enabled.machine.end_by("echo b >/proc/sysrq-trigger")
    booted_again(enabled)


def test_a_reset_by_force_is_not_caught_without_protect(machine: Machine) -> None:
    hv = prepare(machine, "demo")
    machine.end_by("echo b >/proc/sysrq-trigger")
    booted_again(hv)


def test_a_reset_by_force_is_caught_while_cells_run(fresh_machine: Machine) -> None:
    """With "protect", Linux is parked and the cell keeps running."""
    hv = prepare(fresh_machine, "test")
    hv.expected = Expected(created=["rt"], running=["rt"], enabled=True)
    fresh_machine.end_by("echo b >/proc/sysrq-trigger")
    fresh_machine.console.wait_for_kernel("sysrq: Resetting", 30)
    hv.wait_beats("rt", 1000, 60)


def test_power_off_in_order(fresh_machine: Machine) -> None:
    prepare(fresh_machine, "test")
    fresh_machine.begin("poweroff -f")
    fresh_machine.wait_exit()
