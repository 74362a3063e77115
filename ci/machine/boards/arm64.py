# SPDX-License-Identifier: GPL-2.0
"""QEMU's arm64 machine."""

import signal

from machine.board import Board

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
    # The top of RAM is for the hypervisor and cells.
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
