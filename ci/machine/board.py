# SPDX-License-Identifier: GPL-2.0
"""The emulated machines: what one has that others have in another form.

Everything else about a machine is the same on all of them, and the tests are.
"""

import signal
from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Board:
    key: str  # what scripts call it
    name: str  # of its platform and systems in configs/
    arch: str  # Bulkhead's name of the architecture, also of build's directory
    debian_arch: str
    program: str
    machine: str  # QEMU's -M
    memory: str
    cpu: str  # unless another one is asked for
    cpu_options: dict[str, str]  # what QEMU's CPU of that name needs beside
    kernel_arguments: str
    linux_arguments: str  # the same with more RAM for cells with a Linux
    tty: str  # Linux's name of a console
    arguments: tuple[str, ...]  # more of QEMU's, with {memory}
    exact_machine: str  # more of -M where runs must be the same to the byte
    gdb_registers: str  # what the stub is told that its client knows
    refused_signal: signal.Signals  # to a program whose access the hypervisor refuses
    machines: tuple[tuple[str, str], ...]  # kernels and CPUs of the usual tests
    all_machines: tuple[tuple[str, str], ...]
    keeps_boots: bool = False  # QEMU can write the machine's state and read it
    always_turns: bool = False  # its CPUs must not be emulated in parallel
    host_tsc: bool = False  # its CPUs' time stamp counter is that of the host
    in_full: int = 1  # how many of machines' tests are not the brief ones
    boots_once: bool = False  # for all files of tests that run together
    slowness: float = 1  # by which time-outs are longer
    files: tuple[str, ...] = ()  # of the usual tests, if not all
    all_files: tuple[str, ...] = ()  # of "make test-all"

    def qemu_cpu(self, cpu: str) -> str:
        return cpu + self.cpu_options.get(cpu, "")
