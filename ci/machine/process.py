# SPDX-License-Identifier: GPL-2.0
"""Processes: resource limits, and the end together with the parent."""

import ctypes
import resource
import signal
from collections.abc import Sequence
from types import FrameType

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def bound_to_us(command: Sequence[str]) -> list[str]:
    """Makes a command die with the thread that starts it."""
    return ["setpriv", "--pdeathsig", "KILL", "--", *command]


def unlimited(command: Sequence[str]) -> list[str]:
    """Lifts the tests' memory limit for a command."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = "unlimited" if most == resource.RLIM_INFINITY else str(most)
    return ["prlimit", f"--as={limit}:", *command]


def limit_memory(size: int) -> None:
    """Limits this program's memory: a leak then ends the program, not the host."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most != resource.RLIM_INFINITY:
        size = min(size, most)
    resource.setrlimit(resource.RLIMIT_AS, (size, most))


def die_with_parent() -> None:
    """Ends this program with its parent (make), and cleans up on SIGTERM and SIGHUP."""

    def on_signal(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt  # like Ctrl-C; no handler treats it as a failure

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
