# SPDX-License-Identifier: GPL-2.0
"""Linux in a cell: the cost of a boot, and exits when idle and when computing. The
parts that depend on the architecture are in linux_ARCH.py.

Boots are those of a cell with one CPU, counted from the kernel's first instruction (of
a compressed kernel: the first one after decompression) to the first one of init.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from bench.run import Sections, run_script, scratch
from bulkhead.linux_cell import FILES, exits_of, linux_config
from hvconfig.model import Cell, System
from machine.board import Board
from machine.config import Config
from machine.instruction_counts import EVERYTHING, Counter, Range, Report
from machine.paths import BUILD

USER_SPACE = "cell: user space"


@dataclass(frozen=True)
class Boot:
    """Instructions of a boot."""

    first_line: int  # instructions up to the first character on the console; natively 0
    user_space: int  # instructions up to user space
    hypervisor: int  # of these, instructions in the hypervisor

    @property
    def percent(self) -> float:
        return 100 * self.hypervisor / self.user_space


@dataclass(frozen=True)
class Guest:
    """Addresses that identify a Linux in a cell among the counted instructions."""

    board: Board
    kernel: int  # the kernel's first instruction
    hypervisor: Range
    put: tuple[int, ...]  # the first instructions of the console's emulation

    @property
    def user(self) -> int:
        """The first instruction of init: the entry of a non-relocatable ELF program."""
        program = BUILD / self.board.arch / "busybox" / "busybox"
        (entry,) = struct.unpack_from("<Q", program.read_bytes(), 24)
        return int(entry)

    @property
    def command_lines(self) -> dict[str, str]:
        console = f"console={self.board.tty} nokaslr"
        return {"console": console, "quiet": f"{console} quiet loglevel=0"}

    def counter(self, name: str) -> Counter:
        marks = [self.kernel, self.user, *self.put]
        return Counter(scratch(name), [EVERYTHING, self.hypervisor], marks)

    def boots_of(self, reports: list[Report], cpu: int) -> list[Boot]:
        """Returns the boots that reached user space, in their order."""
        found: list[Boot] = []
        begin: Report | None = None
        line = 0
        for report in reports:
            if report.vcpu != cpu or report.mark is None:
                continue
            if report.mark == self.kernel:
                begin, line = report, 0
            elif begin:
                total, inside = report.minus(begin)[cpu]
                if report.mark in self.put:
                    line = line or total
                elif report.mark == self.user:
                    found.append(Boot(line, total, inside))
                    begin = None
        return found


def boot_figures(boot: Boot, native: Boot) -> dict[str, int | float]:
    return {
        "linux_first_line_insns": boot.first_line,
        "linux_user_space_insns": boot.user_space,
        "linux_to_native": round(boot.user_space / native.user_space, 4),
    }


def cell_of(system: System, name: str) -> Cell:
    found = system.cell(name)
    assert found
    return found


# Commands of root


def start(cell: str, arguments: str, system: str = "linux") -> list[str]:
    files = f"--kernel {FILES}/vmlinuz --initrd {FILES}/initrd"
    seen = f"hvctl cell console {cell} | grep -q '{USER_SPACE}'"
    return [
        f"hvctl cell linux --unbind {system}/{cell} {files} --cmdline '{arguments}'",
        f"until {seen}; do sleep 1; done",
    ]


def script(lines: Sequence[str]) -> str:
    head = ["#!/bin/sh", "insmod /lib/modules/bulkhead.ko", "hvctl enable linux"]
    return "\n".join([*head, *lines, "hvctl disable", "echo '## end'", ""])


def end(cell: str) -> list[str]:
    return [f"hvctl cell shutdown --force {cell}", f"hvctl cell destroy {cell}"]


# Exits

Exits = dict[str, float]  # exits per second and CPU, by reason

PHASES = {"idle": 20, "busy": 2}  # duration in seconds
# Not all CPUs may compute: the emulator runs a CPU until some timer expires, and root
# would starve.
BUSY_CPUS = 2


def busy_cpus(cell: Cell) -> int:
    return min(BUSY_CPUS, len(cell.cpus))


def exits_script(cells: Sequence[Cell], arguments: str) -> str:
    lines: list[str] = []
    for cell in cells:
        name = cell.name
        loops = f"for i in $(seq {busy_cpus(cell)}); do while :; do :; done & done"
        lines += start(name, arguments)
        for phase, seconds in PHASES.items():
            if phase == "busy":
                attach = f"hvctl cell console --attach {name}"
                lines.append(f"echo '{loops}' | {attach} >/dev/null")
            for when in ("before", "after"):
                lines.append(f"sleep {seconds if when == 'after' else 2}")
                lines.append(f"echo '## {phase} {name} {when}'")
                lines.append(f"hvctl cell stats --json {name}")
                lines.append(f"echo '## uptime {phase} {name} {when}'")
                lines.append("cut -d ' ' -f 1 /proc/uptime")
        lines += [f"echo '## end of {name}'", *end(name)]
    return script(lines)


def rates(said: Sections, phase: str, cell: Cell) -> Exits:
    """Returns exits per second and CPU, by reason.

    In the phase "busy" only the computing CPUs count.
    """

    before, after = (
        exits_of(said.json(f"{phase} {cell.name} {x}")) for x in ("before", "after")
    )
    start, stop = (
        float(said[f"uptime {phase} {cell.name} {x}"]) for x in ("before", "after")
    )
    cpus_of = {"idle": len(cell.cpus), "busy": busy_cpus(cell)}
    per = (stop - start) * cpus_of[phase]
    each = {reason: (after[reason] - before[reason]) / per for reason in after}
    return {reason: round(rate, 2) for reason, rate in each.items() if rate}


def exits(guest: Guest, config: Config, cells: Sequence[Cell]) -> dict[str, Exits]:
    text = exits_script(cells, guest.command_lines["console"])
    said = run_script(text, None, "linux-exits", linux_config(config))
    return {
        f"{phase} {cell.name}": rates(said, phase, cell)
        for cell in cells
        for phase in PHASES
    }
