# SPDX-License-Identifier: GPL-2.0
"""How the audit looks at a machine, whichever it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from audit import Look
from audit_arm64 import Arm64Look
from audit_vmx import VmxLook
from audit_x86 import X86Look
from bochs import BochsMachine
from gdbstub import GdbStub
from machine import Machine


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
