# SPDX-License-Identifier: GPL-2.0
"""Figures of arm64 from the instruction counts of each CPU.

An *episode* is the code that a vCPU executes at EL2 from an entry (an exception, or
being switched on) to its ERET. Counts are per vCPU, so the emulator's scheduling of
vCPUs does not matter.
"""

import pathlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bench.run import Row, bench_elf
from machine import elf
from machine.boards.arm64 import VIRT
from machine.instruction_counts import EL2, EVERYTHING, Counter, Range, Report
from machine.paths import BUILD

ELF = BUILD / "arm64" / "hypervisor.elf"
IMAGE = BUILD / "arm64" / "bulkhead-arm64.bin"
HYP_PHYS: Range = (0xBFC0_0000, 0xC000_0000)  # the hypervisor's memory in the systems

# Offsets of the vectors for exceptions from AArch64 guests (DDI 0487 D1.3.1).
VECTORS = (0x400, 0x480, 0x500, 0x580)
# "Telling" functions: the one that executes most tells the subject of an episode. The
# last one wipes memory.
TELLING = ("cell_create", "cell_load", "cell_start", "cell_destroy", "arch_wipe")
WIPING = "arch_wipe"
# Labels of the benchmark (inmates/bench/arm64/measure.S).
PROGRAM = (
    "measure_timer_busy",
    "measure_timer_wfi",
    "measure_timer_hvc",
    "bench_vector",
    "bench_cross_begin",
    "bench_cross_send",
    "bench_cross_end",
    "bench_cross_vector",
)


class Marks:
    """The addresses whose execution is reported."""

    def __init__(self) -> None:
        symbols = elf.symbols(ELF)
        self.base, end = symbols["image_start"], symbols["text_used"]
        self.stacks = elf.stacks(ELF, self.base, end)
        text = IMAGE.read_bytes()[: end - self.base]
        to_phys = HYP_PHYS[0] - self.base
        self.boot = symbols["boot_entry"] + to_phys
        self.switched_on = symbols["secondary_entry"] + to_phys
        self.entries = {symbols["el2_vectors"] + at for at in VECTORS}
        self.entries |= {self.boot, self.switched_on}
        erets = elf.find(text, self.base, elf.ERET)
        self.exits = {*erets, *(at + to_phys for at in erets)}
        writes = elf.find(text, self.base, elf.MSR_ICC_SGI1R)
        self.sgi_writes = set(writes)
        program = elf.symbols(bench_elf(VIRT))
        self.program = {program[name]: name for name in PROGRAM}
        self.spin = (program["bench_cross_spin"], program["bench_cross_spin_end"])

    def of_hypervisor(self) -> list[int]:
        return sorted({*self.entries, *self.exits, *self.sgi_writes})

    def where(self, function: str) -> list[Range]:
        """Returns the function's instructions, with its inlined copies."""
        return elf.pieces(self.stacks, self.base, lambda s: function in s)

    def innermost(self, function: str) -> list[Range]:
        """Returns the function's instructions, without functions inlined into it."""
        return elf.pieces(self.stacks, self.base, lambda s: s[0] == function)

    def counter(self, out: pathlib.Path, hypervisor: bool) -> Counter:
        """Returns the counter that a Trace needs."""
        ranges = [EVERYTHING, EL2, HYP_PHYS, self.spin]
        telling = [self.where(function) for function in TELLING]
        marks = [*self.program, *(self.of_hypervisor() if hypervisor else [])]
        return Counter(out, ranges, marks, telling)


@dataclass
class Episode:
    vcpu: int
    begin: int  # index of the report at the first instruction
    end: int  # index of the report at the ERET; begin, if the CPU went off
    instructions: int
    first: int | None  # the address of the first instruction
    within: dict[str, int]  # instructions by function of TELLING

    @property
    def about(self) -> str:
        """Returns the telling function with the most instructions, or "".

        Others may execute some, because the compiler can share code between functions.
        """
        most = max(self.within, key=lambda name: self.within[name])
        return most if self.within[most] else ""


class Cross(NamedTuple):
    """One SGI from a CPU to another."""

    send: int
    latency: int


