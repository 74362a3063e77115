# SPDX-License-Identifier: GPL-2.0
"""CPUs that come from firmware on arm64: what entry.S writes before the MMU is on.

No emulated CPU has most of these registers, or minds their values.
"""

import re

from machine.paths import SOURCE

_ARM64 = SOURCE / "hypervisor" / "arch" / "arm64"
_ENTRY = (_ARM64 / "boot" / "entry.S").read_text()
_TABLE = (_ARM64 / "include" / "arch" / "sysregs.h").read_text()


def test_hcr_comes_first() -> None:
    """With HCR_EL2.E2H set, other registers of EL2 have another meaning."""
    entry = _ENTRY[_ENTRY.index("\nsecondary_entry:") :]
    first, second = re.findall(
        r"^\t(msr|mrs|isb)\b[ \t]*([^,\s]*)", entry, re.MULTILINE
    )[:2]
    assert first == ("msr", "hcr_el2")
    assert second == ("isb", "")


def test_registers_of_el2_itself_come_before_its_mmu() -> None:
    mmu_on = _ENTRY[_ENTRY.index("\nmmu_on:") :]
    assert mmu_on.index("EL2_OWN(OWN)") < mmu_on.index("msr\tsctlr_el2")
    own = re.findall(r"OWN\((\w+_EL2),", _TABLE)
    assert own == ["SCTLR2_EL2", "TCR2_EL2", "GCSCR_EL2"]
