# SPDX-License-Identifier: GPL-2.0
"""The module cannot be unloaded and Linux cannot suspend while a system is enabled."""

from bulkhead.hv import Hv


def test_unload_is_refused_while_enabled(enabled: Hv) -> None:
    hv = enabled
    before = hv.snapshot()
    for options in ("", "-w"):
        said = hv.machine.run(f"timeout 5 rmmod {options} bulkhead 2>&1")
        assert said.status, options
    assert hv.snapshot() == before
    hv.run("rt", "rt-timer")
    assert hv.machine.run("rmmod bulkhead 2>&1").status
    hv.wait_beats("rt", 20)


def test_unload_while_the_device_is_open(hv: Hv) -> None:
    hv.machine.check("exec 9</dev/bulkhead")
    assert hv.machine.run("rmmod bulkhead 2>&1").status
    hv.machine.check("exec 9<&-")
    hv.machine.check("rmmod bulkhead")


def test_a_second_module_is_refused(hv: Hv) -> None:
    assert hv.machine.run("insmod /lib/modules/bulkhead.ko 2>&1").status
    assert hv.status()["state"] == "disabled"


def test_suspend_is_refused_while_enabled(enabled: Hv) -> None:
    hv = enabled
    said = hv.machine.run("echo freeze >/sys/power/state 2>&1")
    assert said.status
    hv.machine.console.wait_for_kernel("bulkhead: no suspend while enabled", 10)
    assert hv.online() == "0-3"