class Trace:
    """The reports of a machine with the plugin of Marks.counter()."""

    ALL, EL2_VIRTUAL, EL2_PHYSICAL, SPIN, TELLING = range(5)

    def __init__(self, marks: Marks, reports: list[Report]) -> None:
        self._marks = marks
        self._reports = reports

    def _count(self, index: int, vcpu: int, *ranges: int) -> int:
        counts = self._reports[index].counts
        return sum(counts[vcpu][r] for r in ranges) if vcpu < len(counts) else 0

    def _el2(self, index: int, vcpu: int) -> int:
        return self._count(index, vcpu, self.EL2_VIRTUAL, self.EL2_PHYSICAL)

    # Episodes

    def episodes(self) -> Iterator[Episode]:
        """Yields the episodes in the order of their ends."""
        begun: dict[int, int] = {}
        for index, report in enumerate(self._reports):
            mark, vcpu = report.mark, report.vcpu
            if mark in self._marks.entries:
                if vcpu in begun:  # the CPU went off without an ERET
                    yield self._episode(vcpu, begun[vcpu], index, went_off=True)
                begun[vcpu] = index
            elif mark in self._marks.exits and vcpu in begun:
                yield self._episode(vcpu, begun.pop(vcpu), index, went_off=False)

    def _episode(self, vcpu: int, begin: int, end: int, went_off: bool) -> Episode:
        instructions = self._el2(end, vcpu) - self._el2(begin, vcpu)
        within = {
            name: self._count(end, vcpu, r) - self._count(begin, vcpu, r)
            for r, name in enumerate(TELLING, self.TELLING)
        }
        # A report is made before its own instruction executes: the ERET is added here.
        return Episode(
            vcpu,
            begin,
            begin if went_off else end,
            instructions + (0 if went_off else 1),
            self._reports[begin].mark,
            within,
        )

    # The benchmark program

    def _program(self, begin: int = 0) -> Iterator[tuple[int, str, int]]:
        """Yields (index, label, vCPU) of the benchmark's labels from an index on."""
        for index in range(begin, len(self._reports)):
            report = self._reports[index]
            if report.mark in self._marks.program:
                yield index, self._marks.program[report.mark], report.vcpu

    def disturbed(self) -> int:
        """Counts the samples of timer interrupts during which another CPU executed."""
        begin: int | None = None
        disturbed = 0
        for index, label, vcpu in self._program():
            if label.startswith("measure_timer"):
                begin = index
            elif label == "bench_vector" and begin is not None:
                vcpus = range(len(self._reports[index].counts))
                disturbed += any(
                    self._count(index, v, self.ALL) != self._count(begin, v, self.ALL)
                    for v in vcpus
                    if v != vcpu
                )
                begin = None
        return disturbed

    def _physical_write(self, index: int) -> int:
        """Returns the index of the report at the MSR that sends the SGI physically.

        index: the report at the guest's MSR. In a cell the hypervisor then executes
        another MSR at EL2. Natively the guest's own MSR sends.
        """
        sender = self._reports[index].vcpu
        for at in range(index + 1, len(self._reports)):
            report = self._reports[at]
            if report.vcpu == sender and report.mark in self._marks.sgi_writes:
                return at
            if report.vcpu == sender and report.mark in self._marks.program:
                break
        return index

    def _cross(self, begin: int, sent: int, end: int) -> Cross:
        sender = self._reports[begin].vcpu
        write = self._physical_write(sent)
        arrived, target = next(
            (index, vcpu)
            for index, label, vcpu in self._program(write)
            if label == "bench_cross_vector"
        )
        # A report is made before its own instruction executes: add 1 for each of two.
        way = self._count(write, sender, self.ALL) - self._count(sent, sender, self.ALL)
        taken = [
            self._count(index, target, self.ALL) - self._count(index, target, self.SPIN)
            for index in (write, arrived)
        ]
        send = self._count(end, sender, self.ALL) - self._count(begin, sender, self.ALL)
        return Cross(send, way + 1 + taken[1] - taken[0] + 1)

    def crossings(self) -> list[Cross]:
        """Returns the SGIs between the CPUs of the benchmark.

        send: instructions of the sender for MSR ICC_SGI1R_EL1, counted like other
        accesses: the ISB before it, the MSR, a DSB, an ISB and the second read of the
        counter; 5 if nothing traps.

        latency: instructions of the sender from that MSR to the one that writes the
        physical register, both included, plus instructions of the target from then to
        the first one of its vector, included; 2 if nothing is in between. The target's
        waiting loop (YIELD, load, branch, with interrupts unmasked) is not counted. The
        target is always in that loop when an SGI is sent, because the sender waits for
        the end of the previous SGI.
        """
        found = []
        seen: dict[str, int] = {}
        for index, label, _ in self._program():
            seen[label] = index
            if label == "bench_cross_end":
                begin, sent = seen["bench_cross_begin"], seen["bench_cross_send"]
                found.append(self._cross(begin, sent, index))
        return found


def row(values: list[int]) -> Row:
    values = sorted(values)
    return Row(values[0], values[len(values) // 2], values[-1])


class Management:
    """The cost of management at EL2, on all CPUs."""

    def __init__(self, marks: Marks, trace: Trace) -> None:
        self._marks = marks
        self._episodes = sorted(trace.episodes(), key=lambda e: e.begin)

    def enable(self) -> int:
        """Counts from each CPU's entry to its ERET to Linux, with waiting."""
        boots = [e for e in self._episodes if e.first == self._marks.boot]
        return sum(e.instructions for e in boots)

    def call(self, what: str) -> int:
        """Counts the first hypercall about "what", and other CPUs' episodes during it.

        The call holds these CPUs or switches them on. What a CPU executes after it was
        switched on belongs to its guest and is not counted.
        """
        call = next(e for e in self._episodes if e.about == what)
        started: set[int] = set()
        instructions = 0
        for episode in self._episodes:
            if episode.begin > call.end or episode.end < call.begin:
                continue
            if episode.vcpu not in started:
                instructions += episode.instructions
            if episode.first == self._marks.switched_on:
                started.add(episode.vcpu)
        return instructions

    def wipe(self) -> tuple[int, int]:
        """Returns (instructions, episodes) of all episodes that wipe memory."""
        pieces = [e for e in self._episodes if e.within[WIPING]]
        return sum(e.instructions for e in pieces), len(pieces)
