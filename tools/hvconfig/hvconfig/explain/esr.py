# SPDX-License-Identifier: GPL-2.0
"""arm64 exception syndromes (Arm ARM, D17.2.37 "ESR_EL2") in the words of hvctl.

tools/hvctl/words/esr.c does the same; a test compares the two.
"""

from typing import NamedTuple

from . import words

WAIT, SYSREG = 0x01, 0x18
INSTRUCTION_ABORTS = (0x20, 0x21)
DATA_ABORT, DATA_ABORT_SAME = 0x24, 0x25
_WITH_NUMBER = (0x15, 0x16, 0x17, 0x3C)  # SVC, HVC, SMC, BRK: their immediate


class Syndrome(NamedTuple):
    value: int

    def bits(self, high: int, low: int) -> int:
        return self.value >> low & ((1 << (high - low + 1)) - 1)

    @property
    def kind(self) -> int:
        """Returns the exception class (EC)."""
        return self.bits(31, 26)

    @property
    def write(self) -> bool:
        """Whether a data abort is a write (WnR).

        Cache maintenance (CM) counts as no write: WnR has no meaning for it.
        """
        return bool(self.bits(6, 6)) and not self.bits(8, 8)

    @property
    def size(self) -> int:
        """Returns the bytes of a data access; 0: the syndrome lacks them (ISV)."""
        known = self.kind == DATA_ABORT and self.bits(24, 24)
        return 1 << self.bits(23, 22) if known else 0

    @property
    def own_tables(self) -> bool:
        """Whether a walk of the cell's own tables made the access (S1PTW)."""
        aborts = (DATA_ABORT, INSTRUCTION_ABORTS[0])
        return self.kind in aborts and bool(self.bits(7, 7))

    @property
    def permission(self) -> bool:
        """Whether memory is mapped at the address, but without the required right."""
        return 0x0C <= self.bits(5, 0) <= 0x0F

    @property
    def register(self) -> str:
        """Returns the name of the system register or instruction (class SYSREG)."""
        key = [
            *(self.bits(21, 20), self.bits(16, 14)),
            *(self.bits(13, 10), self.bits(4, 1), self.bits(19, 17)),
        ]
        for row in words.table("system_registers"):
            if row[:5] == key:
                return str(row[5])
        return "S{}_{}_C{}_C{}_{}".format(*key)

    def words(self) -> str:
        """Returns in words what caused the exception."""
        shown = dict(words.table("syndrome_classes")).get(
            self.kind, f"exception class {self.kind:#04x}"
        )
        if self.kind == WAIT:
            return f"{shown}: {'WFE' if self.bits(0, 0) else 'WFI'}"
        if self.kind in _WITH_NUMBER:
            return f"{shown} #{self.bits(15, 0)}"
        if self.kind == SYSREG:
            return f"{shown}: {self._register_access()}"
        if self.kind in INSTRUCTION_ABORTS:
            walk = "own table walk, " if self.bits(7, 7) else ""
            return f"{shown}: {walk}{self._fault_status()}"
        if self.kind in (DATA_ABORT, DATA_ABORT_SAME):
            return f"{shown}: {self._data_access()}, {self._fault_status()}"
        return str(shown)

    def _register_access(self) -> str:
        general = self.bits(9, 5)
        way = "read" if self.bits(0, 0) else "write"
        shown = "xzr" if general == 31 else f"x{general}"
        return f"{way} of {self.register} ({shown})"

    def _data_access(self) -> str:
        if self.bits(8, 8):
            way = "cache maintenance"
        else:
            way = "write" if self.bits(6, 6) else "read"
        if self.bits(24, 24):
            way += f" of {1 << self.bits(23, 22)} bytes"
        return way + (" by its own table walk" if self.bits(7, 7) else "")

    def _fault_status(self) -> str:
        status = self.bits(5, 0)
        for first, last, text in words.table("fault_statuses"):
            if first <= status <= last:
                level = f" at level {status & 3}" if first != last else ""
                return f"{text}{level}"
        return f"fault status {status:#x}"
