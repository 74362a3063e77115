# SPDX-License-Identifier: GPL-2.0
"""Waiting for what only repeated questions show."""

import time
from collections.abc import Callable
from typing import TypeVar

from machine.errors import MachineError
from machine.patience import patient

T = TypeVar("T")


def until(what: str, look: Callable[[], T | None], timeout: float = 30) -> T:
    """Looks again and again until there is something: seldom, if it takes long."""
    deadline = time.monotonic() + patient(timeout)
    pause = 0.05
    while (found := look()) is None or found is False:
        if time.monotonic() > deadline:
            raise MachineError(f"{what}: not within {timeout:.0f} s")
        time.sleep(pause)
        pause = min(1.25 * pause, 0.5)
    return found
