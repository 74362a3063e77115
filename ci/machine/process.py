# SPDX-License-Identifier: GPL-2.0
"""Processes: their limits, and how they end."""

import ctypes
import resource
import signal
from collections.abc import Sequence
from types import FrameType

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def bound_to_us(command: Sequence[str]) -> list[str]:
    """The command, made to die with the process that starts it."""
    return ["setpriv", "--pdeathsig", "KILL", "--", *command]


def unlimited(command: Sequence[str]) -> list[str]:
    """The command, free of the limit on memory that the tests have."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = "unlimited" if most == resource.RLIM_INFINITY else str(most)
    return ["prlimit", f"--as={limit}:", *command]


def limit_memory(size: int) -> None:
    """What grows without end then ends this program, not the machine."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most != resource.RLIM_INFINITY:
        size = min(size, most)
    resource.setrlimit(resource.RLIMIT_AS, (size, most))


def die_with_parent() -> None:
    """For programs: ends when make does, and ends in order when told to."""

    def on_signal(_: int, __: FrameType | None) -> None:
        raise KeyboardInterrupt  # what Ctrl-C raises; nobody takes it for a failure

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
