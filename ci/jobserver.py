# SPDX-License-Identifier: GPL-2.0
"""A client of make's jobserver, which limits the programs that run at a time.

GNU make manual, "POSIX Jobserver Interaction".
"""

import os
import re
import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager

JOBSERVER = re.compile(r"--jobserver-auth=(\d+),(\d+)")
# The interval at which the implicit slot is tried again.
OWN_SECONDS = 0.2


class Slots:
    """The implicit slot of every program that make runs, and the slots of its tokens.

    Without a jobserver the number of slots is not limited.
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
        """Returns a token; None for the implicit slot."""
        assert self._pipe
        while not self._own.acquire(blocking=False):
            ready, _, _ = select.select([self._pipe[0]], [], [], OWN_SECONDS)
            try:
                # Another client may have taken the token; the pipe does not block.
                if ready and (token := os.read(self._pipe[0], 1)):
                    return token
            except BlockingIOError:
                continue
        return None
