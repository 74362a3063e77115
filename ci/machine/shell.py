# SPDX-License-Identifier: GPL-2.0
"""The shell of a machine, on its serial line."""

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
        # The markers are put together by printf, so no echo looks like one.
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
        """Waits for output that matches, after what was last waited for."""
        return self._console.wait_for(pattern, patient(timeout))

    def interrupt(self) -> None:
        self._console.send("\x03")

    def finish(self, timeout: float = 60) -> Result:
        marker = re.compile(rf"\n?\n<bulkhead-{self._id} (\d+)>\n")
        begin = self._start - 1  # the newline of the first marker may be ours too
        match = self._console.wait(
            f"end of '{self.command}'",
            lambda text, _: marker.search(text, begin),
            patient(timeout),
        )
        output = self._console.text_since(self._start)
        output = output[: max(match.start() - self._start, 0)]
        return Result(int(match.group(1)), output)


class Shell:
    """What has a console with a shell on it."""

    def __init__(self) -> None:
        self._job_numbers = itertools.count(1)
        self._console: Console | None = None

    @property
    def console(self) -> Console:
        if not self._console:
            raise MachineError("the machine has not been started")
        return self._console

    def begin(self, command: str, tty: bool = False) -> Job:
        """Starts a command; "tty" gives it the terminal as standard input."""
        return Job(self.console, next(self._job_numbers), command, tty)

    def end_by(self, command: str) -> None:
        """Starts what ends Linux, or breaks into what the shell says of it."""
        self.console.send(f"{command}\n")

    def run(self, command: str, timeout: float = 60) -> Result:
        """Runs a command in the machine's shell and gives status and output.

        Kernel messages are not part of the output. The shell is always the
        same one: variables and the working directory persist.
        """
        job = self.begin(command)
        try:
            return job.finish(timeout)
        except ConsoleTimeout:
            job.interrupt()
            raise

    def check(self, command: str, timeout: float = 60) -> str:
        """Runs a command that has to succeed and gives its output."""
        status, output = self.run(command, timeout)
        if status:
            raise MachineError(f"'{command}' ended with {status}:\n{output}")
        return output

    def spawn(self, command: str) -> int:
        """Starts a command in the background and gives its process's number.

        Not as a child of the shell: when such a one ends while the shell waits
        for a line, busybox 1.35 may take that for the end of all input.
        """
        return int(self.check(f"({{ {command}; }} </dev/null & echo $!)"))

    def dmesg(self) -> str:
        """The kernel's log, also what was below the console's level."""
        # Not in the form that the console takes for a message of the kernel.
        return self.check("dmesg | sed 's/^\\[/{/'").replace("\n{", "\n[")

    def put(self, path: str, data: bytes) -> None:
        """Writes a (small) file in the machine."""
        self.check(f": >{shlex.quote(path)}")
        for offset in range(0, len(data), 512):
            octal = "".join(f"\\0{byte:03o}" for byte in data[offset : offset + 512])
            self.check(f"printf '%b' '{octal}' >>{shlex.quote(path)}")
