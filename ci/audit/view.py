# SPDX-License-Identifier: GPL-2.0
"""How the audit looks at a machine, whichever it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from audit.arm64 import Arm64Look
from audit.check import Look
from audit.svm import X86Look
from audit.vmx import VmxLook
from machine.bochs.emulator import BochsMachine
from machine.gdbstub import GdbStub
from machine.qemu import Machine


@contextmanager
def looking(machine: Machine) -> Iterator[Look]:
    """The machine, paused, as the audit sees it."""
    if isinstance(machine, BochsMachine):
        with machine.paused():
            yield VmxLook(machine)
        return
    with GdbStub(machine) as stub:
        if machine.config.board.arch == "x86":
            yield X86Look(machine, stub)
        else:
            yield Arm64Look(stub)
