# SPDX-License-Identifier: GPL-2.0
"""Linux in a cell: what it costs to boot, beside the same kernel natively, and its
exits when it is idle and when it computes.

The boots are those of a cell with one CPU. Natively it is the same kernel, initrd and
command line on a machine with one CPU and as much memory, and the cell's device tree
with the machine's UART instead of the emulated one, so that both have the same devices.
All begins with the kernel's first instruction; user space is the first one of init.
"""

import struct
from dataclasses import dataclass
from typing import Any

import libfdt
from bench_run import Sections, run_script, scratch
from bench_trace import EVERYTHING, Marks
from board import VIRT
from counts import EL2, Counter, Report
from hv import abi, load
from hvconfig.model import Cell
from linuxcell import FILES, linux_config
from machine import BUILD, Config, Machine, MachineError

SYSTEM = load(VIRT, "linux")
CELL = "io"  # one CPU, and devices that the native machine has, too
KERNEL = 0x4020_0000  # where hvctl puts it; so does QEMU
COMMAND_LINES = {
    "console": "console=ttyAMA0 nokaslr",
    "quiet": "console=ttyAMA0 nokaslr quiet loglevel=0",
}
USER_SPACE = "cell: user space"


@dataclass(frozen=True)
class Boot:
    """Instructions."""

    first_line: int  # to the first character on the console; natively 0
    user_space: int
    hypervisor: int  # of these at EL2

    @property
    def percent(self) -> float:
        return 100 * self.hypervisor / self.user_space


def start_of(program: str) -> int:
    """The first instruction of an ELF program that isn't moved."""
    data = (BUILD / "arm64" / program).read_bytes()
    (entry,) = struct.unpack_from("<Q", data, 24)
    return int(entry)


USER = start_of("busybox/busybox")


def config_of(name: str) -> Cell:
    found = SYSTEM.cell(name)
    assert found
    return found


def counter(name: str, put: list[int]) -> Counter:
    return Counter(scratch(name), [EVERYTHING, EL2], [KERNEL, USER, *put])


def boots_of(reports: list[Report], cpu: int, put: list[int]) -> list[Boot]:
    """Those that came to user space, in their order."""
    found: list[Boot] = []
    begin: Report | None = None
    line = 0
    for report in reports:
        if report.vcpu != cpu or report.mark is None:
            continue
        if report.mark == KERNEL:
            begin, line = report, 0
        elif begin:
            total, inside = report.minus(begin)[cpu]
            if report.mark in put:
                line = line or total
            elif report.mark == USER:
                found.append(Boot(line, total, inside))
                begin = None
    return found


# In a cell


def start(cell: str, arguments: str) -> list[str]:
    files = f"--kernel {FILES}/vmlinuz --initrd {FILES}/initrd"
    seen = f"hvctl cell console {cell} | grep -q '{USER_SPACE}'"
    return [
        f"hvctl cell linux --unbind linux/{cell} {files} --cmdline '{arguments}'",
        f"until {seen}; do sleep 1; done",
    ]


def script(*lines: str) -> str:
    head = ["#!/bin/sh", "insmod /lib/modules/bulkhead.ko", "hvctl enable linux"]
    return "\n".join([*head, *lines, "hvctl disable", "echo '## end'", ""])


def end(cell: str) -> list[str]:
    return [f"hvctl cell shutdown --force {cell}", f"hvctl cell destroy {cell}"]


def boots_in_cell(marks: Marks) -> dict[str, Boot]:
    put = [begin for begin, _ in marks.innermost("console_put")]
    counts = counter("linux-cell", put)
    lines: list[str] = []
    for arguments in COMMAND_LINES.values():
        lines += [*start(CELL, arguments), *end(CELL)]
    run_script(script(*lines), counts, "linux-cell", linux_config(Config(exact=True)))
    found = boots_of(counts.reports(), config_of(CELL).cpus[0], put)
    if len(found) != len(COMMAND_LINES):
        raise MachineError(f"{len(found)} boots of {CELL} were seen")
    return dict(zip(COMMAND_LINES, found))


# Natively


def native_tree() -> bytes:
    """The cell's, but with the machine's UART, and without the clock of hvctl."""
    tree = libfdt.Fdt((BUILD / "arm64" / "configs" / f"linux.{CELL}.dtb").read_bytes())
    tree.resize(tree.totalsize() + 256)
    entry = config_of(CELL).entry
    tree.del_node(tree.path_offset(f"/rtc@{entry + abi.PAGE_SIZE:x}"))
    uart = tree.path_offset("/serial@9000000")
    tree.setprop(uart, "interrupts", struct.pack(">3I", 0, 1, 4))
    # As hvctl does: without it Linux waits for chance.
    tree.setprop(tree.path_offset("/chosen"), "rng-seed", bytes(56))
    (number,) = config_of(CELL).cpus
    cpu = tree.path_offset(f"/cpus/cpu@{number:x}")
    tree.setprop(cpu, "reg", struct.pack(">Q", 0))
    return bytes(tree.as_bytearray())


