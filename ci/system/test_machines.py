# SPDX-License-Identifier: GPL-2.0
"""Suitable machines that differ from the usual one."""

from collections.abc import Callable
from typing import Any

import pytest
from bulkhead.hv import Hv
from machine.config import Config
from machine.qemu import Machine

# By name: the changes of the Config, and a command that verifies them in the machine.
DIFFERENT: dict[str, tuple[dict[str, Any], str]] = {
    "five-levels": ({"cpu": "EPYC,+svm,+npt,+la57"}, "grep -qw la57 /proc/cpuinfo"),
    "two-tables": ({"append": "pti=on"}, "grep -qw pti /proc/cpuinfo"),
}


@pytest.mark.parametrize(
    "name", ["five-levels", pytest.param("two-tables", marks=pytest.mark.once)]
)
def test_the_whole_way(
    new_machine: Callable[[Config], Machine], config: Config, name: str
) -> None:
    changes, shown = DIFFERENT[name]
    machine = new_machine(config.with_changes(**changes)).boot()
    machine.check(shown)
    hv = Hv.of(machine)
    hv.ready("test")
    hv.run("alpha", "hello")
    hv.wait_console("alpha", "Hello from cell")
    hv.audit()
    hv.end("alpha")
    hv.disable()
    machine.check("rmmod bulkhead")


def test_threads_of_one_core(
    new_machine: Callable[[Config], Machine], config: Config
) -> None:
    """check reports a config that divides the threads of a core; create refuses it."""
    if config.board.arch == "x86" and config.kernel == "6.1":
        pytest.skip("it learns AMD's threads from TOPOEXT, which the emulator lacks")
    threads = ("-smp", f"cores={config.smp // 2},threads=2")
    machine = new_machine(config.with_changes(args=threads)).boot()
    hv = Hv.of(machine)
    hv.ready(None)
    said = hv.hvctl("check test")
    assert said.status == 1 and "missing  no core is shared" in said.output
    hv.enable("test")
    before = hv.snapshot()
    shares = (
        r"CPU {} of cell .* shares its core with CPU {}, which the cell doesn't get"
    )
    hv.refused("cell create rt", shares.format(3, 2))
    hv.refused("cell create wide", shares.format(1, 0))
    assert hv.snapshot() == before
    # Linux has no topology of an offline CPU.
    machine.check("echo 0 >/sys/devices/system/cpu/cpu2/online")
    hv.refused("cell create rt", shares.format(3, 2))
    machine.check("echo 1 >/sys/devices/system/cpu/cpu2/online")
    hv.run("two", "hello")
    hv.wait_console("two", "Hello from cell")
    hv.end("two")
    hv.disable()


@pytest.mark.once
def test_features_that_linux_leaves_closed(
    new_machine: Callable[[Config], Machine], config: Config
) -> None:
    """The CPU has SVE and SME; Linux doesn't use them, firmware may not allow it."""
    closed = {"cpu": "max", "append": "arm64.nosve arm64.nosme"}
    machine = new_machine(config.with_changes(**closed)).boot()
    assert " sve" not in machine.check("grep Features /proc/cpuinfo")
    hv = Hv.of(machine)
    hv.ready(None)
    known = "ok       the hypervisor knows every feature of the CPUs"
    assert known in hv.hvctl("check test").output
    hv.ready("test")
    hv.run("alpha", "selftest")
    hv.wait_console("alpha", r"^DONE selftest: \d+ passed, 0 failed$", 60)
    hv.audit()
    hv.end("alpha")
    hv.disable()
    machine.check("rmmod bulkhead")
