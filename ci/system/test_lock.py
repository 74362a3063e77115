# SPDX-License-Identifier: GPL-2.0
"""After "hvctl lock" no change is accepted until the machine is reset."""

from bulkhead.hv import Hv
from machine.qemu import Machine

FORBIDDEN = [
    "cell create beta",
    "cell load alpha /lib/bulkhead/hello.bin",
    "cell start alpha",
    "cell shutdown alpha",
    "cell shutdown --force alpha",
    "cell destroy alpha",
    "disable",
]


def test_lock_until_reset(fresh_machine: Machine) -> None:
    hv = Hv.of(fresh_machine)
    hv.ready("test")
    hv.run("alpha", "canary")
    hv.wait_console("alpha", "canary: watching")
    hv.ok("lock")
    assert hv.status()["state"] == "locked"
    before = hv.snapshot()
    for command in FORBIDDEN:
        hv.refused(command, "locked|rights", status=1)
    assert hv.snapshot() == before
    # Commands that only read are still accepted.
    for command in ("log", "cell list", "cell stats alpha", "cell console alpha"):
        hv.ok(command)
    assert hv.wait_beats("alpha", 2).errors == 0
    assert hv.machine.run("rmmod bulkhead 2>&1").status
    hv.audit()
    fresh_machine.reset()
    fresh_machine.boot()
    hv.system = None
    hv.ready("test")
    hv.run("alpha", "hello")
    hv.wait_console("alpha", "Hello from cell")
