# SPDX-License-Identifier: GPL-2.0
"""Which calls of root and cells reach the firmware, with which arguments."""

import re
from collections.abc import Callable

import pytest
from bulkhead.hv import Hv
from machine.boots import boot
from machine.config import Config
from machine.qemu import Machine
from machine.wait import until

New = Callable[[Config], Machine]
CPU3 = "/sys/devices/system/cpu/cpu3/online"
CALL = re.compile(r"call function (0x[0-9a-f]+) x1 (0x[0-9a-f]+) cpu 0x3 ")
VERSION, FEATURES = 0x80000000, 0x80000001
WORKAROUND_1, WORKAROUND_2 = 0x80008000, 0x80007FFF  # DEN 0028 7
MITIGATIONS = (WORKAROUND_1, WORKAROUND_2, 0x80003FFF)
SIP, OEM, TRUSTED_OS = 0x82000001, 0xC3000001, 0xB2000001


def calls(machine: Machine) -> list[tuple[int, int]]:
    """Returns function and x1 of the kinds of calls that CPU 3 has made."""
    said = CALL.findall(machine.firmware_said())
    return [(int(function, 16), int(x1, 16)) for function, x1 in said]


def call(hv: Hv, function: int, x1: int) -> None:
    hv.run("hostile", "hostile", f"attack=call function={function:#x} x1={x1:#x}")
    hv.wait_console("hostile", r"^DONE hostile: 1 passed, 0 failed$", 60)
    hv.end("hostile")


@pytest.mark.thorough
def test_what_reaches_the_firmware(new_machine: New, config: Config) -> None:
    """The cell and root use CPU 3 in turn. Linux switches the mitigation of Spectre-v4
    on, by x1 = 1, whenever a CPU comes online."""
    changed = config.with_changes(
        cpu="cortex-a57", firmware="ds=1 workarounds=7", append="ssbd=force-on"
    )
    hv = Hv.of(boot(new_machine(changed)))
    machine = hv.machine
    hv.insmod()
    hv.enable("test")
    before = calls(machine).count((WORKAROUND_2, 1))
    machine.check(f"for i in 1 2 3; do echo 0 >{CPU3}; echo 1 >{CPU3}; done")
    until("root's call", lambda: calls(machine).count((WORKAROUND_2, 1)) > before)
    for x1 in (0, 0x55, 0x1_0000_0077):  # the argument has 32 bits
        call(hv, WORKAROUND_2, x1)
        until(
            "the cell's call", lambda: (WORKAROUND_2, x1 & 0xFFFFFFFF) in calls(machine)
        )
    for function in (SIP, OEM, TRUSTED_OS):
        call(hv, function, 0x66)
    call(hv, WORKAROUND_2, 0x99)  # the last of these calls has arrived, so all have
    until("the last call", lambda: (WORKAROUND_2, 0x99) in calls(machine))
    known = {VERSION, FEATURES, *MITIGATIONS}
    assert {function for function, _ in calls(machine)} <= known
    hv.disable()
