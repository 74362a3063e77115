# SPDX-License-Identifier: GPL-2.0
"""The audit of a machine with VMX, on a model of a machine: the values that it reads,
and its findings about controls that allow a guest too much."""

import struct
from typing import Any, cast

import pytest
from audit import tables_ept
from audit.vmx import VmxView
from bulkhead.systems import load
from machine.boards import BOARDS

PORTS, MSRS, ROOT, TABLE, HOST = 0x10000, 0x12000, 0x20000, 0x21000, 0x30000
SYSTEM = load(BOARDS["x86-vmx"], "test")
RIGHTS, MEMORY, LARGE = 7, 6 << 3, 1 << 7

CONTROLS = {
    "vmexec_ctrls1": 0x16 | 1 << 3 | 1 << 5,
    "vmexec_ctrls2": 1 << 25 | 1 << 28 | 1 << 31,
    "vmexec_ctrls3": 1 << 1 | 1 << 5 | 1 << 6 | 1 << 7,
    "vm_exceptions_bitmap": 1 << 1 | 1 << 17 | 1 << 18,
    "vm_cr0_mask": 0x60000020,
    "vm_cr4_mask": 0x2040,
    "io_bitmap_addr1": PORTS,
    "io_bitmap_addr2": PORTS + 4096,
    "msr_bitmap_addr": MSRS,
    "eptptr": ROOT | 0x1E,
    "vpid": 2,
}
HOST_STATE = {"CR3": HOST, "CR4": 1 << 5, "CR0": 1 << 16, "efer_msr": 1 << 11}


