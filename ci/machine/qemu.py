# SPDX-License-Identifier: GPL-2.0
"""An emulated machine: stock Debian kernel, our root file system.

    config = Config(board=BOARDS["x86"], kernel="6.12")
    with Machine(config, name="mine") as machine:
        machine.boot()
        status, output = machine.run("uname -r")

No QEMU outlives the process that started it, however that ends.
"""

import atexit
import ctypes
import itertools
import pathlib
import re
import resource
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Sequence
from types import FrameType, TracebackType
from typing import NamedTuple

from machine.board import BOARDS
from machine.config import BUILD, SOURCE, Config, ConfigError
from machine.console import Console, ConsoleError, ConsoleTimeout
from machine.patience import patient
from machine.qmp import Qmp, QmpError

READY = r"^bulkhead: machine ready$"
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class MachineError(Exception):
    pass


class Result(NamedTuple):
    status: int
    output: str


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


class Job:
    """A command that runs in the machine's shell."""

    def __init__(self, machine: "Machine", command: str, tty: bool) -> None:
        self.command = command
        self._console = machine.console
        self._id = f"{next(machine.job_numbers)}"
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


class Machine:
    def __init__(self, config: Config | None = None, name: str = "machine") -> None:
        self.config = config or Config()
        self.name = name
        logs = BUILD / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        self.console_log = logs / f"{name}.console.log"
        self.qemu_log = logs / f"{name}.qemu.log"
        self.job_numbers = itertools.count(1)
        self._scratch: pathlib.Path | None = None
        self._gdb: pathlib.Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._console: Console | None = None
        self._qmp: Qmp | None = None

    # Life

    def __enter__(self) -> "Machine":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _spawn(
        self,
        command: list[str],
        stdin: int,
        pass_fds: tuple[int, ...] = (),
        cwd: pathlib.Path | None = None,
    ) -> None:
        """Starts the emulator; the log has its command, then what it says."""
        with self.qemu_log.open("wb") as log:
            log.write((shlex.join(command) + "\n").encode())
            log.flush()
            self._process = subprocess.Popen(
                bound_to_us(unlimited(command)),
                stdin=stdin,
                stdout=log,
                stderr=log,
                pass_fds=pass_fds,
                cwd=cwd,
                start_new_session=True,
            )

    def start(self, kept: pathlib.Path | None = None) -> None:
        """Starts QEMU; the kernel is on its way. Call from the main thread.

        With the state of a machine that was kept in a file, as soon as it is read.
        """
        atexit.register(self.close)
        try:
            command = self.config.qemu_command()
        except ConfigError as error:
            raise MachineError(str(error)) from error
        serial, serial_theirs = socket.socketpair()
        qmp, qmp_theirs = socket.socketpair()
        for name, end in (("serial0", serial_theirs), ("qmp0", qmp_theirs)):
            command += ["-chardev", f"socket,id={name},fd={end.fileno()}"]
        command += ["-serial", "chardev:serial0"]
        command += ["-mon", "chardev=qmp0,mode=control", "-S"]
        if self.config.snapshots:
            command += self._snapshot_drive()
        if kept:
            command += ["-incoming", f"exec:cat {shlex.quote(str(kept))}"]
        fds = (serial_theirs.fileno(), qmp_theirs.fileno())
        self._spawn(command, stdin=subprocess.DEVNULL, pass_fds=fds)
        serial_theirs.close()
        qmp_theirs.close()
        self._console = Console(serial, self.console_log)
        try:
            self._qmp = Qmp(qmp, patient(60))
        except (QmpError, OSError) as error:
            self.close()
            said = self.qemu_log.read_text().strip()
            raise MachineError(f"QEMU did not start: {error}\n{said}") from error
        # Not sooner, for a guest that ends at once would end the greeting.
        self.resume()

    def close(self) -> None:
        """Ends QEMU at once, whatever state it is in. May be called twice."""
        atexit.unregister(self.close)
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._qmp:
            self._qmp.close()
            self._qmp = None
        if self._console:
            self._console.close()
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None

    def quit(self, timeout: float = 60) -> None:
        """Lets QEMU end in order (plugins write their reports), then closes."""
        self.qmp.execute("quit")
        self.wait_exit(timeout)

    def wait_exit(self, timeout: float = 60) -> None:
        """Waits until the guest has ended QEMU (power off, or -no-reboot)."""
        if self._process:
            self._process.wait(patient(timeout))
        self.close()

    @property
    def console(self) -> Console:
        if not self._console:
            raise MachineError(f"{self.name} has not been started")
        return self._console

    @property
    def qmp(self) -> Qmp:
        if not self._qmp:
            raise MachineError(f"{self.name} does not run")
        return self._qmp

    @property
    def pid(self) -> int:
        if not self._process:
            raise MachineError(f"{self.name} does not run")
        return self._process.pid

    def wait_ready(self, timeout: float = 180) -> None:
        """Waits until user space is there (after a start or a reset)."""
        self.console.wait_for(READY, patient(timeout))

    def boot(self, timeout: float = 180) -> "Machine":
        """Starts if need be and waits until the shell takes commands."""
        if not self._process:
            self.start()
        self.wait_ready(timeout)
        self.run("true")
        return self

    # The shell

    def begin(self, command: str, tty: bool = False) -> Job:
        """Starts a command; "tty" gives it the terminal as standard input."""
        return Job(self, command, tty)

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

    # The machine from outside

    @property
    def scratch(self) -> pathlib.Path:
        """A directory that goes with the machine."""
        if not self._scratch:
            self._scratch = pathlib.Path(tempfile.mkdtemp(prefix="bulkhead-"))
        return self._scratch

    @property
    def is_open(self) -> bool:
        """Whether there is a QEMU, or none yet or any more."""
        return self._process is not None

    @property
    def has_ended(self) -> bool:
        """Whether the emulator isn't there any more, by itself too."""
        return self._process is None or self._process.poll() is not None

    @property
    def is_running(self) -> bool:
        running: bool = self.qmp.execute("query-status")["running"]
        return running

    def pause(self) -> None:
        self.qmp.execute("stop")

    def resume(self) -> None:
        self.qmp.execute("cont")

    def reset(self) -> None:
        self.qmp.execute("system_reset")

    def read_physical(self, address: int, size: int) -> bytes:
        """Reads guest physical memory, whether the guest runs or not."""
        path = self.scratch / "memory"
        self.qmp.execute("pmemsave", val=address, size=size, filename=str(path))
        data = path.read_bytes()
        path.unlink()
        return data

    def gdb_socket(self) -> pathlib.Path:
        """Opens QEMU's gdb stub (once) on a socket for one client."""
        if not self._gdb:
            self._gdb = self.scratch / "gdb"
            answer = self.qmp.monitor(f"gdbserver unix:{self._gdb},server=on,wait=off")
            if not self._gdb.exists():
                raise MachineError(f"no gdb stub: {answer}")
        return self._gdb

    def _snapshot_drive(self) -> list[str]:
        image = self.scratch / "snapshots.qcow2"
        create = ["qemu-img", "create", "-q", "-f", "qcow2", str(image), "1M"]
        subprocess.run(create, check=True)
        return ["-drive", f"if=none,format=qcow2,file={image},id=snapshots"]

    def save(self, name: str) -> None:
        """Keeps the whole machine's state (needs Config.snapshots)."""
        if answer := self.qmp.monitor(f"savevm {name}"):
            raise MachineError(f"savevm: {answer.strip()}")

    def restore(self, name: str) -> None:
        if answer := self.qmp.monitor(f"loadvm {name}"):
            raise MachineError(f"loadvm: {answer.strip()}")


__all__ = [
    "BOARDS",
    "BUILD",
    "Config",
    "ConfigError",
    "ConsoleError",
    "ConsoleTimeout",
    "Job",
    "Machine",
    "MachineError",
    "Result",
    "SOURCE",
    "bound_to_us",
    "die_with_parent",
    "limit_memory",
    "unlimited",
]
