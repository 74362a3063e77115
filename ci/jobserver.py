# SPDX-License-Identifier: GPL-2.0
"""Places to run in, shared with make: a client of its jobserver.

GNU make manual, "POSIX Jobserver Interaction".
"""

import os
import re
import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager

JOBSERVER = re.compile(r"--jobserver-auth=(\d+),(\d+)")
# How often is looked whether our own place is free again.
OWN_SECONDS = 0.2


class Slots:
    """Our own place, which make's call of us is, and those that it lends.

    Without a jobserver, everybody gets a place at once.
    """

    def __init__(self, flags: str) -> None:
        self._own = threading.Lock()
        found = JOBSERVER.search(flags)
        self._pipe = (int(found.group(1)), int(found.group(2))) if found else None

    @contextmanager
    def take(self) -> Iterator[None]:
        token = self._wait() if self._pipe else None
        try:
            yield
        finally:
            if token and self._pipe:
                os.write(self._pipe[1], token)
            elif self._pipe:
                self._own.release()

    def _wait(self) -> bytes | None:
        """A token of make's; None: our own place."""
        assert self._pipe
        while not self._own.acquire(blocking=False):
            ready, _, _ = select.select([self._pipe[0]], [], [], OWN_SECONDS)
            try:
                # Others may have been faster; make has it not block then.
                if ready and (token := os.read(self._pipe[0], 1)):
                    return token
            except BlockingIOError:
                continue
        return None
