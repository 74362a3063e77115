# SPDX-License-Identifier: GPL-2.0
"""The description of an emulated machine: all values in which machines differ."""

import pathlib
import signal
from dataclasses import dataclass, field

from machine.paths import SOURCE


# The test files that depend most on the kernel and the CPU.
OTHER_FILES = (
    "smoke",
    "life",
    "cells",
    "cpus",
    "failures",
    "kill",
    "linux",
    "power",
    "shared",
)


@dataclass(frozen=True, eq=False)
class Board:
    key: str  # the name on command lines
    name: str  # the name of its platform and systems in configs/
    arch: str  # Bulkhead's name of the architecture; build/ARCH has its files
    debian_arch: str
    program: str  # the emulator
    machine: str  # QEMU's -M
    memory: str
    cpu: str  # the default CPU model
    cpu_options: dict[str, str]  # options that QEMU needs with a CPU model
    kernel_arguments: str
    linux_arguments: str  # kernel arguments that reserve more RAM, for Linux in cells
    tty: str  # Linux's name of the console
    arguments: tuple[str, ...]  # further arguments for QEMU; {memory} is replaced
    exact_machine: str  # further -M options for repeatable runs
    # the file with the register description that the gdb client sends
    gdb_registers: str
    refused_signal: signal.Signals  # sent to a program whose access is refused
    machines: tuple[tuple[str, str], ...]  # kernels and CPUs of "make test"
    # Further ones of "make test-all", which run OTHER_FILES.
    other_machines: tuple[tuple[str, str], ...] = ()
    keeps_boots: bool = False  # the state of a booted machine can be saved and loaded
    always_turns: bool = False  # CPUs must be emulated in one thread, in turns
    host_tsc: bool = False  # the CPUs' time stamp counter is the host's
    in_full: int = 1  # the number of "machines" that run all tests; the others --brief
    boots_once: bool = False  # one machine runs all test files
    slowness: float = 1  # a factor on time-outs
    # A name of "firmwares", or switches of the project's firmware (docs/testing.md).
    # Empty: the emulator's firmware.
    firmware: str = ""
    firmwares: dict[str, str] = field(default_factory=dict)  # switches, by name
    systems: pathlib.Path = SOURCE / "configs" / "systems"
    flavour: str = ""  # a part of the names of its root file systems
    files: tuple[str, ...] = ()  # the test files of "make test"; empty: all
    all_files: tuple[str, ...] = ()  # and of "make test-all"

    def qemu_cpu(self, cpu: str) -> str:
        return cpu + self.cpu_options.get(cpu, "")
