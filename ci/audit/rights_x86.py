# SPDX-License-Identifier: GPL-2.0
"""Checks of the MSRs and ports that a guest on x86-64 accesses without an exit: MSRs
by the hypervisor's table of features, which a test compares with the manuals."""

from collections.abc import Iterable

from audit.features import rows
from hvconfig.model import Cell

Access = tuple[int, str]  # an MSR, and "read" or "write"

_FEATURE_CONTROL, _VMX = 0x3A, range(0x480, 0x494)
_EFER, _VM_CR, _HSAVE, _SVM_KEY = 0xC0000080, 0xC0010114, 0xC0010117, 0xC0010118
# Never open, whatever the table says.
_NOBODYS = {_EFER, _VM_CR, _HSAVE, _SVM_KEY, _FEATURE_CONTROL, *_VMX}
# The local APIC in x2APIC mode (AMD64 APM volume 2, 16.11). A cell may read all
# registers and write those that select neither CPUs nor delivery modes: TPR, EOI, SVR,
# ESR, the timer's, self IPI.
_X2APIC = range(0x800, 0x900)
_X2APIC_WRITABLE = {0x808, 0x80B, 0x80F, 0x828, 0x832, 0x838, 0x83E, 0x83F}
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
    row = rows().get(msr)
    if cell.root:
        return not row or row.root_may(what)
    if msr in _X2APIC:
        return what == "read" or msr in _X2APIC_WRITABLE
    return row is not None and row.cell_may(what)
