# SPDX-License-Identifier: GPL-2.0
"""Where functions and instructions are, for the benchmarks."""

import os
import pathlib
import subprocess
from typing import NamedTuple

CROSS = os.environ.get("CROSS", "aarch64-linux-gnu-")

# Instruction words and which of their bits say so (DDI 0487 C6.2).
ERET = (0xD69F03E0, 0xFFFFFFFF)
MSR_ICC_SGI1R = (0xD518CBA0, 0xFFFFFFE0)  # any register


class Function(NamedTuple):
    name: str
    begin: int
    end: int


def symbols(elf: pathlib.Path) -> dict[str, int]:
    """All names of the program; of names used twice, the last one's address."""
    command = [f"{CROSS}nm", "-n", str(elf)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = {}
    for line in text.splitlines():
        address, _, name = line.split(maxsplit=2)
        found[name] = int(address, 16)
    return found


def functions(elf: pathlib.Path, end: int) -> list[Function]:
    """What is in the text up to that address, each until the next begins."""
    command = [f"{CROSS}nm", "-n", str(elf)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    begins: list[tuple[int, str]] = []
    for line in text.splitlines():
        address, kind, name = line.split(maxsplit=2)
        at = int(address, 16)
        if kind in "tT" and not name.startswith("$") and at < end:
            if begins and begins[-1][0] == at:
                begins.pop()
            begins.append((at, name))
    ends = [at for at, _ in begins[1:]] + [end]
    return [Function(name, at, to) for (at, name), to in zip(begins, ends)]


def find(image: bytes, base: int, pattern: tuple[int, int]) -> list[int]:
    """The addresses of an instruction in a flat binary that runs at base."""
    word, mask = pattern
    found = []
    for offset in range(0, len(image) - 3, 4):
        if int.from_bytes(image[offset : offset + 4], "little") & mask == word:
            found.append(base + offset)
    return found
