# SPDX-License-Identifier: GPL-2.0
"""QEMU's arm64 machine, with its own firmware and with an unkind one."""

import signal
from dataclasses import replace

from machine.board import Board
from machine.paths import BUILD

# Keeps Linux at EL1 with the hyp stub at EL2.
_VIRT = "console=ttyAMA0 kvm-arm.mode=none id_aa64mmfr1.vh=0"
# Switches of ci/firmware (docs/testing.md).
_GARBAGE = "garbage=1 e2h=1"
_SPIS = "spi=200 spis=8"
_FIRMWARES = {
    # As kind as QEMU's own, with two security states.
    "plain": "fiq=0",
    # Group 0 interrupts are the firmware's, but all SGIs are Linux's.
    "fiq": f"fiq=1 {_SPIS} {_GARBAGE}",
    # As on most boards.
    "unkind": f"fiq=1 sgis=0xff00 {_SPIS} {_GARBAGE} apr=1 slow-on=5 slow-off=5",
}
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
    other_machines=(
        ("6.1", "max"),
        ("6.12-rt", "cortex-a57"),
        ("newest", "max"),
        ("newest-rt", "cortex-a57"),
    ),
    firmwares=_FIRMWARES,
    keeps_boots=True,
)

# Firmware and interrupt controller as boards have them. The systems are the same, but
# root is in list mode.
UNKIND = replace(
    VIRT,
    key="arm64-unkind",
    firmware="unkind",
    systems=BUILD / "arm64" / "two-states",
    flavour="-two-states",
    machines=(("6.12", "max"),),
    in_full=0,
    files=("smoke", "life", "failures", "linux", "power", "zero_exits"),
    other_machines=(),
)
