# SPDX-License-Identifier: GPL-2.0
"""The figures of arm64; trace_arm64.py defines what is counted."""

from bench import exit_count, linux_arm64, size
from bench.run import Rows, Sections, bench_script, run_native, run_script, scratch
from bench.table import Figures, Pair, Peer, Results
from bench.trace_arm64 import Management, Marks, Trace, row
from machine.boards.arm64 import VIRT
from machine.errors import MachineError

CELLS = ("rt", "rt-list", "smp-direct")
WIPED_BYTES = 16 << 20  # RAM of each of CELLS

# Figures that are compared with a native run, in the order of the table.
PAIRS = {
    "hvc": Peer("hypercall round trip", 80, "197", "143"),
    "smc": Peer("SMC PSCI_VERSION", 90, "211", "145"),
    "gicd_typer": Peer("GICD_TYPER read", 150, "229", "289"),
    "gicd_isenabler_read": Peer("GICD_ISENABLER read", 200, "1294", "925"),
    "gicd_isenabler_write": Peer("GICD_ISENABLER write", 250, "3567", "924"),
    "gicr_isenabler_read": Peer("own GICR_ISENABLER0 read", 200, "1318", "312"),
    "timer_busy": Peer("timer latency, direct, busy", 2, "201", "208"),
    "timer_wfi": Peer("timer latency, direct, WFI", 3, "202", "209"),
    "timer_list_busy": Peer("timer latency, list, busy", 130, "201", "208"),
    "timer_list_wfi": Peer("timer latency, list, WFI", 130, "202", "209"),
    "timer_under_hvc_max": Peer("the same under hypercalls, max", 80, "389", "342"),
    "sgi_self": Peer("SGI to self, direct", 110, "789-814", "1453"),
    "sgi_cross_send": Peer("SGI to the other CPU: send", 90, "402", "1245"),
    "sgi_cross_latency": Peer("SGI to the other CPU: latency", 110, "800-825", "1464"),
}
NUMBERS = {
    "text_bytes": Peer("text + rodata, bytes", 52_000, "96800", "77700"),
    "code_lines": Peer("code lines compiled (cloc)", 5_500, "10106", "9639"),
    "memory_bytes": Peer("memory with a 2-CPU cell", 262_144, "~454656", "409600"),
    "enable_el2_insns": Peer("enable, 4 CPUs, at EL2", 150_000, "", "780000"),
    "create_start_el2_insns": Peer("create + start, at EL2", 60_000, "", "78000"),
    "rt_exits": Peer("exits of a direct cell", 0),
    "wipe_insns_per_64_bytes": Peer("wiping 64 bytes, at EL2", None),
    "linux_first_line_insns": Peer("Linux in a cell: to its first line", None),
    "linux_user_space_insns": Peer("to user space", None),
    "linux_to_native": Peer("the same, natively = 1", 1.05),
    "linux_el2_percent": Peer("of it at EL2, %", 1.0),
    "linux_quiet_el2_percent": Peer("the same, quiet, %", 0.3),
    "linux_idle_exits_per_s": Peer("exits a second and CPU, idle", 20),
    "linux_busy_exits_per_s": Peer("computing, direct, IPIs apart", 0),
}
FIGURES = Figures(PAIRS, NUMBERS)


# Runs


def measure_native(marks: Marks) -> Rows:
    counter = marks.counter(scratch("native"), hypervisor=False)
    native = run_native(counter, VIRT)
    crossings = Trace(marks, counter.reports()).crossings()
    native.rows["sgi_cross_send"] = row([c.send for c in crossings])
    native.rows["sgi_cross_latency"] = row([c.latency for c in crossings])
    return native


def measure_cells(marks: Marks) -> tuple[dict[str, Rows], Sections, Trace]:
    counter = marks.counter(scratch("cells"), hypervisor=True)
    said = run_script(bench_script(CELLS), counter, "cells")
    trace = Trace(marks, counter.reports())
    # The emulator's clock counts the instructions of all CPUs. A sample is valid only
    # if no other CPU executed during it.
    if disturbed := trace.disturbed():
        raise MachineError(f"{disturbed} timer samples overlap with another CPU")
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
    exits = exit_count.measure(200, 2) if short else exit_count.measure()
    numbers = {
        "text_bytes": size.text_bytes(VIRT),
        "code_lines": size.code_lines(VIRT),
        "memory_bytes": size.memory_bytes(said.json("status smp-direct")),
        "enable_el2_insns": management.enable(),
        "create_start_el2_insns": management.call("cell_create")
        + management.call("cell_start"),
        "rt_exits": exits,
        "wipe_insns_per_64_bytes": round(per_64_bytes, 2),
    }
    of_linux, details = linux_arm64.measure(marks)
    numbers |= of_linux
    notes = [f"native {name}: {why}" for name, why in native.skipped.items()]
    notes += [
        f"a piece of wiping: {wiping // pieces} instructions",
        f"create {management.call('cell_create')}, load "
        f"{management.call('cell_load')}, start {management.call('cell_start')}",
    ]
    return Results({n: pair(n, native, cells) for n in PAIRS}, numbers, notes, details)
