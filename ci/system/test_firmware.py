# SPDX-License-Identifier: GPL-2.0
"""The project's EL3 firmware (ci/firmware): stock kernels on it, and its switches."""

import re
from collections.abc import Callable

import pytest
from machine.boots import boot
from machine.config import Config
from machine.qemu import Machine
from machine.wait import until

New = Callable[[Config], Machine]
CPUS = "/sys/devices/system/cpu"
WORKAROUND_2 = 0x80007FFF  # SMCCC_ARCH_WORKAROUND_2, DEN 0028 7.4


def wait_said(machine: Machine, pattern: str) -> None:
    until(
        f"firmware to say {pattern!r}",
        lambda: re.search(pattern, machine.firmware_said()) or None,
    )


@pytest.mark.once
def test_a_stock_kernel_on_unkind_firmware(new_machine: New, config: Config) -> None:
    """All CPUs go off and come back, with registers full of garbage."""
    machine = boot(new_machine(config.with_changes(firmware="unkind")))
    assert "CPU: All CPU(s) started at EL2" in machine.dmesg()
    for cpu in (3, 2, 1):
        machine.check(f"echo 0 >{CPUS}/cpu{cpu}/online")
    for cpu in (1, 2, 3):
        machine.check(f"echo 1 >{CPUS}/cpu{cpu}/online")
    assert machine.check(f"cat {CPUS}/online") == "0-3"
    machine.reset()
    machine.boot()
    assert machine.check(f"cat {CPUS}/online") == "0-3"


@pytest.mark.thorough
def test_one_security_state_and_old_calls(new_machine: New, config: Config) -> None:
    """One security state with FIQs at EL3; results of calls in x4 to x17."""
    changed = config.with_changes(firmware="fiq=1 ds=1 garbage=2 clobber=1")
    machine = boot(new_machine(changed))
    assert "SMC Calling Convention v1.0" in machine.dmesg()
    machine.check(f"echo 0 >{CPUS}/cpu1/online; echo 1 >{CPUS}/cpu1/online")
    assert machine.check(f"cat {CPUS}/online") == "0-3"


@pytest.mark.thorough
def test_calls_for_mitigations_are_recorded(new_machine: New, config: Config) -> None:
    """Linux switches the mitigation of Spectre-v4 on, on each CPU, by x1 = 1."""
    changed = config.with_changes(
        cpu="cortex-a57", firmware="workarounds=7", append="ssbd=force-on"
    )
    machine = new_machine(changed).boot()
    for cpu in range(changed.smp):
        wait_said(machine, f"call function {WORKAROUND_2:#x} x1 0x1 cpu {cpu:#x} ")
    assert f"function {WORKAROUND_2:#x} x1 0x0" not in machine.firmware_said()


@pytest.mark.thorough
@pytest.mark.kernel_trouble
def test_a_cpu_is_denied_to_go_off(new_machine: New, config: Config) -> None:
    """Linux itself has no answer to it: it stops on a BUG()."""
    machine = boot(new_machine(config.with_changes(firmware="deny-off=1")))
    machine.end_by(f"echo 0 >{CPUS}/cpu3/online")
    machine.console.wait_for_kernel("CPU3 may not be shut down|kernel BUG", 60)


@pytest.mark.thorough
def test_trapped_features(new_machine: New, config: Config) -> None:
    """Firmware that does not know SVE: Linux works only with the arguments for it."""
    changed = config.with_changes(cpu="max", firmware="trap=1")
    machine = new_machine(changed)
    machine.start()
    wait_said(machine, "trapped esr 0x[0-9a-f]+ elr")
    machine.close()
    machine = new_machine(changed.with_changes(append="arm64.nosve arm64.nosme"))
    assert machine.boot().check("nproc") == str(changed.smp)


@pytest.mark.once
def test_an_unknown_switch_is_refused(new_machine: New, config: Config) -> None:
    machine = new_machine(config.with_changes(firmware="fiq=1 kind=1"))
    machine.start()
    wait_said(machine, "unknown switch")
