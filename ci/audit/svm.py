# SPDX-License-Identifier: GPL-2.0
"""The audit's view of an x86-64 machine under SVM (AMD64 APM volume 2, chapter 15).

The nested CR3 and the intercepts in force are registers of the emulated CPU, which
VMRUN loads. In the hypervisor's memory only the structures that the CPU itself uses are
read: the VMCB of the last VMRUN (ASID, bitmaps), and the host state at VM_HSAVE_PA,
which QEMU stores in the VMCB's format.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from audit import msix, tables_x86
from audit.rights_x86 import SHOWN, Access, msr_findings, port_findings
from audit.tables import Mapping, Tables
from audit.view import Cpu
from hvconfig.model import Cell, Range, System
from machine import vmstate
from machine.gdbstub import GdbStub
from machine.qemu import Machine

# These numbers are those of QEMU, target/i386/cpu.h.
_HF_GUEST = 1 << 21
_HF2_NPT = 1 << 6
_PG_MODE_NXE = 1 << 2
_PG_MODE_LA57 = 1 << 4

_EFER_SVME = 1 << 12

# Intercepts that each guest needs (table B-1). Vector 3, the low half: NMI, INVLPGA,
# ports, MSRs, shutdown. Vector 4: VMRUN, VMMCALL, VMLOAD, VMSAVE, STGI, CLGI, SKINIT.
_NEEDED = 1 << 1 | 1 << 26 | 1 << 27 | 1 << 28 | 1 << 31 | 0x5F << 32 | 1 << 33
_VMCB_IOPM, _VMCB_MSRPM, _VMCB_ASID = 0x40, 0x48, 0x58
_SAVE_EFER, _SAVE_CR4 = 0x4D0, 0x548  # table B-2; CR3 and CR0 follow CR4

# 15.11: the MSR map has three parts, which start at these MSRs. Each MSR has two bits:
# reads, writes.
_MSR_PARTS = (0, 0xC0000000, 0xC0010000)
_MSRS_A_PART = 0x2000


@dataclass
class _State:
    """The state of one CPU."""

    number: int
    guest: bool
    npt: bool
    halted: bool
    waits: bool  # waits for a startup IPI
    efer: int
    cr0: int
    cr3: int
    cr4: int
    nested_cr3: int
    nested_mode: int
    intercepts: int
    vmcb: int
    hsave: int

    @property
    def on(self) -> bool:
        return bool(self.efer & _EFER_SVME)

    def freedom(self) -> str:
        if not self.on and not self.waits:
            return "EFER.SVME is clear: no hypervisor controls this CPU"
        if not self.guest:
            return ""
        if not self.npt or not self.nested_mode & _PG_MODE_NXE:
            return "nested paging is off, or does not enforce NX"
        if left := _NEEDED & ~self.intercepts:
            return f"{left:#x} is not intercepted"
        return ""


def _states(machine: Machine) -> list[_State]:
    devices = {
        (device.name, device.instance): device
        for device in vmstate.read(machine, {"cpu", "cpu_common", "apic"})
    }
    return [
        _State(
            number,
            guest=bool(cpu.get("env.hflags") & _HF_GUEST),
            npt=bool(cpu.get("env.hflags2") & _HF2_NPT),
            halted=bool(devices["cpu_common", number].get("halted")),
            waits=bool(devices["apic", number].get("wait_for_sipi")),
            efer=cpu.get("env.efer"),
            cr0=cpu.get("env.cr[0]"),
            cr3=cpu.get("env.cr[3]"),
            cr4=cpu.get("env.cr[4]"),
            nested_cr3=cpu.get("env.nested_cr3"),
            nested_mode=cpu.get("env.nested_pg_mode"),
            intercepts=cpu.get("env.intercept"),
            vmcb=cpu.get("env.vm_vmcb"),
            hsave=cpu.get("env.vm_hsave"),
        )
        for (name, number), cpu in sorted(devices.items())
        if name == "cpu"
    ]


class SvmView:
    typed = False  # memory types come from the MTRRs, which only root can write
    open_pages = 5  # a guest's page tables (four levels) and code

    def __init__(self, machine: Machine, stub: GdbStub) -> None:
        self.physical = stub.physical
        self._states = _states(machine)
        self.cpus = [self._cpu(state) for state in self._states]

    def _number(self, address: int, size: int) -> int:
        return int.from_bytes(self.physical(address, size), "little")

    def _cpu(self, state: _State) -> Cpu:
        inside = state.on and not state.guest and not state.halted
        tag = self._number(state.vmcb + _VMCB_ASID, 4) if state.guest else 0
        freedom = state.freedom()
        if state.guest and not tag:
            freedom = freedom or "its ASID is the hypervisor's"
        return Cpu(
            number=state.number,
            guest=state.guest or not (state.on or state.waits),
            inside=inside,
            on=state.on,
            tables=state.nested_cr3,
            tag=tag,
            freedom=freedom,
        )

    def second_stage(self, cpu: Cpu) -> Tables:
        state = self._states[cpu.number]
        levels = 5 if state.nested_mode & _PG_MODE_LA57 else 4
        return tables_x86.walk(self.physical, state.nested_cr3, levels, nested=True)

    def kept(self, cell: Cell, system: System) -> list[Range]:
        return msix.tables(self.physical, cell, system)

    def _host_registers(self, state: _State) -> tuple[int, int, int, int]:
        """Returns the hypervisor's CR3, CR4, CR0 and EFER.

        While the CPU executes a guest, they are in the host state, which the next exit
        loads.
        """
        if not state.guest:
            return state.cr3, state.cr4, state.cr0, state.efer
        efer = self._number(state.hsave + _SAVE_EFER, 8)
        saved = self.physical(state.hsave + _SAVE_CR4, 24)
        cr4, cr3, cr0 = struct.unpack("<QQQ", saved)
        return cr3, cr4, cr0, efer

    def host(self) -> tuple[list[str], list[Mapping]]:
        states = (state for state in self._states if state.on)
        registers = {state.number: self._host_registers(state) for state in states}
        return tables_x86.host(self.physical, registers)

    def beside_memory(
        self, cpu: Cpu, cell: Cell, created: list[Cell], system: System
    ) -> list[str]:
        vmcb = self._states[cpu.number].vmcb
        iopm = self.physical(self._number(vmcb + _VMCB_IOPM, 8), 65536 // 8)
        msrpm = self.physical(self._number(vmcb + _VMCB_MSRPM, 8), 3 * 0x800)
        return (msr_findings(cell, _open_msrs(msrpm)) + port_findings(cell, iopm))[
            :SHOWN
        ]


def _open_msrs(msrpm: bytes) -> list[Access]:
    return [
        (start + number, what)
        for part, start in enumerate(_MSR_PARTS)
        for number in range(_MSRS_A_PART)
        for bit, what in enumerate(("read", "write"))
        if not msrpm[part * 0x800 + number // 4] >> (2 * (number % 4) + bit) & 1
    ]


@contextmanager
def paused(machine: Machine) -> Iterator[SvmView]:
    with GdbStub(machine) as stub:
        yield SvmView(machine, stub)
