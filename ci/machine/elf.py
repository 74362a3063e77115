# SPDX-License-Identifier: GPL-2.0
"""Addresses of functions and instructions in ELF files and images."""

import itertools
import pathlib
import re
import subprocess
from collections.abc import Callable

from machine.instruction_counts import Range

# By the ELF header's e_machine: the prefix of the tools' names, and the alignment of
# instructions.
_MACHINES = {183: ("aarch64-linux-gnu-", 4), 62: ("x86_64-linux-gnu-", 1)}

# Instructions as (word, mask) (DDI 0487 C6.2).
ERET = (0xD69F03E0, 0xFFFFFFFF)
MSR_ICC_SGI1R = (0xD518CBA0, 0xFFFFFFE0)  # the mask leaves out the register

Stack = tuple[str, ...]  # inlined functions, the innermost first


def run(command: list[str], text: str = "") -> str:
    done = subprocess.run(
        command, input=text, check=True, capture_output=True, text=True
    )
    return done.stdout


def _machine(elf: pathlib.Path) -> tuple[str, int]:
    with elf.open("rb") as file:
        return _MACHINES[int.from_bytes(file.read(20)[18:], "little")]


def symbols(elf: pathlib.Path) -> dict[str, int]:
    """Returns the symbols by name; of duplicate names the highest address."""
    command = [f"{_machine(elf)[0]}nm", "-n", "--defined-only", str(elf)]
    found = {}
    for line in run(command).splitlines():
        fields = line.split()
        if len(fields) == 3:  # debug symbols may have no name
            found[fields[2]] = int(fields[0], 16)
    return found


def find(image: bytes, base: int, pattern: tuple[int, int]) -> list[int]:
    """Returns the addresses of an instruction in a flat binary loaded at base."""
    word, mask = pattern
    found = []
    for offset in range(0, len(image) - 3, 4):
        if int.from_bytes(image[offset : offset + 4], "little") & mask == word:
            found.append(base + offset)
    return found


def stacks(elf: pathlib.Path, begin: int, end: int) -> list[Stack]:
    """Returns, for each aligned address, the source function and the functions into
    which the compiler inlined it."""
    prefix, step = _machine(elf)
    addresses = "\n".join(f"{address:#x}" for address in range(begin, end, step))
    command = [f"{prefix}addr2line", "-a", "-f", "-i", "-e", str(elf)]
    found: list[Stack] = []
    for line in re.split(r"^0x[0-9a-f]{16}\n", run(command, addresses), flags=re.M):
        # addr2line prints a function and its place by turns. The compiler's clones have
        # a suffix.
        found.append(tuple(name.split(".")[0] for name in line.splitlines()[::2]))
    return found[1:]


def pieces(
    found: list[Stack], base: int, wanted: Callable[[Stack], bool], step: int = 4
) -> list[Range]:
    """Returns the address ranges whose functions are wanted.

    found: the function and its inliners, for each "step" bytes from base on.
    """
    ranges = []
    at = base
    for want, group in itertools.groupby(found, wanted):
        end = at + step * len(list(group))
        if want:
            ranges.append((at, end))
        at = end
    return ranges
