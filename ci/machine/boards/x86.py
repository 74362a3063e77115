# SPDX-License-Identifier: GPL-2.0
"""QEMU's PC with AMD processors, and that of Bochs with Intel ones."""

import signal
from dataclasses import replace

from machine.board import Board

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