def boot_natively(name: str, arguments: str) -> Boot:
    tree = scratch("native.dtb")
    tree.write_bytes(native_tree())
    counts = counter(f"linux-{name}", [])
    memory = sum(x.size for x in config_of(CELL).regions if x.type == "ram")
    config = Config(
        machine="virt,gic-version=3",
        smp=1,
        memory=f"{memory >> 20}M",
        kernel_arguments=arguments,
        initrd=BUILD / "arm64" / f"cell-initrd-{Config().kernel}.cpio",
        agent=False,
        exact=True,
        args=("-dtb", str(tree), *counts.arguments),
    )
    with Machine(config, name=f"bench-linux-{name}") as machine:
        machine.console.wait_for(USER_SPACE, 120)
    return boots_of(counts.reports(), 0, [])[0]


# Exits

Exits = dict[str, float]  # a second and CPU, by reason

PHASES = {"idle": 20, "busy": 2}  # seconds
# Not more: with all CPUs of the machine busy, the emulator, which lets each go on until
# some timer expires, can leave none of the time to root.
BUSY_CPUS = 2
COMPUTE = f"for i in $(seq {BUSY_CPUS}); do while :; do :; done & done"


def exits_script(cells: list[str]) -> str:
    lines: list[str] = []
    for cell in cells:
        lines += start(cell, COMMAND_LINES["console"])
        for phase, seconds in PHASES.items():
            if phase == "busy":
                attach = f"hvctl cell console --attach {cell}"
                lines.append(f"echo '{COMPUTE}' | {attach} >/dev/null")
            for when in ("before", "after"):
                lines.append(f"sleep {seconds if when == 'after' else 2}")
                lines.append(f"echo '## {phase} {cell} {when}'")
                lines.append(f"hvctl cell stats --json {cell}")
                lines.append(f"echo '## uptime {phase} {cell} {when}'")
                lines.append("cut -d ' ' -f 1 /proc/uptime")
        lines += [f"echo '## end of {cell}'", *end(cell)]
    return script(*lines)


def rates(said: Sections, phase: str, cell: str) -> Exits:
    def sums(when: str) -> dict[str, int]:
        found: dict[str, int] = {}
        cpus: list[Any] = said.json(f"{phase} {cell} {when}")["cpus"]
        for cpu in cpus:
            for reason, number in cpu["exits"].items():
                found[reason] = found.get(reason, 0) + number
        return found

    before, after = sums("before"), sums("after")
    start, stop = (
        float(said[f"uptime {phase} {cell} {x}"]) for x in ("before", "after")
    )
    cpus_of = {"idle": len(config_of(cell).cpus), "busy": BUSY_CPUS}
    per = (stop - start) * cpus_of[phase]
    each = {reason: (after[reason] - before[reason]) / per for reason in after}
    return {reason: round(rate, 2) for reason, rate in each.items() if rate}


def exits(cells: list[str]) -> dict[str, Exits]:
    said = run_script(
        exits_script(cells), None, "linux-exits", linux_config(Config(exact=True))
    )
    return {
        f"{phase} {cell}": rates(said, phase, cell)
        for cell in cells
        for phase in PHASES
    }


# All of it

LIST, DIRECT = "linux", "wide"  # cells, by how their interrupts reach them


def measure(marks: Marks) -> tuple[dict[str, int | float], dict[str, Any]]:
    """The figures, and the exits by reason that they come from."""
    boots = boots_in_cell(marks)
    native = boot_natively("console", COMMAND_LINES["console"])
    rate = exits([LIST, DIRECT])
    busy = rate[f"busy {DIRECT}"]
    numbers = {
        "linux_first_line_insns": boots["console"].first_line,
        "linux_user_space_insns": boots["console"].user_space,
        "linux_to_native": round(boots["console"].user_space / native.user_space, 4),
        "linux_el2_percent": round(boots["console"].percent, 3),
        "linux_quiet_el2_percent": round(boots["quiet"].percent, 3),
        "linux_idle_exits_per_s": max(
            rate[f"idle {x}"]["total"] for x in (LIST, DIRECT)
        ),
        "linux_busy_exits_per_s": round(busy.get("total", 0) - busy.get("sgi", 0), 2),
    }
    return numbers, {"linux_exits_per_s": rate}
