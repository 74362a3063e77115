# SPDX-License-Identifier: GPL-2.0
"""The hypervisor functions in which management spends its instructions (arm64)."""

from bench.run import run_script, scratch
from bench.trace_arm64 import HYP_PHYS, TELLING, Marks
from machine.errors import MachineError
from machine.instruction_counts import Counter, Pieces, Report

SCRIPT = """#!/bin/sh
insmod /lib/modules/bulkhead.ko
hvctl enable demo
hvctl cell run rt /lib/bulkhead/hello.bin
echo '## end'
"""
Counts = list[tuple[int, str]]


class Profile:
    def __init__(self) -> None:
        self._marks = marks = Marks()
        self._names = sorted({stack[0] for stack in marks.stacks})
        groups: list[Pieces] = []
        to_phys = HYP_PHYS[0] - marks.base
        for name in self._names:
            pieces = marks.innermost(name)
            # Before the MMU is on, the same code executes at physical addresses.
            low = [(begin + to_phys, end + to_phys) for begin, end in pieces]
            groups.append(pieces + low)
        groups += [marks.where(name) for name in TELLING]
        counter = Counter(scratch("profile"), [], marks.of_hypervisor(), groups)
        run_script(SCRIPT, counter, "profile")
        self._reports = counter.reports()

    def _by_function(self, counts: list[list[int]]) -> Counts:
        """Returns the sums over the CPUs by function, the largest first."""
        sums = [sum(column) for column in zip(*counts)]
        return sorted(((n, name) for n, name in zip(sums, self._names) if n))[::-1]

    def enable(self) -> Counts:
        """Counts from the first CPU's entry to the last CPU's return to Linux."""
        boots = [i for i, r in enumerate(self._reports) if r.mark == self._marks.boot]
        inside = {self._reports[i].vcpu for i in boots}
        for report in self._reports[boots[-1] :]:
            if report.mark in self._marks.exits:
                inside.discard(report.vcpu)
            if not inside:
                return self._by_function(report.minus(self._reports[boots[0]]))
        raise MachineError("enable did not end")

    def _told(self, begin: Report, end: Report) -> str:
        """Returns the function of TELLING that executes most between two reports."""
        counts = end.minus(begin)[end.vcpu][len(self._names) :]
        return TELLING[counts.index(max(counts))] if max(counts) else ""

    def call(self, what: str) -> Counts:
        """Counts the first hypercall in which the function "what" executes.

        Only the calling CPU counts.
        """
        begun: dict[int, Report] = {}
        for report in self._reports:
            if report.mark in self._marks.entries:
                begun[report.vcpu] = report
            elif report.mark in self._marks.exits and report.vcpu in begun:
                begin = begun.pop(report.vcpu)
                if self._told(begin, report) == what:
                    return self._by_function([report.minus(begin)[report.vcpu]])
        raise MachineError(f"no hypercall executed {what}")


def show(title: str, counts: Counts, top: int = 15) -> None:
    total = sum(n for n, _ in counts)
    print(f"\n{title}: {total} instructions at EL2")
    for n, name in counts[:top]:
        print(f"{n:8}  {name}")


def main() -> None:
    profile = Profile()
    show("enable", profile.enable())
    show("cell create", profile.call("cell_create"))
    show("cell start", profile.call("cell_start"))
