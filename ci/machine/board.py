# SPDX-License-Identifier: GPL-2.0
"""The emulated machines: what one has that others have in another form.

Everything else about a machine is the same on all of them, and the tests are.
"""

import signal
from dataclasses import dataclass, replace


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


# Keeps Linux at EL1 with the hyp stub at EL2.
_VIRT = "console=ttyAMA0 kvm-arm.mode=none id_aa64mmfr1.vh=0"
VIRT = Board(
    key="arm64",
    name="qemu-virt-arm64",
    arch="arm64",
    debian_arch="arm64",
    program="qemu-system-aarch64",
    machine="virt,virtualization=on,gic-version=3",
    memory="2G",
    cpu="cortex-a57",
    cpu_options={"max": ",pauth-impdef=on"},
    # Leaves the top of RAM to us.
    kernel_arguments=f"{_VIRT} mem=1920M",
    linux_arguments=f"{_VIRT} mem=1536M",
    tty="ttyAMA0",
    arguments=(),
    exact_machine=",dtb-randomness=off",
    gdb_registers="aarch64",
    refused_signal=signal.SIGBUS,
    machines=(("6.1", "cortex-a57"), ("6.12", "max")),
    all_machines=(
        ("6.1", "cortex-a57"),
        ("6.1", "max"),
        ("6.12", "cortex-a57"),
        ("6.12", "max"),
    ),
    keeps_boots=True,
)

# The test of the timer's interrupt fails by chance where the emulator's host is busy.
_Q35 = "console=ttyS0 nox2apic no_timer_check"
Q35 = Board(
    key="x86",
    name="qemu-q35",
    arch="x86",
    debian_arch="amd64",
    program="qemu-system-x86_64",
    machine="q35,memory-backend=ram",
    memory="1G",
    cpu="EPYC",
    cpu_options={"EPYC": ",+svm,+npt"},
    # Leaves the top of RAM to us, up to the firmware's tables.
    kernel_arguments=f"{_Q35} memmap=0xdfe0000$0x32000000",
    linux_arguments=f"{_Q35} memmap=0x1ffe0000$0x20000000",
    tty="ttyS0",
    # Memory that vmstate.py can leave out.
    arguments=("-object", "memory-backend-memfd,id=ram,size={memory},share=on"),
    exact_machine="",
    gdb_registers="i386",
    refused_signal=signal.SIGSEGV,
    # Else, Linux dies by chance of an int3 that it puts into running code for a while.
    always_turns=True,
    host_tsc=True,
    keeps_boots=True,
    machines=(("6.12", "EPYC"),),
    in_full=0,
    all_machines=(("6.1", "EPYC"), ("6.12", "EPYC")),
)

# Bochs's clock: emulated instructions that take an emulated second. Fewer make an idle
# machine's time go by sooner, but leave less between two ticks of Linux's timer.
BOCHS_HZ = 20_000_000


def _for_bochs(arguments: str) -> str:
    """Linux would believe what this CPU says of its clock. Only what matters is
    printed at boot: the serial line is as slow as a real one. Without ticks, CPUs sleep
    too long by chance, for half a minute even."""
    return (
        arguments.replace("ttyS0", "ttyS0,115200")
        + f" tsc_early_khz={BOCHS_HZ // 1000} tsc=reliable nohz=off highres=off"
        " loglevel=5 cryptomgr.notests initcall_blacklist=jent_mod_init"
    )


# Bochs has Intel VMX. The systems of q35 fit its machine: what else their platform has
# is where nobody answers here.
BOCHS = replace(
    Q35,
    key="x86-vmx",
    program="bochs",
    machine="",
    memory="1024",
    cpu="corei7_skylake_x",
    cpu_options={},
    kernel_arguments=_for_bochs(Q35.kernel_arguments),
    linux_arguments=_for_bochs(Q35.linux_arguments),
    arguments=(),
    machines=(("6.12", "corei7_skylake_x"),),
    all_machines=(("6.12", "corei7_skylake_x"),),
    host_tsc=False,
    keeps_boots=False,
    boots_once=True,
    slowness=3,
    files=("life", "failures", "vmx"),
    all_files=(
        "smoke",
        "life",
        "failures",
        "refusals",
        "cells",
        "cpus",
        "isolation",
        "programs",
        "vmx",
    ),
)

BOARDS = {board.key: board for board in (VIRT, Q35, BOCHS)}
