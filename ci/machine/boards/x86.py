# SPDX-License-Identifier: GPL-2.0
"""PCs: QEMU's with AMD processors, and Bochs's with Intel processors."""

import signal
from dataclasses import replace

from machine.board import Board

# Linux's check of the timer interrupt can fail when the emulator's host is busy.
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
    # The top of RAM, up to the firmware's tables, is for the hypervisor and cells.
    kernel_arguments=f"{_Q35} memmap=0xdfe0000$0x32000000",
    linux_arguments=f"{_Q35} memmap=0x1ffe0000$0x20000000",
    tty="ttyS0",
    # Shared memory, which vmstate.py can omit from the saved state.
    arguments=("-object", "memory-backend-memfd,id=ram,size={memory},share=on"),
    exact_machine="",
    gdb_registers="i386",
    refused_signal=signal.SIGSEGV,
    # With CPUs in parallel, Linux can crash on the int3 with which it patches running
    # code.
    always_turns=True,
    host_tsc=True,
    keeps_boots=True,
    machines=(("newest", "EPYC"),),
    in_full=0,
    other_machines=(
        ("6.12", "EPYC"),
        ("6.1", "EPYC"),
        ("6.12-rt", "EPYC"),
        ("newest-rt", "EPYC"),
    ),
)

# Bochs's clock: emulated instructions per emulated second. A smaller number shortens
# the wait for an idle machine, but leaves fewer instructions between two timer ticks.
BOCHS_HZ = 20_000_000


def _for_bochs(arguments: str) -> str:
    """Adds the clock rate, because this CPU's CPUID states a wrong one. Few messages
    are printed at boot, because the serial line is as slow as a real one. Ticks stay
    on: without them a CPU can sleep half a minute too long."""
    return (
        arguments.replace("ttyS0", "ttyS0,115200")
        + f" tsc_early_khz={BOCHS_HZ // 1000} tsc=reliable nohz=off highres=off"
        " loglevel=5 cryptomgr.notests initcall_blacklist=jent_mod_init"
    )


# Bochs emulates Intel VMX. The systems of q35 fit its machine; at the addresses of the
# devices that only q35 has, no device responds.
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
    other_machines=(),
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
