# SPDX-License-Identifier: GPL-2.0
"""Checks of the MSRs and ports that a guest on x86-64 accesses without an exit."""

from collections.abc import Iterable

from hvconfig.model import Cell

Access = tuple[int, str]  # an MSR, and "read" or "write"

_FEATURE_CONTROL, _VMX = 0x3A, range(0x480, 0x494)
_EFER, _VM_CR, _HSAVE, _SVM_KEY = 0xC0000080, 0xC0010114, 0xC0010117, 0xC0010118
_APIC_BASE, _TSC = 0x1B, 0x10
_NOBODYS = {_EFER, _VM_CR, _HSAVE, _SVM_KEY, _FEATURE_CONTROL, *_VMX}
# The local APIC in x2APIC mode (AMD64 APM volume 2, 16.11). A cell may read all
# registers and write those that select neither CPUs nor delivery modes: TPR, EOI, SVR,
# ESR, the timer's, self IPI.
_X2APIC = range(0x800, 0x900)
_X2APIC_WRITABLE = {0x808, 0x80B, 0x80F, 0x828, 0x832, 0x838, 0x83E, 0x83F}
_TSC_DEADLINE = 0x6E0
# MSRs that a switch of guests saves and loads, or a CPU reset clears.
_CELLS = {
    *(0x174, 0x175, 0x176, 0x277, _TSC_DEADLINE, 0xC0000103),
    *(0x48, 0x49),  # SPEC_CTRL, PRED_CMD: speculation on this CPU
    *range(0xC0000081, 0xC0000085),
    *range(0xC0000100, 0xC0000103),
}
SHOWN = 8  # at most so many of these findings are shown


def msr_findings(cell: Cell, reached: Iterable[Access]) -> list[str]:
    return [
        f"{cell.name}: may {what} MSR {msr:#x}"
        for msr, what in reached
        if msr in _NOBODYS or not _msr_is_fine(cell, msr, what)
    ]


def port_findings(cell: Cell, bitmap: bytes) -> list[str]:
    """bitmap: a set bit makes an access to the port exit."""
    if cell.root:
        return []
    return [
        f"{cell.name}: reaches port {port:#x}"
        for port in range(65536)
        if not bitmap[port // 8] >> port % 8 & 1
    ]


def _msr_is_fine(cell: Cell, msr: int, what: str) -> bool:
    if cell.root:
        return msr != _APIC_BASE or what == "read"
    if msr in _X2APIC:
        return what == "read" or msr in _X2APIC_WRITABLE
    return msr in _CELLS or (msr == _TSC and what == "read")
