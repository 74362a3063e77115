# SPDX-License-Identifier: GPL-2.0
"""A panic of Linux does not affect the cells."""

import pytest
from audit.check import Expected
from bulkhead.hv import Hv, console_head
from machine.qemu import Machine
from machine.wait import until


def crash(hv: Hv, running: list[str]) -> None:
    hv.expected = Expected(created=running, running=running, enabled=True)
    hv.machine.end_by("echo c >/proc/sysrq-trigger")
    hv.machine.console.wait_for_kernel("Kernel panic - not syncing", 60)


@pytest.mark.kernel_trouble
def test_real_time_cells_beat_on_when_linux_panics(fresh_machine: Machine) -> None:
    """Cells of both delivery modes keep running, and their memory is unchanged."""
    hv = Hv.of(fresh_machine)
    hv.ready("test")
    hv.run("neighbour", "canary")
    hv.run("alpha", "rt-timer", "period_us=2000")
    hv.run("rt", "rt-timer", "period_us=2000")
    for cell in ("alpha", "rt"):
        hv.wait_beats(cell, 50)
    hv.wait_console("neighbour", "canary: watching")
    crash(hv, ["neighbour", "alpha", "rt"])
    for cell in ("alpha", "rt"):
        hv.wait_beats(cell, 500, 120)
    assert hv.wait_beats("neighbour", 10).errors == 0


@pytest.mark.kernel_trouble
def test_a_cell_resets_itself_with_linux_dead(fresh_machine: Machine) -> None:
    """A cell resets without root, because the hypervisor keeps its image."""
    hv = Hv.of(fresh_machine)
    hv.ready("test")
    hv.run("reset", "hostile", "attack=reset")
    until("its start", lambda: "TRY reset" in hv.console("reset") or None)
    crash(hv, ["reset"])
    first = console_head(hv)
    # Each start prints the same line, and there is no other output.
    until("more starts", lambda: console_head(hv) > first + 40 or None)
