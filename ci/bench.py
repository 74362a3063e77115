#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The figures: what the hypervisor costs, exactly, beside a native run.

Counted are instructions, by the emulator's clock where one CPU is concerned and
by a plugin for each CPU where there are several; see the docstrings of
bench_trace.py for what exactly. Prints a table and writes build/bench/arm64.json.

    --profile   instead: in which functions management spends its instructions
    --short     200 periods and 2 cycles for the exits, to try things out
"""

import argparse
import json
import sys
from dataclasses import dataclass
from typing import Any

import bench_exits
import bench_linux
import bench_profile
import bench_size
from bench_run import Row, Rows, Sections, bench_script, run_native, run_script, scratch
from bench_trace import Management, Marks, Trace, row
from machine import BUILD, ConsoleError, MachineError, die_with_parent

CELLS = ("rt", "rt-list", "smp-direct")
RESULT = BUILD / "bench" / "arm64.json"
WIPED_BYTES = 16 << 20  # the RAM of each of CELLS


@dataclass(frozen=True)
class Peer:
    """A figure as it is known of others, and the most that ours may be."""

    title: str
    bao: str
    jailhouse: str
    limit: int | float | None


# Figures with a native side, in the order of the table.
PAIRS = {
    "hvc": Peer("hypercall round trip", "197", "143", 80),
    "smc": Peer("SMC PSCI_VERSION", "211", "145", 90),
    "gicd_typer": Peer("GICD_TYPER read", "229", "289", 150),
    "gicd_isenabler_read": Peer("GICD_ISENABLER read", "1294", "925", 200),
    "gicd_isenabler_write": Peer("GICD_ISENABLER write", "3567", "924", 250),
    "gicr_isenabler_read": Peer("own GICR_ISENABLER0 read", "1318", "312", 200),
    "timer_busy": Peer("timer latency, direct, busy", "201", "208", 2),
    "timer_wfi": Peer("timer latency, direct, WFI", "202", "209", 3),
    "timer_list_busy": Peer("timer latency, list, busy", "201", "208", 130),
    "timer_list_wfi": Peer("timer latency, list, WFI", "202", "209", 130),
    "timer_under_hvc_max": Peer("the same under hypercalls, max", "389", "342", 80),
    "sgi_self": Peer("SGI to self, direct", "789-814", "1453", 110),
    "sgi_cross_send": Peer("SGI to the other CPU: send", "402", "1245", 90),
    "sgi_cross_latency": Peer("SGI to the other CPU: latency", "800-825", "1464", 110),
}
NUMBERS = {
    "text_bytes": Peer("text + rodata, bytes", "96800", "77700", 48_000),
    "code_lines": Peer("code lines compiled (cloc)", "10106", "9639", 5_500),
    "memory_bytes": Peer("memory with a 2-CPU cell", "~454656", "409600", 262_144),
    "enable_el2_insns": Peer("enable, 4 CPUs, at EL2", "", "780000", 150_000),
    "create_start_el2_insns": Peer("create + start, at EL2", "", "78000", 60_000),
    "rt_exits": Peer("exits of a direct cell", "", "", 0),
    "wipe_insns_per_64_bytes": Peer("wiping 64 bytes, at EL2", "", "", None),
    "linux_first_line_insns": Peer("Linux in a cell: to its first line", "", "", None),
    "linux_user_space_insns": Peer("to user space", "", "", None),
    "linux_to_native": Peer("the same, natively = 1", "", "", 1.05),
    "linux_el2_percent": Peer("of it at EL2, %", "", "", 1.0),
    "linux_quiet_el2_percent": Peer("the same, quiet, %", "", "", 0.3),
    "linux_idle_exits_per_s": Peer("exits a second and CPU, idle", "", "", 20),
    "linux_busy_exits_per_s": Peer("computing, direct, IPIs apart", "", "", 0),
}


@dataclass(frozen=True)
class Pair:
    native: Row | None
    cell: Row
    take: str = "min"  # or "max": which of the samples is the figure

    def values(self) -> dict[str, int | None]:
        native = getattr(self.native, self.take) if self.native else None
        return {"native": native, "cell": getattr(self.cell, self.take)}


@dataclass(frozen=True)
class Results:
    pairs: dict[str, Pair]
    numbers: dict[str, int | float]
    notes: list[str]
    details: dict[str, Any]


# Runs


def measure_native(marks: Marks) -> Rows:
    counter = marks.counter(scratch("native"), hypervisor=False)
    native = run_native(counter)
    crossings = Trace(marks, counter.reports()).crossings()
    native.rows["sgi_cross_send"] = row([c.send for c in crossings])
    native.rows["sgi_cross_latency"] = row([c.latency for c in crossings])
    return native


def measure_cells(marks: Marks) -> tuple[dict[str, Rows], Sections, Trace]:
    counter = marks.counter(scratch("cells"), hypervisor=True)
    said = run_script(bench_script(CELLS), counter, "cells")
    trace = Trace(marks, counter.reports())
    # The emulator's clock counts all CPUs' instructions. Where only this one
    # executes, the maximum too is a figure of it and not of the others.
    if disturbed := trace.disturbed():
        raise MachineError(f"{disturbed} samples of timers were not alone")
    cells = {cell: Rows.parse(said[f"bench {cell}"]) for cell in CELLS}
    crossings = trace.crossings()
    smp = cells["smp-direct"].rows
    smp["sgi_cross_send"] = row([c.send for c in crossings])
    smp["sgi_cross_latency"] = row([c.latency for c in crossings])
    return cells, said, trace


def cell_of(name: str) -> str:
    if name.startswith("sgi_cross"):
        return "smp-direct"
    return "rt-list" if name.startswith("timer_list") else "rt"


def pair(name: str, native: Rows, cells: dict[str, Rows]) -> Pair:
    cell = cells[cell_of(name)].rows[name]
    take = "max" if name.endswith("_max") else "min"
    return Pair(native.rows.get(name.replace("_list", "")), cell, take)


def measure(short: bool) -> Results:
    marks = Marks()
    native = measure_native(marks)
    cells, said, trace = measure_cells(marks)
    management = Management(marks, trace)
    wiping, pieces = management.wipe()
    per_64_bytes = wiping / (len(CELLS) * WIPED_BYTES / 64)
    exits = bench_exits.measure(200, 2) if short else bench_exits.measure()
    numbers = {
        "text_bytes": bench_size.text_bytes(),
        "code_lines": bench_size.code_lines(),
        "memory_bytes": bench_size.memory_bytes(said.json("status smp-direct")),
        "enable_el2_insns": management.enable(),
        "create_start_el2_insns": management.call("cell_create")
        + management.call("cell_start"),
        "rt_exits": exits,
        "wipe_insns_per_64_bytes": round(per_64_bytes, 2),
    }
    of_linux, details = bench_linux.measure(marks)
    numbers |= of_linux
    notes = [f"native {name}: {why}" for name, why in native.skipped.items()]
    notes += [
        f"a piece of wiping: {wiping // pieces} instructions",
        f"create {management.call('cell_create')}, load "
        f"{management.call('cell_load')}, start {management.call('cell_start')}",
    ]
    return Results({n: pair(n, native, cells) for n in PAIRS}, numbers, notes, details)


# Results


def verdict(value: int | float, limit: int | float | None) -> str:
    if limit is None:
        return ""
    return "ok" if value <= limit else "OVER"


def spread(samples: Row) -> str:
    same = samples.min == samples.max
    return "" if same else f"{samples.min}/{samples.median}/{samples.max}"


def lines(results: Results) -> list[tuple[str, ...]]:
    table: list[tuple[str, ...]] = [
        ("", "native", "cell", "at most", "", "Bao", "Jailhouse", "min/median/max")
    ]
    for name, peer in PAIRS.items():
        of = results.pairs[name].values()
        value = of["cell"] or 0
        table.append(
            (
                *(peer.title, "-" if of["native"] is None else str(of["native"])),
                *(str(value), str(peer.limit), verdict(value, peer.limit)),
                *(peer.bao, peer.jailhouse, spread(results.pairs[name].cell)),
            )
        )
    for name, peer in NUMBERS.items():
        number = results.numbers[name]
        limit = "" if peer.limit is None else str(peer.limit)
        table.append(
            (
                *(peer.title, "", str(number), limit, verdict(number, peer.limit)),
                *(peer.bao, peer.jailhouse, ""),
            )
        )
    return table


def show(results: Results) -> None:
    table = lines(results)
    widths = [max(map(len, column)) for column in zip(*table)]
    for cells in table:
        first, *rest = (
            cell.ljust(width) if i in (0, 4, 7) else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(cells, widths))
        )
        print("  ".join([first, *rest]).rstrip())
    for note in results.notes:
        print(f"({note})")


def write(results: Results) -> None:
    pairs = {name: results.pairs[name].values() for name in PAIRS}
    numbers = {name: results.numbers[name] for name in NUMBERS}
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(
        json.dumps({**pairs, **numbers, **results.details}, indent=2) + "\n"
    )
    print(f"written: {RESULT}")


def main() -> int:
    parser = argparse.ArgumentParser(description="measure")
    parser.add_argument("--profile", action="store_true", help="functions, instead")
    parser.add_argument("--short", action="store_true", help="few periods and cycles")
    arguments = parser.parse_args()
    die_with_parent()
    try:
        if arguments.profile:
            bench_profile.main()
        else:
            results = measure(arguments.short)
            show(results)
            write(results)
    except (MachineError, ConsoleError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
