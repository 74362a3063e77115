# SPDX-License-Identifier: GPL-2.0
"""Instruction counts from the TCG plugin (plugin/count.c).

    counter = Counter(scratch / "counts", ranges=[EL2], marks=[symbol])
    config = Config(exact=True, args=counter.arguments)
    ...                                   # boot, work, machine.quit()
    before, after = counter.reports()[:2]
    after.minus(before)                   # [[per range] per vCPU]
"""

import json
import pathlib
from collections.abc import Sequence
from dataclasses import dataclass

from machine.paths import BUILD

PLUGIN = BUILD / "plugin" / "count.so"
Range = tuple[int, int]
Pieces = Sequence[Range]  # ranges that share one count
EVERYTHING: Range = (0, (1 << 64) - 1)
EL2: Range = (0x8000_0000_0000, 0x9000_0000_0000)  # arm64: the hypervisor's addresses


@dataclass(frozen=True)
class Report:
    mark: int | None  # the address; None: at exit
    vcpu: int
    counts: list[list[int]]

    def minus(self, earlier: "Report") -> list[list[int]]:
        return [
            [now - before for now, before in zip(*vcpus)]
            for vcpus in zip(self.counts, earlier.counts)
        ]


class Counter:
    """Counts instructions in each range, then in each group of ranges, and reports all
    counts whenever a vCPU executes a mark."""

    def __init__(
        self,
        out: pathlib.Path,
        ranges: Sequence[Range],
        marks: Sequence[int] = (),
        groups: Sequence[Pieces] = (),
    ) -> None:
        self.out = out
        options = []
        for pieces in [[one] for one in ranges] + [list(group) for group in groups]:
            text = "+".join(f"{begin:#x}-{end:#x}" for begin, end in pieces)
            options.append(f"range={text}")
        options += [f"mark={address:#x}" for address in marks]
        # The options are in a file: they can exceed the maximum length of an argument.
        listed = out.with_name(out.name + ".options")
        listed.write_text("".join(f"{option}\n" for option in options))
        self.arguments = ("-plugin", f"{PLUGIN},out={out},more={listed}")

    def reports(self) -> list[Report]:
        """Returns all reports so far, the oldest first."""
        reports = []
        for line in self.out.read_text().splitlines():
            raw = json.loads(line)
            mark = None if raw["mark"] == "exit" else int(raw["mark"], 0)
            reports.append(Report(mark, raw["vcpu"], raw["counts"]))
        return reports
