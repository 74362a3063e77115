# SPDX-License-Identifier: GPL-2.0
"""Where functions and instructions are, for the benchmarks."""

import itertools
import pathlib
import re
import subprocess
from collections.abc import Callable

from machine.instruction_counts import Range

# By ELF's number of the machine: the tools' prefix, the step between instructions.
_MACHINES = {183: ("aarch64-linux-gnu-", 4), 62: ("x86_64-linux-gnu-", 1)}

# Instruction words and which of their bits say so (DDI 0487 C6.2).
ERET = (0xD69F03E0, 0xFFFFFFFF)
MSR_ICC_SGI1R = (0xD518CBA0, 0xFFFFFFE0)  # any register

Stack = tuple[str, ...]  # functions, the innermost first


def run(command: list[str], text: str = "") -> str:
    done = subprocess.run(
        command, input=text, check=True, capture_output=True, text=True
    )
    return done.stdout


def _machine(elf: pathlib.Path) -> tuple[str, int]:
    with elf.open("rb") as file:
        return _MACHINES[int.from_bytes(file.read(20)[18:], "little")]


def symbols(elf: pathlib.Path) -> dict[str, int]:
    """All names of the program; of names used twice, the last one's address."""
    command = [f"{_machine(elf)[0]}nm", "-n", "--defined-only", str(elf)]
    found = {}
    for line in run(command).splitlines():
        fields = line.split()
        if len(fields) == 3:  # what the debugger needs has no name
            found[fields[2]] = int(fields[0], 16)
    return found


def find(image: bytes, base: int, pattern: tuple[int, int]) -> list[int]:
    """The addresses of an instruction in a flat binary that runs at base."""
    word, mask = pattern
    found = []
    for offset in range(0, len(image) - 3, 4):
        if int.from_bytes(image[offset : offset + 4], "little") & mask == word:
            found.append(base + offset)
    return found


def stacks(elf: pathlib.Path, begin: int, end: int) -> list[Stack]:
    """Of each address at which an instruction may be: the function in the source, and
    those into which the compiler has put that one."""
    prefix, step = _machine(elf)
    addresses = "\n".join(f"{address:#x}" for address in range(begin, end, step))
    command = [f"{prefix}addr2line", "-a", "-f", "-i", "-e", str(elf)]
    found: list[Stack] = []
    for line in re.split(r"^0x[0-9a-f]{16}\n", run(command, addresses), flags=re.M):
        # Functions and places in turn. What the linker made of one has a suffix.
        found.append(tuple(name.split(".")[0] for name in line.splitlines()[::2]))
    return found[1:]


def pieces(
    found: list[Stack], base: int, wanted: Callable[[Stack], bool], step: int = 4
) -> list[Range]:
    """Where the instructions are whose stack is wanted; found: every so many bytes."""
    ranges = []
    at = base
    for want, group in itertools.groupby(found, wanted):
        end = at + step * len(list(group))
        if want:
            ranges.append((at, end))
        at = end
    return ranges
