# SPDX-License-Identifier: GPL-2.0
"""The figures of x86-64 under SVM, from the plugin's instruction counts of each CPU.

The emulator's own instruction counting is not used: with it, Linux on several CPUs does
not reach user space. The plugin's counts are per vCPU, and vCPUs take turns.

A *sample* is one instruction of the benchmark with the hypervisor's instructions for
it, VMRUN included: natively 1. An *episode* is the code that a CPU executes in the
hypervisor from an exit to its VMRUN.
"""

import itertools
import pathlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench import linux_x86, size
from bench.run import Row, bench_elf, bench_script, run_native, run_script, scratch
from bench.table import Figures, Pair, Peer, Results
from machine import elf
from machine.boards.x86 import Q35
from machine.config import Config
from machine.elf import Stack
from machine.errors import MachineError
from machine.instruction_counts import Counter, Range, Report
from machine.paths import BUILD

CELL = "smp"
WAIT = "until hvctl cell console $cell | grep -q BENCH-DONE; do sleep 1; done"

PAIRS = {
    "hypercall": Peer("hypercall round trip", 90),
    "cpuid": Peer("CPUID", 110),
    "eoi": Peer("xAPIC EOI", 150),
    "icr": Peer("xAPIC ICR write, to the other CPU", 220),
    "icr_logical": Peer("the same in logical destination mode", None),
    "timer": Peer("xAPIC timer: count written", None),
    "apic_read": Peer("xAPIC timer: count read", None),
    "port": Peer("console: line status read", None),
}
# Rows whose label in the program has another name.
LABELS = {"hypercall": "vmmcall"}
NUMBERS = {
    "text_bytes": Peer("text + rodata, bytes", 52_000),
    "code_lines": Peer("code lines compiled (cloc)", 6_500),
    "memory_bytes": Peer("memory with a 2-CPU cell", None),
    "enable_insns": Peer("enable, 4 CPUs, in the hypervisor", None),
    "create_start_insns": Peer("create + start, in the hypervisor", None),
    "linux_first_line_insns": Peer("Linux in a cell: to its first line", None),
    "linux_user_space_insns": Peer("to user space", None),
    "linux_to_native": Peer("the same, natively = 1", 1.05),
    "linux_hypervisor_percent": Peer("of it in the hypervisor, %", 1.0),
    "linux_quiet_hypervisor_percent": Peer("the same, quiet, %", 0.3),
    "linux_idle_exits_per_s": Peer("exits a second, idle", 20),
    "linux_busy_exits_per_s": Peer("computing", None),
    "linux_2_cpus_idle_exits_per_s": Peer("of each of two CPUs, idle", 20),
    "linux_2_cpus_busy_exits_per_s": Peer("computing", None),
}
FIGURES = Figures(PAIRS, NUMBERS)

ELF = BUILD / "x86" / "hypervisor.elf"
IMAGE = BUILD / "x86" / "bulkhead-x86.bin"
VMRUN = b"\x0f\x01\xd8"
# "Telling" functions: the one that executes most tells the subject of an episode.
TELLING = ("cell_create", "cell_load", "cell_start", "cell_destroy", "arch_wipe")


class Marks:
    """The addresses whose execution is reported."""

    def __init__(self) -> None:
        symbols = elf.symbols(ELF)
        self._base, self._end = symbols["image_start"], symbols["text_used"]
        self.hypervisor = (self._base, self._end)
        self._stacks = elf.stacks(ELF, self._base, self._end)
        self.boot = symbols["boot_entry"]
        image = IMAGE.read_bytes()
        self.vmrun = self._base + image.index(VMRUN, symbols["svm_enter"] - self._base)
        self.exit = self.vmrun + len(VMRUN)
        program = elf.symbols(bench_elf(Q35))
        self.samples = {
            name: (program[f"bench_{label}"], program[f"bench_{label}_end"])
            for name in PAIRS
            for label in [LABELS.get(name, name)]
        }

    def _pieces(self, wanted: Callable[[Stack], bool]) -> list[Range]:
        return elf.pieces(self._stacks, self._base, wanted, 1)

    def innermost(self, function: str) -> list[int]:
        """Returns the starts of the ranges of the function's own instructions."""
        return [begin for begin, _ in self._pieces(lambda s: s[0] == function)]

    def counter(self, out: pathlib.Path, hypervisor: bool) -> Counter:
        """Returns a counter of instructions in the samples.

        With a hypervisor it also counts those in the hypervisor and in each telling
        function.
        """
        ranges = [self.hypervisor]
        ranges += [(begin, end) for begin, end in self.samples.values()]
        marks = [address for pair in self.samples.values() for address in pair]
        if not hypervisor:
            return Counter(out, ranges, marks)
        groups = [self._pieces(lambda s: name in s) for name in TELLING]
        return Counter(out, ranges, [*marks, self.boot, self.vmrun, self.exit], groups)


HYPERVISOR = 0  # the hypervisor's index among the ranges of Marks.counter()
FIRST_TELLING = 1 + len(PAIRS)


