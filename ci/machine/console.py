# SPDX-License-Identifier: GPL-2.0
"""A machine's serial line: drained by a thread, logged, searchable.

The machine never waits for a reader. Kernel messages can appear anywhere, even within
a line of a program; they are removed from the text and stored separately.
"""

import pathlib
import re
import socket
import threading
import time
from collections.abc import Callable
from typing import BinaryIO, TypeVar

T = TypeVar("T")

KERNEL_LINE = re.compile(r"\[ *\d+\.\d{6}\] [^\n]*\n")
# The possible beginning of an incomplete kernel message.
KERNEL_START = re.compile(r"\[ *(?:\d+(?:\.(?:\d{1,6}(?:\](?: [^\n]*)?)?)?)?)?$")
PANIC = re.compile(r"Kernel panic - not syncing.*")
# The limit on output; a runaway machine would fill the disk with its log.
MAX_BYTES = 64 << 20


class ConsoleError(Exception):
    """The machine has ended or panicked, so the expected output cannot come."""


class ConsoleTimeout(ConsoleError):
    """The expected output did not come in time."""


class Console:
    def __init__(
        self, line: socket.socket, log: pathlib.Path, copy: BinaryIO | None = None
    ) -> None:
        self._line = line
        self._copy = copy  # receives all output unchanged
        self._log = log.open("wb", buffering=0)
        self._changed = threading.Condition()
        self._held_back = ""
        self._text = ""
        self._kernel: list[str] = []
        self._panic: str | None = None
        self._closed = ""  # why no more output can come
        self._cursor = 0
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    # The reader thread

    def _drain(self) -> None:
        end = ""
        taken = 0
        while not end:
            try:
                data = self._line.recv(65536)
            except OSError:
                data = b""
            if not data:
                end = "the machine has ended"
                break
            taken += len(data)
            if taken > MAX_BYTES:
                end = f"the machine printed more than {MAX_BYTES} bytes"
            self._log.write(data)
            if self._copy:
                self._copy.write(data)
                self._copy.flush()
            with self._changed:
                self._take(data.decode("utf-8", "replace").replace("\r", ""))
                self._changed.notify_all()
        with self._changed:
            self._text += self._held_back
            self._closed = end
            self._changed.notify_all()
        self._log.close()

    def _take(self, data: str) -> None:
        data = self._held_back + data
        for line in KERNEL_LINE.findall(data):
            self._kernel.append(line.rstrip("\n"))
            if self._panic is None and (panic := PANIC.search(line)):
                self._panic = panic.group()
        data = KERNEL_LINE.sub("", data)
        partial = KERNEL_START.search(data)
        end = partial.start() if partial else len(data)
        self._held_back = data[end:]
        self._text += data[:end]

    # Other threads

    def close(self) -> None:
        try:
            self._line.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._thread.join()
        self._line.close()

    def send(self, text: str) -> None:
        self._line.sendall(text.encode())

    @property
    def position(self) -> int:
        """The present end of the text, from which a search can start."""
        with self._changed:
            return len(self._text)

    def text_since(self, position: int) -> str:
        with self._changed:
            return self._text[position:]

    @property
    def kernel_messages(self) -> list[str]:
        with self._changed:
            return list(self._kernel)

    def wait(
        self,
        what: str,
        look: Callable[[str, list[str]], T | None],
        timeout: float,
        panic_is_fatal: bool = True,
    ) -> T:
        """Waits until look(text, kernel messages) returns a value."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                found = look(self._text, self._kernel)
                if found is not None:
                    return found
                if self._panic and panic_is_fatal:
                    raise ConsoleError(f"waiting for {what}: {self._panic}")
                if self._closed:
                    raise ConsoleError(f"waiting for {what}: {self._closed}")
                remaining = deadline - time.monotonic()
                if remaining <= 0:
                    raise ConsoleTimeout(
                        f"no {what} within {timeout:.0f} s; the last lines were:\n"
                        + "\n".join(self._text.splitlines()[-15:])
                    )
                self._changed.wait(remaining)

    def wait_for(
        self, pattern: str, timeout: float, start: int | None = None
    ) -> re.Match[str]:
        """Waits for a program's output after the previous match."""
        expression = re.compile(pattern, re.MULTILINE)
        begin = self._cursor if start is None else start
        match = self.wait(
            repr(pattern), lambda text, _: expression.search(text, begin), timeout
        )
        self._cursor = match.end()
        return match

    def wait_for_kernel(self, pattern: str, timeout: float, since: int = 0) -> str:
        """Waits for a kernel message after the first "since" ones."""
        expression = re.compile(pattern)

        def look(_: str, kernel: list[str]) -> str | None:
            return next((m for m in kernel[since:] if expression.search(m)), None)

        return self.wait(
            f"kernel message {pattern!r}", look, timeout, panic_is_fatal=False
        )
