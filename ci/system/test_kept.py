# SPDX-License-Identifier: GPL-2.0
"""What firmware keeps from the hypervisor: CPUs that stay on, interrupts, FIQs."""

from collections.abc import Callable

import pytest
from bulkhead.hv import Hv
from machine.boots import boot
from machine.config import Config
from machine.qemu import Machine

New = Callable[[Config], Machine]
CPU3 = "/sys/devices/system/cpu/cpu3/online"
pytestmark = pytest.mark.once


def on_firmware(new_machine: New, config: Config, switches: str) -> Hv:
    hv = Hv.of(boot(new_machine(config.with_changes(firmware=switches))))
    hv.insmod()
    return hv


def test_a_cpu_that_firmware_does_not_switch_off(
    new_machine: New, config: Config
) -> None:
    """It goes to a cell, to another one, and back to Linux; disable needs it online.
    Disable asks the firmware as often as it can within its time."""
    hv = on_firmware(new_machine, config, "ds=1 deny-off=0x7fffffff")
    hv.enable("test")
    for cell in ("alpha", "rt-list"):
        hv.run(cell, "hello")
        hv.wait_console(cell, "Hello from cell")
        hv.end(cell)
    assert hv.online() == "0-3"
    hv.machine.check(f"echo 0 >{CPU3}")
    hv.refused("disable", "the firmware does not switch CPU 3 off")
    hv.machine.check(f"echo 1 >{CPU3}")
    assert hv.online() == "0-3"
    hv.disable()
    assert hv.online() == "0-3"


def test_a_cpu_that_firmware_switches_off_later(
    new_machine: New, config: Config
) -> None:
    """Disable asks again."""
    hv = on_firmware(new_machine, config, "ds=1 deny-off=1 garbage=3")
    hv.enable("test")
    hv.machine.check(f"echo 0 >{CPU3}")
    hv.disable()
    hv.machine.check(f"echo 1 >{CPU3}")
    assert hv.online() == "0-3"


def test_a_spare_interrupt_that_is_secure(new_machine: New, config: Config) -> None:
    hv = on_firmware(new_machine, config, "spi=244 spis=44")
    before = hv.snapshot()
    document = hv.check_document("root-list")
    states = {item["name"]: item["state"] for item in document["requirements"]}
    assert states["own-irqs"] == "missing", states
    assert states["cpu-limits"] == states["extended-irqs"] == "ok", states
    hv.refused("enable root-list", "the firmware keeps interrupt 2[0-9]+, which")
    assert hv.snapshot() == before


def test_one_security_state_with_fiqs_at_el3(new_machine: New, config: Config) -> None:
    """check, module and hypervisor see it alike; a cell's priorities are right."""
    hv = on_firmware(new_machine, config, "fiq=1 ds=1")
    document = hv.check_document("root-list")
    assert all(kind["fiq_taken"] for kind in document["cpus"]), document
    document = hv.check_document("test")
    states = {item["name"]: item["state"] for item in document["requirements"]}
    assert states["direct"] == "missing", states
    hv.refused("enable test", "or the firmware takes FIQs")
    hv.enable("root-list")
    hv.run("hostile", "hostile", "attack=pmr")
    hv.wait_console("hostile", r"^DONE hostile: \d+ passed, 0 failed$", 60)
    hv.end("hostile")