class Machine:
    """A model of a machine with one CPU that runs a cell, and of its debugger."""

    def __init__(self) -> None:
        self.config = self
        self.smp = 1
        self.debugger = self
        self.memory = {PORTS: b"\xff" * 8192, MSRS: b"\xff" * 4096}
        self.vmx = {"in_vmx": 1, "in_vmx_guest": 1}
        self.vmx |= {f"VMCS_CACHE.VMEXEC_CTRLS.{k}": v for k, v in CONTROLS.items()}
        self.vmx |= {f"VMCS_CACHE.HOST_STATE.{k}": v for k, v in HOST_STATE.items()}
        self.activity = 0

    def read_physical(self, address: int, size: int) -> bytes:
        for start, data in self.memory.items():
            if start <= address < start + len(data):
                return data[address - start :][:size].ljust(size, b"\0")
        return bytes(size)

    def state(self, what: str) -> dict[str, int]:
        name = what.removeprefix("cpu0.")
        if name == "VMX":
            return self.vmx
        if name == "MSR":
            return {"EFER": 0}
        return {name: self.activity}

    def set(self, name: str, value: int) -> None:
        self.vmx[f"VMCS_CACHE.VMEXEC_CTRLS.{name}"] = value

    def look(self) -> VmxView:
        return VmxView(cast(Any, self))

    def freedom(self) -> str:
        return self.look().cpus[0].freedom

    def beside_memory(self) -> list[str]:
        look = self.look()
        rt = SYSTEM.cell("rt")
        assert rt
        return look.beside_memory(look.cpus[0], rt, [rt], SYSTEM)

    def open(self, bitmap: int, bit: int) -> None:
        data = bytearray(self.memory[bitmap])
        data[bit // 8] &= ~(1 << bit % 8)
        self.memory[bitmap] = bytes(data)


def test_a_machine_as_it_should_be() -> None:
    machine = Machine()
    assert (machine.freedom(), machine.beside_memory()) == ("", [])
    cpu = machine.look().cpus[0]
    assert (cpu.guest, cpu.inside, cpu.on) == (True, False, True)
    assert (cpu.tables, cpu.tag) == (ROOT | 0x1E, 2)


def test_where_a_cpu_is() -> None:
    machine = Machine()
    machine.vmx["in_vmx_guest"] = 0
    cpu = machine.look().cpus[0]
    assert (cpu.guest, cpu.inside) == (False, True)
    machine.activity = 1  # parked
    assert not machine.look().cpus[0].inside
    machine.vmx["in_vmx"] = 0
    cpu = machine.look().cpus[0]
    assert (cpu.guest, cpu.on) == (
        True,
        False,
    ) and "no hypervisor controls" in cpu.freedom
    machine.activity = 3  # waits for SIPI
    cpu = machine.look().cpus[0]
    assert (cpu.guest, cpu.freedom) == (False, "")


@pytest.mark.parametrize(
    "name,value,said",
    [
        ("vmexec_ctrls1", 0x16 | 1 << 5, "vmexec_ctrls1 lacks 0x8"),
        ("vmexec_ctrls2", 1 << 31, "vmexec_ctrls2 lacks 0x12000000"),
        ("vmexec_ctrls3", 1 << 5, "vmexec_ctrls3 lacks 0x2"),
        ("vmexec_ctrls3", 1 << 1 | 1 << 5 | 1 << 13, "vmexec_ctrls3 has 0x2000"),
        ("vm_cr0_mask", 0x60000000, "vm_cr0_mask lacks 0x20"),
        ("vm_cr4_mask", 0x40, "vm_cr4_mask lacks 0x2000"),
        ("eptptr", ROOT | 0x18, "EPT pointer"),
        ("vpid", 0, "VPID"),
    ],
)
def test_controls_that_leave_too_much(name: str, value: int, said: str) -> None:
    machine = Machine()
    machine.set(name, value)
    assert said in machine.freedom()


def test_ports_msrs_and_exceptions() -> None:
    machine = Machine()
    machine.open(PORTS, 0xCF9)
    assert machine.beside_memory() == ["rt: reaches port 0xcf9"]
    machine = Machine()
    machine.open(MSRS, 0x802)  # reads of the x2APIC id
    machine.open(MSRS, 0x2000 + 0x100)  # reads of FS_BASE
    machine.open(MSRS, 0x4000 + 0x830)  # writes of the x2APIC ICR
    machine.open(MSRS, 0x6000 + 0x080)  # writes of EFER
    machine.open(MSRS, 0x480)
    assert machine.beside_memory() == [
        "rt: may read MSR 0x480",
        "rt: may write MSR 0x830",
        "rt: may write MSR 0xc0000080",
    ]
    machine = Machine()
    machine.set("vm_exceptions_bitmap", 1 << 18)
    assert machine.beside_memory() == ["rt: exceptions 0x20002 do not exit"]
    machine = Machine()
    machine.set("vmexec_ctrls3", 1 << 1 | 1 << 5)
    assert machine.beside_memory() == ["rt: WBINVD does not exit"]


def test_the_host_without_its_protections() -> None:
    machine = Machine()
    assert machine.look().host() == ([], [])
    machine.vmx["VMCS_CACHE.HOST_STATE.CR0"] = 0
    assert "without CR0.WP" in machine.look().host()[0][0]


def entries(*pairs: tuple[int, int]) -> bytes:
    data = bytearray(4096)
    for index, entry in pairs:
        struct.pack_into("<Q", data, 8 * index, entry)
    return bytes(data)


def test_extended_page_tables() -> None:
    machine = Machine()
    last = TABLE + 4096
    machine.memory |= {
        ROOT: entries((0, TABLE | RIGHTS)),
        TABLE: entries((0, last | RIGHTS), (1, 1 << 30 | RIGHTS | LARGE)),
        last: entries((1, 0x600000 | 3 | LARGE | MEMORY)),
    }
    found = tables_ept.walk(machine.read_physical, ROOT | 0x1E)
    assert [str(item) for item in found.mappings] == [
        "0x200000-0x3fffff -> 0x600000 rw--",
        "0x40000000-0x7fffffff -> 0x40000000 rwxd",
    ]
    assert found.pages == {ROOT, TABLE, last}
    machine.memory[last] = entries((0, 2 | LARGE | MEMORY))  # writable, not readable
    with pytest.raises(ValueError, match="a bad entry"):
        tables_ept.walk(machine.read_physical, ROOT | 0x1E)
    # a circle: more levels than exist
    machine.memory[TABLE] = entries((0, ROOT | RIGHTS))
    machine.memory[ROOT] = entries((0, ROOT | RIGHTS | LARGE))
    with pytest.raises(ValueError, match="reserved bits"):
        tables_ept.walk(machine.read_physical, ROOT | 0x1E)
