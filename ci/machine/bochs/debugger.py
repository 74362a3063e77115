# SPDX-License-Identifier: GPL-2.0
"""A client of Bochs's debugger, which accepts commands while the machine is paused.

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
PAUSE = 0.002  # seconds between two polls for an answer
SIGNAL_SECONDS = 0.5  # after which a signal is repeated


class DebuggerError(Exception):
    pass


class DebuggerSilence(DebuggerError):
    pass


class Debugger:
    """Reads answers from the file to which the process's standard output goes."""

    def __init__(
        self, process: subprocess.Popen[bytes], output: pathlib.Path, timeout: float
    ) -> None:
        self._process = process
        self._output = output
        self._timeout = timeout
        self._read = 0
        self.paused = True  # the first prompt comes before the machine starts
        self._answer(timeout)

    def _answer(self, seconds: float) -> str:
        """Returns the output up to the next prompt."""
        deadline = time.monotonic() + seconds
        while True:
            with self._output.open("rb") as file:
                file.seek(self._read)
                said = file.read()
            if PROMPT.search(said):
                self._read += len(said)
                return said.decode(errors="replace")
            if self._process.poll() is not None:
                raise DebuggerError("Bochs has exited")
            if time.monotonic() > deadline:
                raise DebuggerSilence("Bochs does not answer")
            time.sleep(PAUSE)

    def _send(self, command: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(command.encode() + b"\n")
        self._process.stdin.flush()

    def ask(self, command: str) -> str:
        self._send(command)
        return self._answer(self._timeout)

    def pause(self) -> None:
        """Repeats the signal until the prompt comes: Bochs loses a signal that arrives
        before it has resumed the machine."""
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
        """Returns a part of the machine's state, by Bochs's own names of the fields."""
        return parse(self.ask(f'show "{what}"'))


def parse(text: str) -> dict[str, int]:
    """Returns the fields by name; a nested field's name is STRUCTURE.FIELD."""
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