def samples(marks: Marks, reports: list[Report], name: str) -> Row | None:
    """Returns minimum, median and maximum of a row's samples.

    Only the CPU that executes the sample counts. None: the program took no sample.
    """
    begin_mark, end_mark = marks.samples[name]
    begun: dict[int, Report] = {}
    found = []
    for report in reports:
        if report.mark == begin_mark:
            begun[report.vcpu] = report
        elif report.mark == end_mark and report.vcpu in begun:
            counts = report.minus(begun.pop(report.vcpu))[report.vcpu]
            found.append(sum(counts[:FIRST_TELLING]))
    if not found:
        return None
    found.sort()
    return Row(found[0], found[len(found) // 2], found[-1])


@dataclass
class Episode:
    begin: int  # index of the report at the first instruction
    end: int  # index of the report at the VMRUN
    about: str  # the telling function with the most instructions, or ""


class Trace:
    def __init__(self, marks: Marks, reports: list[Report]) -> None:
        self._marks = marks
        self._reports = reports

    def _count(self, index: int, vcpu: int) -> int:
        """Returns the CPU's count of hypervisor instructions in a report."""
        counts = self._reports[index].counts
        return counts[vcpu][HYPERVISOR] if vcpu < len(counts) else 0

    def _vmrun(self, vcpu: int, after: int) -> int:
        """Returns the index of the report at the CPU's next VMRUN."""
        for index in range(after, len(self._reports)):
            report = self._reports[index]
            if report.vcpu == vcpu and report.mark == self._marks.vmrun:
                return index
        raise MachineError(f"CPU {vcpu} does not enter its guest")

    def enable(self) -> int:
        """Counts from each CPU's entry to its first VMRUN, including its waiting."""
        boots = [r for r in self._reports if r.mark == self._marks.boot]
        vcpus = {report.vcpu for report in boots}
        return sum(self._count(self._vmrun(v, 0), v) + 1 for v in vcpus)

    def _episodes(self) -> Iterator[Episode]:
        begun: dict[int, int] = {}
        for index, report in enumerate(self._reports):
            if report.mark == self._marks.exit:
                begun[report.vcpu] = index
            elif report.mark == self._marks.vmrun and report.vcpu in begun:
                begin = begun.pop(report.vcpu)
                told = report.minus(self._reports[begin])[report.vcpu][FIRST_TELLING:]
                about = TELLING[told.index(max(told))] if max(told) else ""
                yield Episode(begin, index, about)

    def call(self, what: str) -> int:
        """Counts the first hypercall about "what", with the other CPUs' instructions.

        A held CPU counts until the call ends, a started CPU until its VMRUN.
        """
        call = next(e for e in self._episodes() if e.about == what)
        caller = self._reports[call.begin].vcpu
        total = 1
        for vcpu in range(len(self._reports[call.end].counts)):
            end = call.end
            if vcpu != caller and what == "cell_start":
                end = self._started(vcpu, call)
            total += self._count(end, vcpu) - self._count(call.begin, vcpu)
        return total

    def _started(self, vcpu: int, call: Episode) -> int:
        """Returns the index of the report at which another CPU's part ends."""
        latest = [
            r.mark
            for r in itertools.islice(self._reports, call.begin)
            if r.vcpu == vcpu and r.mark in (self._marks.exit, self._marks.vmrun)
        ]
        if latest and latest[-1] == self._marks.exit:
            try:
                return max(self._vmrun(vcpu, call.begin), call.end)
            except MachineError:
                pass  # the CPU stays in the hypervisor
        return call.end


def measure(_: bool) -> Results:
    marks = Marks()
    counter = marks.counter(scratch("x86-native"), hypervisor=False)
    native = run_native(counter, Q35)
    natively = counter.reports()
    counter = marks.counter(scratch("x86-cells"), hypervisor=True)
    config = Config(board=Q35)
    said = run_script(bench_script([CELL], WAIT), counter, "x86-cells", config)
    reports = counter.reports()
    pairs = {}
    for name in PAIRS:
        cell = samples(marks, reports, name)
        if not cell:
            raise MachineError(f"no sample of {name}")
        pairs[name] = Pair(samples(marks, natively, name), cell)
    trace = Trace(marks, reports)
    calls = {name: trace.call(f"cell_{name}") for name in ("create", "load", "start")}
    numbers: dict[str, int | float] = {
        "text_bytes": size.text_bytes(Q35),
        "code_lines": size.code_lines(Q35),
        "memory_bytes": size.memory_bytes(said.json(f"status {CELL}")),
        "enable_insns": trace.enable(),
        "create_start_insns": calls["create"] + calls["start"],
    }
    put = tuple(marks.innermost("console_put"))
    of_linux, details = linux_x86.measure(marks.hypervisor, put)
    notes = [f"native {name}: {why}" for name, why in native.skipped.items()]
    notes.append(", ".join(f"{name} {number}" for name, number in calls.items()))
    return Results(pairs, numbers | of_linux, notes, details)
