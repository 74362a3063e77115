# SPDX-License-Identifier: GPL-2.0
"""Polling for a condition."""

import time
from collections.abc import Callable
from typing import TypeVar

from machine.errors import MachineError
from machine.patience import patient

T = TypeVar("T")


def until(what: str, look: Callable[[], T | None], timeout: float = 30) -> T:
    """Polls until look() returns a value, at growing intervals."""
    deadline = time.monotonic() + patient(timeout)
    pause = 0.05
    while (found := look()) is None or found is False:
        if time.monotonic() > deadline:
            raise MachineError(f"{what}: not within {timeout:.0f} s")
        time.sleep(pause)
        pause = min(1.25 * pause, 0.5)
    return found
