# SPDX-License-Identifier: GPL-2.0
"""The audit's view of an arm64 machine: system registers, read through the gdb stub."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from audit import controls_arm64
from audit.tables import Mapping, Tables
from audit.tables_arm64 import el2_stage1, stage2
from audit.view import Cpu
from hvconfig.model import Cell, Range, System
from machine.gdbstub import GdbError, GdbStub
from machine.qemu import Machine

_SMC = 0xD4000003  # smc #0
_HCR_VM = 1
_HCR_NEEDED = 1 | 1 << 19  # VM: stage 2 translates; TSC: SMCs trap
_SCTLR_M = 1
_SCTLR_WXN = 1 << 19
_REGISTERS = ("HCR", "VTTBR", "VTCR", "TTBR0", "TCR", "MAIR", "SCTLR")


@dataclass
class _State:
    number: int
    el: int
    off: bool
    controls: dict[str, int]
    hcr: int
    vttbr: int
    vtcr: int
    ttbr0: int
    tcr: int
    mair: int
    sctlr: int

    def cpu(self) -> Cpu:
        inside = self.el == 2 and not self.off
        guest = self.el < 2 and not self.off
        freedom = ""
        if guest and self.hcr & _HCR_NEEDED != _HCR_NEEDED:
            freedom = f"HCR_EL2 is {self.hcr:#x}: no hypervisor controls this CPU"
        on = bool(self.hcr & _HCR_VM)
        return Cpu(
            self.number, guest, inside, on, self.vttbr, self.vttbr >> 48, freedom
        )


class Arm64View:
    typed = True
    open_pages = 0

    def __init__(self, stub: GdbStub) -> None:
        self.physical = stub.physical
        self._states = [self._state(stub, n) for n in range(len(stub.cpus))]
        self.cpus = [state.cpu() for state in self._states]

    @classmethod
    def _state(cls, stub: GdbStub, number: int) -> _State:
        el = stub.register(number, "cpsr") >> 2 & 3
        registers = (stub.register(number, f"{n}_EL2") for n in _REGISTERS)
        controls = controls_arm64.read(stub, number)
        off = el == 3 or cls._is_off(stub, number)
        return _State(number, el, off, controls, *registers)

    @staticmethod
    def _is_off(stub: GdbStub, number: int) -> bool:
        """With QEMU's firmware, a CPU that is off stays at the SMC that called it."""
        pc = stub.register(number, "pc")
        try:
            return _SMC in struct.unpack("<II", stub.virtual(number, pc - 4, 8))
        except GdbError:
            return False

    def second_stage(self, cpu: Cpu) -> Tables:
        state = self._states[cpu.number]
        return stage2(self.physical, state.vttbr, state.vtcr)

    def kept(self, cell: Cell, system: System) -> list[Range]:
        return []

    def host(self) -> tuple[list[str], list[Mapping]]:
        on = [state for state in self._states if state.hcr & _HCR_VM]
        findings = [
            f"CPU {state.number}: EL2 without MMU or without WXN"
            for state in on
            if not state.sctlr & _SCTLR_M or not state.sctlr & _SCTLR_WXN
        ]
        tables = {(state.ttbr0, state.tcr, state.mair) for state in on}
        return findings, [
            item
            for registers in tables
            for item in el2_stage1(self.physical, *registers).mappings
        ]

    def beside_memory(
        self, cpu: Cpu, cell: Cell, created: list[Cell], system: System
    ) -> list[str]:
        if cell.root:
            return []
        return controls_arm64.findings(cpu.number, self._states[cpu.number].controls)


@contextmanager
def paused(machine: Machine) -> Iterator[Arm64View]:
    with GdbStub(machine) as stub:
        yield Arm64View(stub)
