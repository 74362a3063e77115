# SPDX-License-Identifier: GPL-2.0
"""The audit accepts a machine that is as the config says, and finds every kind of
difference. The machine is a model: registers and page tables."""

import re
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from audit.arm64 import Arm64View
from audit.check import CONSOLE_PAGES, Expected, audit
from bulkhead.systems import load
from hvconfig import abi
from hvconfig.model import Cell, Range, System, subtract
from machine.boards.arm64 import VIRT
from machine.gdbstub import GdbStub

PAGE = 4096
BLOCK = PAGE * 512
SYSTEM = load(VIRT, "test")
HYPERVISOR = SYSTEM.hypervisor.start
# Addresses of the hypervisor's pages. The console has more pages after CONSOLE.
LOG, STATS, RINGS, COMM, BOOT, INFO, CONSOLE = (
    HYPERVISOR + 0x10000 + n * PAGE for n in range(7)
)
TABLES = HYPERVISOR + 0x100000

S2_READ, S2_WRITE, S2_XN, S2_NORMAL = 1 << 6, 1 << 7, 2 << 53, 0xF << 2
EL2_RO, EL2_XN, EL2_DEVICE = 1 << 7, 1 << 54, 1 << 2
HCR = 1 | 1 << 19
# A cell's: AMO, TID1, TID3, TIDCP, TACR, TSW; TAM, TTA, TSM, TZ; TTRF, TPMS, debug.
CELL_HCR = HCR | 0x750020
CELL_CPTR, CELL_MDCR = 0x40101100, 0x84E00


class Machine:
    """A model of a machine with the interface of the gdb stub."""

    def __init__(self) -> None:
        self.memory: dict[int, bytearray] = {}
        self.cpus = [str(number) for number in range(4)]
        self.registers: list[dict[str, int]] = []
        self._free = TABLES

    def page(self, address: int) -> bytearray:
        return self.memory.setdefault(address & -PAGE, bytearray(PAGE))

    def physical(self, address: int, size: int) -> bytes:
        data = b""
        while size:
            offset = address % PAGE
            part = bytes(self.page(address)[offset : offset + size])
            data, address, size = data + part, address + len(part), size - len(part)
        return data

    def virtual(self, cpu: int, address: int, size: int) -> bytes:
        return bytes(size)

    def offers(self, name: str) -> bool:
        return name in self.registers[0]

    def register(self, cpu: int, name: str) -> int:
        return self.registers[cpu][name]

    def new_table(self, pages: int = 1) -> int:
        self._free += pages * PAGE
        return self._free - pages * PAGE

    def entry(self, table: int, index: int) -> int:
        return int(struct.unpack_from("<Q", self.physical(table + 8 * index, 8))[0])

    def set_entry(self, table: int, index: int, value: int) -> None:
        address = table + 8 * index
        struct.pack_into("<Q", self.page(address), address % PAGE, value)

    def map(self, root: int, level: int, item: Range, phys: int, bits: int) -> None:
        """Maps a range, with blocks where possible. bits: rights and attributes."""
        done = 0
        while done < item.size:
            done += self._map_one(root, level, item, done, phys, bits)

    def _map_one(
        self, table: int, level: int, item: Range, done: int, phys: int, bits: int
    ) -> int:
        address = item.start + done
        first = True  # the root table may consist of several adjacent pages
        while True:
            span = PAGE << 9 * (3 - level)
            index = address // span if first else address // span % 512
            first = False
            fits = (address | phys + done) % span == 0 and item.size - done >= span
            if level == 3 or (level > 0 and fits):
                last = 2 if level == 3 else 0
                self.set_entry(table, index, phys + done | bits | 1 | last)
                return span
            if not self.entry(table, index):
                self.set_entry(table, index, self.new_table() | 3)
            table = self.entry(table, index) & 0xFFFFFFFFF000
            level += 1


def rights(flags: int) -> int:
    bits = 0 if flags & abi.REGION_EXECUTE else S2_XN
    bits |= S2_READ if flags & abi.REGION_READ else 0
    return bits | (S2_WRITE if flags & abi.REGION_WRITE else 0)


