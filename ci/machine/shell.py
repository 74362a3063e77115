# SPDX-License-Identifier: GPL-2.0
"""Commands in the shell on a machine's serial line."""

import itertools
import re
import shlex
from typing import NamedTuple

from machine.console import Console, ConsoleTimeout
from machine.errors import MachineError
from machine.patience import patient


class Result(NamedTuple):
    status: int
    output: str


class Job:
    """A command that runs in the machine's shell."""

    def __init__(self, console: Console, number: int, command: str, tty: bool) -> None:
        self.command = command
        self._console = console
        self._id = str(number)
        # printf assembles the markers, so an echo of the command has none.
        begin = f"printf '\\n%s%s\\n' '<bulkhead-' '{self._id}>'"
        end = f"printf '\\n%s%s %s>\\n' '<bulkhead-' '{self._id}' $?"
        stdin = "" if tty else " </dev/null"
        self._start = self._console.position
        script = f"{begin}; {{\n{command}\n}}{stdin}; {end}\n"
        longest = max(len(line) for line in script.splitlines())
        if longest > 4000:  # the terminal's line buffer, N_TTY_BUF_SIZE
            raise MachineError(f"a line of {longest} bytes is too long for the tty")
        self._console.send(script)
        marker = f"^<bulkhead-{self._id}>\n"
        self._start = self._console.wait_for(
            marker, patient(60), start=self._start
        ).end()

    @property
    def output_so_far(self) -> str:
        return self._console.text_since(self._start)

    def send(self, text: str) -> None:
        self._console.send(text)

    def wait_for(self, pattern: str, timeout: float = 60) -> re.Match[str]:
        """Waits for output of the command that matches, after the previous match."""
        return self._console.wait_for(pattern, patient(timeout))

    def interrupt(self) -> None:
        self._console.send("\x03")

    def finish(self, timeout: float = 60) -> Result:
        marker = re.compile(rf"\n?\n<bulkhead-{self._id} (\d+)>\n")
        begin = self._start - 1  # the end marker may share the begin marker's newline
        match = self._console.wait(
            f"end of '{self.command}'",
            lambda text, _: marker.search(text, begin),
            patient(timeout),
        )
        output = self._console.text_since(self._start)
        output = output[: max(match.start() - self._start, 0)]
        return Result(int(match.group(1)), output)


class Shell:
    """A machine's console with a shell."""

    def __init__(self) -> None:
        self._job_numbers = itertools.count(1)
        self._console: Console | None = None

    @property
    def console(self) -> Console:
        if not self._console:
            raise MachineError("the machine has not been started")
        return self._console

    def begin(self, command: str, tty: bool = False) -> Job:
        """Starts a command; with "tty", its standard input is the terminal."""
        return Job(self.console, next(self._job_numbers), command, tty)

    def end_by(self, command: str) -> None:
        """Sends a command that ends Linux, so that no result can be expected."""
        self.console.send(f"{command}\n")

    def run(self, command: str, timeout: float = 60) -> Result:
        """Runs a command in the machine's shell; returns its status and output.

        Kernel messages are not part of the output. All commands run in the same
        shell: variables and the working directory persist.
        """
        job = self.begin(command)
        try:
            return job.finish(timeout)
        except ConsoleTimeout:
            job.interrupt()
            raise

    def check(self, command: str, timeout: float = 60) -> str:
        """Runs a command that must succeed; returns its output."""
        status, output = self.run(command, timeout)
        if status:
            raise MachineError(f"'{command}' ended with {status}:\n{output}")
        return output

    def spawn(self, command: str) -> int:
        """Starts a command in the background; returns its process ID.

        The process is no child of the shell: when a child ends while the shell waits
        for a line, busybox 1.35 can take that for the end of input.
        """
        return int(self.check(f"({{ {command}; }} </dev/null & echo $!)"))

    def dmesg(self) -> str:
        """Returns the kernel's log, with messages below the console's log level."""
        # Other brackets, so that Console does not take the lines for new messages.
        return self.check("dmesg | sed 's/^\\[/{/'").replace("\n{", "\n[")

    def put(self, path: str, data: bytes) -> None:
        """Writes a small file in the machine."""
        self.check(f": >{shlex.quote(path)}")
        for offset in range(0, len(data), 512):
            octal = "".join(f"\\0{byte:03o}" for byte in data[offset : offset + 512])
            self.check(f"printf '%b' '{octal}' >>{shlex.quote(path)}")
