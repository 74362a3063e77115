# SPDX-License-Identifier: GPL-2.0
"""What the registers of EL2 that control a cell on arm64 must hold.

The controls of later extensions are read from the hypervisor's table, so that a new row
is checked as well; what must trap in each cell stands here a second time.
"""

import re
from functools import cache

from machine.gdbstub import GdbStub
from machine.paths import SOURCE

_TABLE = SOURCE / "hypervisor" / "arch" / "arm64" / "include" / "arch" / "sysregs.h"
_ROW = re.compile(r"\bR\((\w+), (?:KEEP|ZERO), (\d+)\)")
# Register: bits that are looked at, and their value (DDI 0487 D17.2).
_MUST = {
    # E2H, TGE; VM, AMO, TID1, TID3, TSC, TIDCP, TACR, TSW
    "HCR_EL2": (1 << 34 | 1 << 27 | 0x7D0021, 0x7D0021),
    # TAM, TTA, TSM, TZ
    "CPTR_EL2": (1 << 30 | 1 << 20 | 1 << 12 | 1 << 8,) * 2,
    # E2TB, TTRF, TPMS, E2PB, TDRA, TDOSA, TDA
    "MDCR_EL2": (
        3 << 24 | 1 << 19 | 1 << 14 | 3 << 12 | 7 << 9,
        1 << 19 | 1 << 14 | 7 << 9,
    ),
}


@cache
def expected() -> dict[str, tuple[int, int]]:
    """Returns by register the bits to compare, and their value in a cell."""
    rows = _ROW.findall(_TABLE.read_text())
    whole = {name.upper(): (~0, int(value)) for name, value in rows}
    return whole | _MUST


def read(stub: GdbStub, number: int) -> dict[str, int]:
    """Reads the controls of a CPU that the stub offers."""
    return {
        name: stub.register(number, name) for name in expected() if stub.offers(name)
    }


def findings(number: int, found: dict[str, int]) -> list[str]:
    """Returns a sentence for each control that differs while a cell runs."""
    return [
        f"CPU {number}: {name} is {value:#x} in a cell"
        for name, value in found.items()
        if (value ^ expected()[name][1]) & expected()[name][0]
    ]
