# SPDX-License-Identifier: GPL-2.0
"""A fault of the hypervisor fails the cell that it served, and no other."""

import contextlib
from collections.abc import Iterator

import pytest
from bulkhead.hv import Hv
from machine import elf
from machine.gdbstub import GdbStub
from machine.paths import BUILD
from machine.qemu import Machine

UNDEFINED = {"arm64": bytes(4), "x86": b"\x0f\x0b"}  # UDF #0, UD2
SAYS = {
    "arm64": "the hypervisor's own exception: undefined instruction\n",
    "x86": "put of 1 byte at port 0x3f",  # what the hypervisor was handling
}
UART = {"arm64": "pl011_access", "x86": "ns16550_access"}
CPU_3 = "/sys/devices/system/cpu/cpu3/online"


def physical(hv: Hv, name: str) -> int:
    """Returns the physical address of a symbol of the hypervisor."""
    assert hv.system
    at = elf.symbols(BUILD / hv.machine.config.board.arch / "hypervisor.elf")
    return hv.system.hypervisor.start + at[name] - at["image_start"]


@contextlib.contextmanager
def broken(hv: Hv, function: str) -> Iterator[None]:
    """Puts an undefined instruction at the start of a function of the hypervisor."""
    phys = physical(hv, function)
    undefined = UNDEFINED[hv.machine.config.board.arch]
    with GdbStub(hv.machine) as stub:
        sound = stub.physical(phys, len(undefined))
        stub.write_physical(phys, undefined)
    yield
    with GdbStub(hv.machine) as stub:
        stub.write_physical(phys, sound)


def faults(hv: Hv) -> list[int]:
    """Returns the cells to which faults were attributed."""
    return [m["cell"] for m in hv.messages() if m["code"] == "el2-fault"]


@pytest.mark.once
def test_a_fault_ends_what_it_served(fresh_machine: Machine) -> None:
    hv = Hv.of(fresh_machine)
    hv.ready("test")
    hv.may_fault = True
    arch = fresh_machine.config.board.arch
    hv.run("alpha", "canary", "report=0")
    hv.wait_console("alpha", "canary: watching")

    # The hypervisor serves a cell.
    hv.create_and_load("stray", "hello")
    with broken(hv, UART[arch]):
        hv.ok("cell start stray")
        hv.wait_state("stray", "failed")
    stop = hv.cell("stray")["stop"]
    assert stop["reason"] == "hypervisor-fault"
    assert SAYS[arch] in stop["text"]
    # an address of the cell's program, not of the hypervisor
    entry = hv.config("stray").entry & ~0xFFFFF
    assert entry <= int(stop["pc"], 16) < entry + 0x100000
    stray = hv.cell("stray")["id"]
    assert faults(hv) == [stray]
    hv.ok("cell start stray")
    hv.wait_console("stray", "Hello from cell")
    hv.end("stray")

    # The hypervisor serves root in a management call, with root's other CPUs held.
    with broken(hv, "classes_validate"):
        hv.refused("cell create stray", "the hypervisor itself faulted")
    assert faults(hv) == [stray, 0]
    assert hv.status()["state"] == "locked"
    hv.refused("cell create stray", "locked")
    hv.refused("cell shutdown --force alpha", "locked")
    assert hv.state("alpha") == "running"
    assert hv.wait_beats("alpha", 3).errors == 0
    for cpu in range(2):
        fresh_machine.check(f"taskset {1 << cpu:x} true")


@pytest.mark.kernel_trouble
def test_a_fault_while_a_cpu_of_linux_starts(fresh_machine: Machine) -> None:
    hv = Hv.of(fresh_machine)
    hv.ready("test")
    hv.may_fault = True
    fresh_machine.check(f"echo 0 >{CPU_3}")
    with broken(hv, "guest_reset"):
        assert fresh_machine.run(f"echo 1 >{CPU_3}").status
    assert faults(hv) == [0]
    assert "online" in fresh_machine.dmesg()
    assert hv.online() == "0-2"
    # The CPU stays in the hypervisor. Other cells are not affected.
    assert "violation" not in [m["code"] for m in hv.messages()]
    hv.run("alpha", "canary")
    assert hv.wait_beats("alpha", 3).errors == 0
    hv.end("alpha")


@pytest.mark.kernel_trouble
def test_a_fault_in_a_fault_holds_no_lock(fresh_machine: Machine) -> None:
    hv = Hv.of(fresh_machine)
    hv.ready("test")
    hv.may_fault = True
    hv.expected = hv.ask_existing().expected
    with broken(hv, "classes_validate"), broken(hv, "window_close"):
        # Not with spawn(), whose output the hypervisor's messages could interrupt.
        fresh_machine.end_by("(taskset 4 hvctl cell create stray </dev/null &)")
        fresh_machine.console.wait_for("bulkhead: fatal: cpu, syndrome", 30)
        with GdbStub(hv.machine) as stub:
            assert stub.physical(physical(hv, "management_lock"), 4) == bytes(4)
