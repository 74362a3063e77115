# SPDX-License-Identifier: GPL-2.0
"""What an arm64 exception syndrome says (Arm ARM, D17.2.37 "ESR_EL2")."""

from typing import NamedTuple

SYSREG = 0x18
INSTRUCTION_ABORT, DATA_ABORT = 0x20, 0x24

_CLASSES = {
    0x00: "an undefined instruction",
    0x01: "a wait instruction (WFI or WFE)",
    0x07: "floating point, SIMD or SVE, which is not available there",
    0x09: "pointer authentication",
    0x0E: "an illegal execution state",
    0x11: "a 32-bit system call",
    0x12: "a 32-bit hypercall",
    0x13: "a 32-bit firmware call",
    0x15: "a system call",
    0x16: "a hypercall (HVC)",
    0x17: "a firmware call (SMC)",
    SYSREG: "a system register or system instruction",
    0x19: "SVE, which is not available there",
    0x1D: "SME, which is not available there",
    INSTRUCTION_ABORT: "an instruction fetch",
    0x21: "an instruction fetch",
    0x22: "a misaligned program counter",
    DATA_ABORT: "a data access",
    0x25: "a data access",
    0x26: "a misaligned stack pointer",
    0x2F: "an SError",
    0x30: "a breakpoint",
    0x32: "a software step",
    0x34: "a watchpoint",
    0x3C: "a BRK instruction",
}

# Those that programs run into, by op0, op1, CRn, CRm, op2.
_REGISTERS = {
    (3, 0, 1, 0, 1): "ACTLR_EL1",
    (3, 0, 4, 6, 0): "ICC_PMR_EL1",
    (3, 0, 12, 8, 1): "ICC_EOIR0_EL1",
    (3, 0, 12, 8, 4): "ICC_AP0R0_EL1",
    (3, 0, 12, 9, 0): "ICC_AP1R0_EL1",
    (3, 0, 12, 11, 1): "ICC_DIR_EL1",
    (3, 0, 12, 11, 5): "ICC_SGI1R_EL1",
    (3, 0, 12, 11, 6): "ICC_ASGI1R_EL1",
    (3, 0, 12, 11, 7): "ICC_SGI0R_EL1",
    (3, 0, 12, 12, 4): "ICC_CTLR_EL1",
    (3, 0, 12, 12, 5): "ICC_SRE_EL1",
    (1, 0, 7, 6, 2): "DC ISW",
    (1, 0, 7, 10, 2): "DC CSW",
    (1, 0, 7, 14, 2): "DC CISW",
}


class Syndrome(NamedTuple):
    value: int

    def bits(self, high: int, low: int) -> int:
        return self.value >> low & ((1 << (high - low + 1)) - 1)

    @property
    def kind(self) -> int:
        """The exception class."""
        return self.bits(31, 26)

    @property
    def write(self) -> bool:
        """Data aborts: WnR, which means nothing for cache maintenance (CM)."""
        return bool(self.bits(6, 6)) and not self.bits(8, 8)

    @property
    def size(self) -> int:
        """Bytes of a data access; 0: the syndrome doesn't say (ISV)."""
        known = self.kind == DATA_ABORT and self.bits(24, 24)
        return 1 << self.bits(23, 22) if known else 0

    @property
    def own_tables(self) -> bool:
        """The access was a walk of the cell's own translation tables (S1PTW)."""
        return self.kind in (DATA_ABORT, INSTRUCTION_ABORT) and bool(self.bits(7, 7))

    @property
    def permission(self) -> bool:
        """Something is mapped there, but not for this kind of access."""
        return 0x0C <= self.bits(5, 0) <= 0x0F

    @property
    def register(self) -> str:
        """The system register or instruction of class SYSREG."""
        key = (
            *(self.bits(21, 20), self.bits(16, 14)),
            *(self.bits(13, 10), self.bits(4, 1), self.bits(19, 17)),
        )
        return _REGISTERS.get(key) or "S{}_{}_C{}_C{}_{}".format(*key)

    def words(self) -> str:
        """What caused the exception."""
        shown = _CLASSES.get(self.kind) or f"exception class {self.kind:#x}"
        if self.kind == SYSREG:
            way = "a read of" if self.bits(0, 0) else "a write of"
            return f"{way} {self.register}"
        return shown
