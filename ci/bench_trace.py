# SPDX-License-Identifier: GPL-2.0
"""Instruction counts of a run, by what each CPU did.

An *episode* is what a vCPU executes at EL2 from its entry, by an exception or
when it is switched on, to its ERET. Counting is per vCPU, so it does not matter
how the emulator lets them take turns.
"""

import pathlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from counts import EL2, Counter, Range, Report

import bench_symbols
from machine import BUILD

ELF = BUILD / "arm64" / "hypervisor.elf"
IMAGE = BUILD / "arm64" / "bulkhead-arm64.bin"
HYP_PHYS: Range = (0xBFC0_0000, 0xC000_0000)  # hypervisor memory of the systems
EVERYTHING: Range = (0, (1 << 64) - 1)

# Offsets of the vectors that are used: AArch64 guests, DDI 0487 D1.3.1.
VECTORS = (0x400, 0x480, 0x500, 0x580)
# Functions that tell what an episode is about; not static, so never inlined.
TELLING = ("cell_create", "cell_load", "cell_start", "cell_destroy", "arch_wipe")


@dataclass
class Episode:
    vcpu: int
    begin: int  # index of the report at the first instruction
    end: int  # and of that at the ERET; of a CPU that went off: begin
    instructions: int
    about: set[str] = field(default_factory=set)


class Marks:
    """The places in the hypervisor that have to be noticed, by address."""

    def __init__(self) -> None:
        self.symbols = bench_symbols.symbols(ELF)
        image, base = IMAGE.read_bytes(), self.symbols["image_start"]
        self.text = image[: self.symbols["text_end"] - base]
        to_phys = HYP_PHYS[0] - base
        self.boot = self.symbols["boot_entry"] + to_phys
        self.entries = {self.symbols["el2_vectors"] + at for at in VECTORS}
        self.entries |= {self.boot, self.symbols["secondary_entry"] + to_phys}
        erets = bench_symbols.find(self.text, base, bench_symbols.ERET)
        self.exits = {*erets, *(at + to_phys for at in erets)}
        self.telling = {self.symbols[name]: name for name in TELLING}
        self.telling[self.boot] = "boot"
        self.sgi_writes = set(
            bench_symbols.find(self.text, base, bench_symbols.MSR_ICC_SGI1R)
        )

    def all(self) -> list[int]:
        return sorted({*self.entries, *self.exits, *self.telling, *self.sgi_writes})


class Trace:
    """The reports of a machine whose plugin counts RANGES."""

    ALL, EL2_VIRTUAL, EL2_PHYSICAL, SPIN = range(4)

    def __init__(self, reports: list[Report]) -> None:
        self.reports = reports

    def count(self, index: int, vcpu: int, *ranges: int) -> int:
        counts = self.reports[index].counts
        return sum(counts[vcpu][r] for r in ranges) if vcpu < len(counts) else 0

    def el2(self, index: int, vcpu: int) -> int:
        return self.count(index, vcpu, self.EL2_VIRTUAL, self.EL2_PHYSICAL)

    def episodes(self, marks: Marks) -> Iterator[Episode]:
        """In the order in which they ended."""
        open_: dict[int, Episode] = {}
        for index, report in enumerate(self.reports):
            mark, vcpu = report.mark, report.vcpu
            if mark in marks.entries or mark is None:
                if vcpu in open_:  # it went off, and so had no ERET
                    gone = open_.pop(vcpu)
                    gone.instructions += self.el2(index, vcpu)
                    yield gone
                begun = -self.el2(index, vcpu)
                open_[vcpu] = Episode(vcpu, index, index, begun)
            if vcpu in open_ and mark in marks.telling:
                open_[vcpu].about.add(marks.telling[mark])
            if vcpu in open_ and mark in marks.exits:
                done = open_.pop(vcpu)
                done.end = index
                # The report is made before the ERET itself is counted.
                done.instructions += self.el2(index, vcpu) + 1
                yield done


def overlapping(episodes: list[Episode], of: Episode) -> list[Episode]:
    """This one, and those that other CPUs spent at EL2 meanwhile."""
    return [e for e in episodes if e.begin <= of.end and e.end >= of.begin]


def total(episodes: list[Episode]) -> int:
    return sum(episode.instructions for episode in episodes)


def first(episodes: list[Episode], what: Callable[[Episode], bool]) -> Episode:
    for episode in episodes:
        if what(episode):
            return episode
    raise ValueError("what was to be measured did not happen")


def counter(out: pathlib.Path, spin: Range, marks: list[int]) -> Counter:
    """What a Trace is made from."""
    return Counter(out, [EVERYTHING, EL2, HYP_PHYS, spin], marks)
