# SPDX-License-Identifier: GPL-2.0
"""The audit's view of an x86-64 machine under VMX (Intel SDM volume 3C, 25), in Bochs.

All values are internal registers of the emulated CPU, which the last VM entry loaded;
the VMCS in memory is not read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from audit import tables_ept, tables_x86
from audit.rights_x86 import SHOWN, Access, msr_findings, port_findings
from audit.tables import Mapping, Tables
from audit.view import Cpu
from hvconfig.model import Cell, Range, System
from machine.bochs.debugger import Debugger
from machine.bochs.emulator import BochsMachine
from machine.qemu import Machine

_CONTROLS = "VMCS_CACHE.VMEXEC_CTRLS."
_HOST = "VMCS_CACHE.HOST_STATE."
_ACTIVE, _WAITS_FOR_SIPI = 0, 3  # Bochs: BX_ACTIVITY_STATE_*

# Bits that must be set, by field (tables 25-5 to 25-7): NMI exiting and virtual NMIs;
# I/O and MSR bitmaps, secondary controls; EPT and VPID.
_NEEDED = {
    "vmexec_ctrls1": 1 << 3 | 1 << 5,
    "vmexec_ctrls2": 1 << 25 | 1 << 28 | 1 << 31,
    "vmexec_ctrls3": 1 << 1 | 1 << 5,
    "vm_cr0_mask": 1 << 5 | 1 << 29 | 1 << 30,  # NE, NW, CD
    "vm_cr4_mask": 1 << 13,  # VMXE
}
_WBINVD = 1 << 6  # a secondary control: WBINVD exits
# Permitted secondary controls; others would offer a guest EPT pointers or VMCSs.
_KNOWN = 1 << 1 | 1 << 3 | 1 << 5 | _WBINVD | 1 << 7 | 1 << 12 | 1 << 20 | 1 << 26
# A cell's exceptions that must exit: #MC, and #DB and #AC, because an endless series of
# these would block NMIs.
_CELLS_EXCEPTIONS = 1 << 1 | 1 << 17 | 1 << 18
_EPTP_FLAGS = 3 << 3 | 6  # four levels of tables, write-back memory type


# 25.6.9: the bitmap has four quarters. MSRs outside of both ranges always exit.
_MSR_QUARTERS: tuple[Access, ...] = (
    (0, "read"),
    (0xC0000000, "read"),
    (0, "write"),
    (0xC0000000, "write"),
)
_MSRS_A_QUARTER = 0x2000


@dataclass
class _State:
    """The state of one CPU."""

    number: int
    vmx: dict[str, int]
    activity: int
    here: tuple[int, int, int, int]  # CR3, CR4, CR0, EFER

    @property
    def on(self) -> bool:
        return bool(self.vmx["in_vmx"])

    @property
    def guest(self) -> bool:
        return bool(self.vmx["in_vmx_guest"])

    @property
    def waits(self) -> bool:
        return self.activity == _WAITS_FOR_SIPI

    def control(self, name: str) -> int:
        return self.vmx[_CONTROLS + name]

    def freedom(self) -> str:
        if not self.on and not self.waits:
            return "not in VMX operation: no hypervisor controls this CPU"
        if not self.guest:
            return ""
        for name, bits in _NEEDED.items():
            if left := bits & ~self.control(name):
                return f"{name} lacks {left:#x}"
        if more := self.control("vmexec_ctrls3") & ~_KNOWN:
            return f"vmexec_ctrls3 has {more:#x}"
        if self.control("eptptr") & 0xFFF != _EPTP_FLAGS:
            return f"its EPT pointer is {self.control('eptptr'):#x}"
        return "" if self.control("vpid") else "its VPID is the hypervisor's"

    def host(self) -> tuple[int, int, int, int]:
        """Returns the hypervisor's CR3, CR4, CR0 and EFER.

        While the CPU executes a guest, they are in the host state, which the next exit
        loads.
        """
        if not self.guest:
            return self.here
        names = ("CR3", "CR4", "CR0", "efer_msr")
        cr3, cr4, cr0, efer = (self.vmx[_HOST + name] for name in names)
        return cr3, cr4, cr0, efer


def _state(debugger: Debugger, number: int) -> _State:
    def register(name: str) -> int:
        return debugger.state(f"cpu{number}.{name}")[name]

    return _State(
        number,
        vmx=debugger.state(f"cpu{number}.VMX"),
        activity=register("activity_state"),
        here=(
            register("CR3"),
            register("CR4"),
            register("CR0"),
            debugger.state(f"cpu{number}.MSR")["EFER"],
        ),
    )


class VmxView:
    typed = True
    open_pages = 5  # see svm.py

    def __init__(self, machine: BochsMachine) -> None:
        self.physical = machine.read_physical
        numbers = range(machine.config.smp)
        self._states = [_state(machine.debugger, number) for number in numbers]
        self.cpus = [self._cpu(state) for state in self._states]

    @staticmethod
    def _cpu(state: _State) -> Cpu:
        return Cpu(
            number=state.number,
            guest=state.guest or not (state.on or state.waits),
            inside=state.on and not state.guest and state.activity == _ACTIVE,
            on=state.on,
            tables=state.control("eptptr"),
            tag=state.control("vpid"),
            freedom=state.freedom(),
        )

    def second_stage(self, cpu: Cpu) -> Tables:
        return tables_ept.walk(self.physical, cpu.tables)

    def kept(self, cell: Cell, system: System) -> list[Range]:
        return []  # no system of this board gives a cell a PCI function

    def host(self) -> tuple[list[str], list[Mapping]]:
        states = (state for state in self._states if state.on)
        registers = {state.number: state.host() for state in states}
        return tables_x86.host(self.physical, registers)

    def beside_memory(
        self, cpu: Cpu, cell: Cell, created: list[Cell], system: System
    ) -> list[str]:
        state = self._states[cpu.number]
        ports = b"".join(
            self.physical(state.control(f"io_bitmap_addr{half}"), 4096)
            for half in (1, 2)
        )
        msrs = self.physical(state.control("msr_bitmap_addr"), 4096)
        findings = msr_findings(cell, _open_msrs(msrs)) + port_findings(cell, ports)
        left = _CELLS_EXCEPTIONS & ~state.control("vm_exceptions_bitmap")
        if left and not cell.root:
            findings.append(f"{cell.name}: exceptions {left:#x} do not exit")
        if not cell.root and not state.control("vmexec_ctrls3") & _WBINVD:
            findings.append(f"{cell.name}: WBINVD does not exit")
        return findings[:SHOWN]


def _open_msrs(bitmap: bytes) -> list[Access]:
    return [
        (start + number, what)
        for quarter, (start, what) in enumerate(_MSR_QUARTERS)
        for number in range(_MSRS_A_QUARTER)
        if not bitmap[quarter * 0x400 + number // 8] >> number % 8 & 1
    ]


@contextmanager
def paused(machine: Machine) -> Iterator[VmxView]:
    assert isinstance(machine, BochsMachine)
    with machine.paused():
        yield VmxView(machine)
