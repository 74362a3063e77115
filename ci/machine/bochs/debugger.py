# SPDX-License-Identifier: GPL-2.0
"""The debugger of a Bochs process, which asks for commands while the machine is paused.

    debugger.pause()
    debugger.state("cpu0.VMX")["VMCS_CACHE.VMEXEC_CTRLS.eptptr"]
    debugger.resume()
"""

import pathlib
import re
import signal
import subprocess
import time

PROMPT = re.compile(rb"<bochs:\d+> $")
FIELD = re.compile(r"^( *)(\w+) = (\{|\w+)$", re.M)
PAUSE = 0.002  # between two looks for an answer
SIGNAL_SECONDS = 0.5  # until a signal is sent again


class DebuggerError(Exception):
    pass


class DebuggerSilence(DebuggerError):
    pass


class Debugger:
    """Answers are taken from the file that the process's standard output is."""

    def __init__(
        self, process: subprocess.Popen[bytes], output: pathlib.Path, timeout: float
    ) -> None:
        self._process = process
        self._output = output
        self._timeout = timeout
        self._read = 0
        self.paused = True  # it asks once before the machine starts
        self._answer(timeout)

    def _answer(self, seconds: float) -> str:
        """What was said up to the next prompt."""
        deadline = time.monotonic() + seconds
        while True:
            with self._output.open("rb") as file:
                file.seek(self._read)
                said = file.read()
            if PROMPT.search(said):
                self._read += len(said)
                return said.decode(errors="replace")
            if self._process.poll() is not None:
                raise DebuggerError("Bochs has ended")
            if time.monotonic() > deadline:
                raise DebuggerSilence("Bochs doesn't answer")
            time.sleep(PAUSE)

    def _send(self, command: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(command.encode() + b"\n")
        self._process.stdin.flush()

    def ask(self, command: str) -> str:
        self._send(command)
        return self._answer(self._timeout)

    def pause(self) -> None:
        """Bochs forgets a signal from before it went on: it is sent until it asks."""
        deadline = time.monotonic() + self._timeout
        while not self.paused:
            self._process.send_signal(signal.SIGINT)
            try:
                self._answer(SIGNAL_SECONDS)
                self.paused = True
            except DebuggerSilence:
                if time.monotonic() > deadline:
                    raise

    def resume(self) -> None:
        if self.paused:
            self._send("c")
            self.paused = False

    def state(self, what: str) -> dict[str, int]:
        """A part of the machine's state, by the names that Bochs saves it under."""
        return parse(self.ask(f'show "{what}"'))


def parse(text: str) -> dict[str, int]:
    """By name; a field of a structure within it has that one's before, and a dot."""
    found: dict[str, int] = {}
    above: list[str] = []
    for indent, name, value in FIELD.findall(text):
        above = [*above[: len(indent) // 2], name]
        path = ".".join(above[1:] or above)
        if value in ("true", "false"):
            found[path] = value == "true"
        elif re.fullmatch(r"0x[0-9a-f]+|\d+", value):
            found[path] = int(value, 0)
    return found
