# SPDX-License-Identifier: GPL-2.0
"""Which functions of the hypervisor the instructions of management are in."""

import bench_symbols
from bench_run import run_script, scratch
from bench_trace import ELF, HYP_PHYS, Marks
from counts import Counter, Report
from machine import MachineError

SCRIPT = """#!/bin/sh
insmod /lib/modules/bulkhead.ko
hvctl enable demo
hvctl cell run rt /lib/bulkhead/hello.bin
echo '## end'
"""
Counts = list[tuple[int, str]]


class Profile:
    def __init__(self) -> None:
        self._marks = Marks()
        base, end = self._marks.base, self._marks.text_end
        self._functions = bench_symbols.functions(ELF, end)
        shift = HYP_PHYS[0] - base
        ranges = [(f.begin, f.end) for f in self._functions]
        ranges += [(begin + shift, end + shift) for begin, end in ranges]
        counter = Counter(scratch("profile"), ranges, self._marks.of_hypervisor())
        run_script(SCRIPT, counter, "profile")
        self._reports = counter.reports()

    def _difference(self, begin: Report, end: Report) -> Counts:
        """Of all CPUs; what ran with the MMU off counts to the same function."""
        sums: dict[str, int] = {}
        for vcpu in end.minus(begin):
            for function, count in zip(self._functions * 2, vcpu):
                sums[function.name] = sums.get(function.name, 0) + count
        return sorted(((n, name) for name, n in sums.items() if n), reverse=True)

    def enable(self) -> Counts:
        """From the first CPU that comes to the last one that is back in Linux."""
        boots = [
            i for i, r in enumerate(self._reports) if r.mark == self._marks.boot
        ]
        inside = {self._reports[i].vcpu for i in boots}
        for report in self._reports[boots[-1] :]:
            if report.mark in self._marks.exits:
                inside.discard(report.vcpu)
            if not inside:
                return self._difference(self._reports[boots[0]], report)
        raise MachineError("enable did not end")

    def call(self, what: str) -> Counts:
        """Of the first hypercall that came to this function, until its end."""
        begin: Report | None = None
        for report in self._reports:
            if report.mark in self._marks.telling:
                if begin is None and self._marks.telling[report.mark] == what:
                    begin = report
            elif begin and report.vcpu == begin.vcpu:
                if report.mark in self._marks.exits:
                    return self._difference(begin, report)
        raise MachineError(f"{what} was not called")


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
