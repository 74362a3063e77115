# SPDX-License-Identifier: GPL-2.0
"""A reader of x86-64 page tables and nested page tables (AMD64 APM volume 2, 5.3,
15.25), independent of the hypervisor's code."""

import struct
from dataclasses import dataclass

from audit.tables import MAX_TABLES, Mapping, Reader, Tables, add

_PRESENT, _WRITE, _USER, _UNCACHED, _LARGE = 1, 2, 4, 16, 128
_NX = 1 << 63
_ADDRESS = 0x000F_FFFF_FFFF_F000
_LEVEL_BITS = 9
_CR0_WP, _CR4_LA57, _EFER_NXE = 1 << 16, 1 << 12, 1 << 11


@dataclass(frozen=True)
class _Rights:
    """The rights that all levels so far grant."""

    write: bool
    user: bool
    execute: bool

    def and_of(self, entry: int) -> "_Rights":
        return _Rights(
            self.write and bool(entry & _WRITE),
            self.user and bool(entry & _USER),
            self.execute and not entry & _NX,
        )


class _Walk:
    def __init__(self, read: Reader, nested: bool) -> None:
        self._read = read
        self._nested = nested
        self.result = Tables([], set())

    def _leaf(self, start: int, entry: int, size: int, rights: _Rights) -> None:
        if self._nested and not rights.user:  # nested walks are user accesses: 15.25.5
            return
        device = not self._nested and bool(entry & _UNCACHED)
        phys = entry & _ADDRESS & -size
        item = Mapping(start, phys, size, True, rights.write, rights.execute, device)
        add(self.result, item)

    def table(self, table: int, level: int, base: int, rights: _Rights) -> None:
        """Adds the mappings of a table and of all tables below it.

        level: 0 if the entries map 4 KiB pages.
        """
        self.result.pages.add(table)
        self.result.tables += 1
        if self.result.tables > MAX_TABLES:
            raise ValueError(f"more than {MAX_TABLES} tables, the last at {table:#x}")
        size = 4096 << _LEVEL_BITS * level
        for index, entry in enumerate(struct.unpack("<512Q", self._read(table, 4096))):
            if not entry & _PRESENT:
                continue
            start = base + index * size
            here = rights.and_of(entry)
            if level and not entry & _LARGE:
                self.table(entry & _ADDRESS, level - 1, start, here)
            elif level > 2:
                raise ValueError(f"reserved bits in {entry:#x} for {start:#x}")
            else:
                self._leaf(start, entry, size, here)


def walk(read: Reader, cr3: int, levels: int, nested: bool) -> Tables:
    """Reads the tables of a CR3 or nested CR3. Addresses are not sign-extended."""
    walk = _Walk(read, nested)
    walk.table(cr3 & _ADDRESS, levels - 1, 0, _Rights(True, True, True))
    return walk.result


def host(
    read: Reader, registers: dict[int, tuple[int, int, int, int]]
) -> tuple[list[str], list[Mapping]]:
    """Returns findings, and what the hypervisor's page tables map.

    registers: the hypervisor's CR3, CR4, CR0 and EFER, by CPU.
    """
    findings = [
        f"CPU {number}: the hypervisor runs without CR0.WP or EFER.NXE"
        for number, (_, _, cr0, efer) in registers.items()
        if not cr0 & _CR0_WP or not efer & _EFER_NXE
    ]
    roots = {
        (cr3, 5 if cr4 & _CR4_LA57 else 4) for cr3, cr4, _, _ in registers.values()
    }
    return findings, [
        item
        for cr3, levels in roots
        for item in walk(read, cr3, levels, nested=False).mappings
    ]