def second_stage(machine: Machine, cell: Cell, without: list[Range]) -> int:
    """Builds a guest's second stage as the config says. Returns its root.

    without: ranges of memory that it does not map.
    """
    root = machine.new_table(2)  # two root tables at level 1 translate 40 bits
    for region in cell.regions:
        kind = 0 if region.type == "mmio" else S2_NORMAL
        if not region.flags & abi.REGION_READ:
            continue
        shift = region.guest - region.phys
        for piece in subtract([region.range], without):
            guest = Range(piece.start + shift, piece.size)
            machine.map(root, 1, guest, piece.start, rights(region.flags) | kind)
    return root


def el2(machine: Machine) -> int:
    root = machine.new_table()
    text, data = Range(0x8000 << 32, 16 * PAGE), Range((0x8000 << 32) + BLOCK, BLOCK)
    machine.map(root, 0, text, HYPERVISOR, EL2_RO)
    machine.map(root, 0, data, HYPERVISOR + BLOCK, EL2_XN)
    return root


def publish(machine: Machine, root: int) -> None:
    for page, magic, bits in (
        (LOG, 0x474F4C42, S2_READ),
        (STATS, 0, S2_READ),
        (RINGS, 0, S2_READ),
        (BOOT, 0, S2_READ),
        (COMM, 0, S2_READ | S2_WRITE),
        (CONSOLE, 0x534E4F43, S2_READ | S2_WRITE),
        *((CONSOLE + n * PAGE, 0, S2_READ | S2_WRITE) for n in range(1, CONSOLE_PAGES)),
    ):
        struct.pack_into("<I", machine.page(page), 0, magic)
        machine.map(root, 1, Range(page, PAGE), page, bits | S2_NORMAL | S2_XN)


class Case:
    """A machine in which rt runs on CPU 3; the other CPUs are root's."""

    def __init__(self) -> None:
        self.machine = Machine()
        self.system: System = SYSTEM
        rt = SYSTEM.cell("rt")
        assert rt
        taken = [SYSTEM.hypervisor, *(region.range for region in rt.regions)]
        self.rt_ram = rt.regions[0].phys
        self.root = second_stage(self.machine, SYSTEM.root, taken)
        self.rt = second_stage(self.machine, rt, [])
        publish(self.machine, self.root)
        self.machine.map(
            self.rt, 1, Range(rt.info, PAGE), INFO, S2_READ | S2_NORMAL | S2_XN
        )
        self.el2 = el2(self.machine)
        for number in range(4):
            table, vmid = (self.rt, 2) if number == 3 else (self.root, 1)
            self.machine.registers.append(
                {
                    "cpsr": 5,
                    "pc": 0x1000,
                    "HCR_EL2": CELL_HCR if number == 3 else HCR,
                    "CPTR_EL2": CELL_CPTR if number == 3 else 0x33FF,
                    "MDCR_EL2": CELL_MDCR if number == 3 else 6,
                    "HCRX_EL2": 0 if number == 3 else 1 << 11,
                    "VTTBR_EL2": table | vmid << 48,
                    "VTCR_EL2": 24 | 1 << 6,
                    "TTBR0_EL2": self.el2,
                    "TCR_EL2": 16,
                    "MAIR_EL2": 0x04FF,
                    "SCTLR_EL2": 1 | 1 << 19,
                }
            )
        self.expected = Expected(created=["rt"], running=["rt"], enabled=True)

    def audit(self) -> list[str]:
        stub = cast(GdbStub, cast(Any, self.machine))
        return audit(Arm64View(stub), self.system, self.expected)

    def set_all(self, name: str, value: int) -> None:
        for registers in self.machine.registers:
            registers[name] = value

    def map_root(self, start: int, bits: int = S2_READ | S2_XN) -> None:
        self.machine.map(self.root, 1, Range(start, PAGE), start, bits | S2_NORMAL)

    def map_rt(self, guest: int, phys: int, bits: int) -> None:
        self.machine.map(self.rt, 1, Range(guest, PAGE), phys, bits)

    def remap_rt(self, guest: int, phys: int) -> None:
        """Maps a 2 MiB block of guest addresses of "rt" to other memory."""
        second = self.machine.entry(self.rt, guest >> 30) & 0xFFFFFFFFF000
        bits = READ_WRITE | S2_NORMAL | 1
        self.machine.set_entry(second, guest >> 21 & 511, phys | bits)

    def copy_rt(self, vmid: int = 2) -> int:
        """Gives CPU 2 to rt, with a copy of its root table. Returns the copy."""
        cells = tuple(
            replace(cell, cpus=(2, 3)) if cell.name == "rt" else cell
            for cell in SYSTEM.cells
        )
        self.system = replace(SYSTEM, cells=cells)
        copy = self.machine.new_table(2)
        for index in range(1024):
            entry = self.machine.entry(self.rt, index)
            self.machine.set_entry(copy, index, entry)
        registers = {**self.machine.registers[3], "VTTBR_EL2": copy | vmid << 48}
        self.machine.registers[2] = registers
        return copy

    def map_el2(self, phys: int, bits: int) -> None:
        where = Range((0x8000 << 32) + 4 * BLOCK, PAGE)
        self.machine.map(self.el2, 0, where, phys, bits)


