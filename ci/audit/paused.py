# SPDX-License-Identifier: GPL-2.0
"""The audit's view of a paused machine, for every board."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from audit import arm64, svm, vmx
from audit.view import View
from machine.qemu import Machine

# The view's class, by the board's key.
VIEWS: dict[str, Callable[[Machine], AbstractContextManager[View]]] = {
    "arm64": arm64.paused,
    "arm64-unkind": arm64.paused,
    "x86": svm.paused,
    "x86-vmx": vmx.paused,
}


def paused_view(machine: Machine) -> AbstractContextManager[View]:
    """Pauses the machine while the view is in use."""
    return VIEWS[machine.config.board.key](machine)