def test_a_machine_as_configured_has_no_findings() -> None:
    assert Case().audit() == []


def test_a_disabled_machine_has_none() -> None:
    case = Case()
    case.expected = Expected()
    assert len(case.audit()) == 4
    case.set_all("HCR_EL2", 0)
    assert case.audit() == []


@pytest.mark.parametrize("empty", [False, True])
def test_each_cpu_of_a_cell_may_have_a_copy_of_its_root_table(empty: bool) -> None:
    case = Case()
    copy = case.copy_rt()
    if empty:  # a kick has withdrawn it
        case.machine.memory[copy] = bytearray(PAGE)
    assert case.audit() == []


def test_what_is_kept_from_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case()
    block = Range(0x40000000, BLOCK)
    monkeypatch.setattr(Arm64View, "kept", lambda *_: [block])
    (finding,) = case.audit()
    assert re.fullmatch("rt: .* reaches into 0x40000000-0x401fffff, .*", finding)
    case.machine.set_entry(case.machine.entry(case.rt, 1) & 0xFFFFFFFFF000, 0, 0)
    assert case.audit() == []


READ_WRITE = S2_READ | S2_WRITE | S2_XN
FAULTS: dict[str, tuple[Callable[[Case], object], str]] = {
    "root reads a cell": (lambda c: c.map_root(c.rt_ram), "reaches into"),
    "root reads a table": (lambda c: c.map_root(TABLES), "sees a page table"),
    "root reads the hypervisor": (
        lambda c: c.map_root(HYPERVISOR),
        "read-only hypervisor pages",
    ),
    "root writes the log": (lambda c: c.map_root(LOG, READ_WRITE), "can write the log"),
    "root executes a hypervisor page": (
        lambda c: c.map_root(COMM, S2_READ | S2_WRITE),
        "hypervisor page",
    ),
    "root has what nobody has": (
        lambda c: c.map_root(0x100000000),
        "is not in the config",
    ),
    "root lacks memory": (
        lambda c: c.machine.set_entry(c.root, 1, 0),
        "root: lacks 0x40000000",
    ),
    "a cell lacks memory": (
        lambda c: c.machine.set_entry(c.rt, 1, 0),
        "rt: lacks 0x40000000",
    ),
    "a cell has the hypervisor": (
        lambda c: c.map_rt(HYPERVISOR, HYPERVISOR, S2_READ | S2_NORMAL | S2_XN),
        "is not in the config",
    ),
    "a cell has root's memory": (
        lambda c: c.map_rt(0x50000000, 0x50000000, READ_WRITE | S2_NORMAL),
        "both write 0x50000000",
    ),
    "a cell has another's address": (
        lambda c: c.remap_rt(0x40000000, 0xBA000000),
        "the config maps it elsewhere",
    ),
    "a cell writes its info page": (
        lambda c: c.map_rt(0x0B000000, INFO, READ_WRITE | S2_NORMAL),
        "info page",
    ),
    "a cell has the GIC": (
        lambda c: c.map_rt(0x08000000, 0x08000000, READ_WRITE),
        "is not in the config",
    ),
    "EL2 executes what it writes": (
        lambda c: c.map_el2(HYPERVISOR + BLOCK, 0),
        "writable and executable",
    ),
    "EL2 has root's memory": (
        lambda c: c.map_el2(0x50000000, EL2_XN),
        "maps foreign memory",
    ),
    "EL2 without WXN": (lambda c: c.set_all("SCTLR_EL2", 1), "without WXN"),
    "no SMC traps": (lambda c: c.set_all("HCR_EL2", 1), "HCR_EL2 is 0x1"),
    "a cell debugs": (
        lambda c: c.machine.registers[3].update(MDCR_EL2=CELL_MDCR & ~(1 << 9)),
        "CPU 3: MDCR_EL2 is 0x84c00 in a cell",
    ),
    "a cell has a later extension": (
        lambda c: c.machine.registers[3].update(HCRX_EL2=1 << 14),
        "CPU 3: HCRX_EL2 is 0x4000 in a cell",
    ),
    "a CPU without second stage": (
        lambda c: c.machine.registers[1].update(HCR_EL2=1 << 19),
        "CPU 1: HCR_EL2",
    ),
    "a cell's CPU on root's tables": (
        lambda c: c.machine.registers[3].update(VTTBR_EL2=c.root | 1 << 48),
        "runs on the tables of",
    ),
    "one VMID for two": (
        lambda c: c.machine.registers[3].update(VTTBR_EL2=c.rt | 1 << 48),
        "has the tag of",
    ),
    "two VMIDs for one cell": (
        lambda c: c.copy_rt(vmid=5),
        "rt has two tags: 5 and 2",
    ),
    "a copy that lacks memory": (
        lambda c: c.machine.set_entry(c.copy_rt(), 1, 0),
        "rt: not on all of its CPUs: 0x40000000",
    ),
    "a copy with another's memory": (
        lambda c: c.machine.map(
            c.copy_rt(), 1, Range(0x80000000, BLOCK), 0x50000000, READ_WRITE | S2_NORMAL
        ),
        "rt: not on all of its CPUs: 0x80000000-0x801fffff -> 0x50000000",
    ),
    "no copy with entries": (
        lambda c: c.machine.memory.update(
            {c.rt: bytearray(PAGE), c.copy_rt(): bytearray(PAGE)}
        ),
        "rt: lacks 0x40000000",
    ),
    "a copy of root's tables": (
        lambda c: c.machine.registers[1].update(
            VTTBR_EL2=second_stage(c.machine, SYSTEM.root, []) | 1 << 48
        ),
        "root has the tag of root: 1",
    ),
    "a stopped cell that runs": (
        lambda c: setattr(c.expected, "running", []),
        "CPU 3 runs, but rt does not",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found(name: str) -> None:
    plant, sentence = FAULTS[name]
    case = Case()
    plant(case)
    findings = case.audit()
    assert any(sentence in finding for finding in findings), findings


def test_windows_of_a_cpu_at_el2() -> None:
    case = Case()
    case.map_el2(0xB9000000, EL2_XN)
    assert case.audit()
    case.machine.registers[0]["cpsr"] = 9
    assert case.audit() == []


def test_registers_are_no_windows() -> None:
    """A CPU in EL2 may map two pages of memory. Device pages do not count."""
    case = Case()
    case.machine.registers[0]["cpsr"] = 9
    start = (0x8000 << 32) + 4 * BLOCK
    for page, (phys, kind) in enumerate(
        ((0x09000000, EL2_DEVICE), (0xB9000000, 0), (0xBA000000, 0))
    ):
        where = Range(start + page * PAGE, PAGE)
        case.machine.map(case.el2, 0, where, phys, EL2_XN | kind)
    assert case.audit() == []
    case.machine.map(case.el2, 0, Range(start + 3 * PAGE, PAGE), 0xBB000000, EL2_XN)
    assert len(case.audit()) == 1


def test_tables_in_circles_end_the_walk() -> None:
    """Arbitrary memory can look like a table with 512 links to itself."""
    case = Case()
    for index in range(512):
        case.machine.set_entry(case.rt, index, case.rt | 3)
    with pytest.raises(ValueError, match="more than 1024 tables"):
        case.audit()
