# SPDX-License-Identifier: GPL-2.0
"""An emulated machine that runs a stock Debian kernel with the built root file system.

    config = Config(board=BOARDS["x86"], kernel="6.12")
    with Machine(config, name="mine") as machine:
        machine.boot()
        status, output = machine.run("uname -r")

QEMU ends with the process that started it, however that ends.
"""

import atexit
import pathlib
import shlex
import shutil
import socket
import subprocess
import tempfile
from types import TracebackType

from machine.config import Config, ConfigError
from machine.console import Console
from machine.errors import MachineError
from machine.paths import BUILD
from machine.patience import patient
from machine.process import bound_to_us, unlimited
from machine.qmp import Qmp, QmpError
from machine.shell import Shell

READY = r"^bulkhead: machine ready$"


class Machine(Shell):
    def __init__(self, config: Config | None = None, name: str = "machine") -> None:
        super().__init__()
        self.config = config or Config()
        self.name = name
        logs = BUILD / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        self.console_log = logs / f"{name}.console.log"
        self.qemu_log = logs / f"{name}.qemu.log"
        self.firmware_log = logs / f"{name}.firmware.log"
        self._scratch: pathlib.Path | None = None
        self._gdb: pathlib.Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
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
        """Starts the emulator; its command and its output go to the log."""
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
        """Starts QEMU and does not wait for the kernel. Call from the main thread.

        kept: the file of a kept boot, which QEMU loads.
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
        if self.config.firmware:
            command += ["-serial", f"file:{self.firmware_log}"]
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
        # Resume only now: QEMU would exit before its QMP greeting if the guest ended at
        # once.
        self.resume()

    def close(self) -> None:
        """Kills QEMU in any state. May be called twice."""
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
        """Makes QEMU exit (plugins write their reports), then closes."""
        self.qmp.execute("quit")
        self.wait_exit(timeout)

    def wait_exit(self, timeout: float = 60) -> None:
        """Waits until the guest has ended QEMU (power off, or -no-reboot)."""
        if self._process:
            self._process.wait(patient(timeout))
        self.close()

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
        """Waits for user space after a start or a reset."""
        self.console.wait_for(READY, patient(timeout))

    def boot(self, timeout: float = 180) -> "Machine":
        """Starts the machine if needed, and waits until the shell accepts commands."""
        if not self._process:
            self.start()
        self.wait_ready(timeout)
        self.run("true")
        return self

    # The machine from outside

    @property
    def scratch(self) -> pathlib.Path:
        """A directory that is deleted with the machine."""
        if not self._scratch:
            self._scratch = pathlib.Path(tempfile.mkdtemp(prefix="bulkhead-"))
        return self._scratch

    @property
    def is_open(self) -> bool:
        """Whether the emulator was started and not closed."""
        return self._process is not None

    @property
    def has_ended(self) -> bool:
        """Whether the emulator was closed or has exited by itself."""
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
        """Reads guest physical memory of a running or paused machine."""
        path = self.scratch / "memory"
        self.qmp.execute("pmemsave", val=address, size=size, filename=str(path))
        data = path.read_bytes()
        path.unlink()
        return data

    def firmware_said(self) -> str:
        """Returns what the project's firmware said since the emulator started."""
        return self.firmware_log.read_text() if self.firmware_log.exists() else ""

    def gdb_socket(self) -> pathlib.Path:
        """Opens QEMU's gdb stub, once, on a socket for one client."""
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
        """Saves the machine's state under a name (needs Config.snapshots)."""
        if answer := self.qmp.monitor(f"savevm {name}"):
            raise MachineError(f"savevm: {answer.strip()}")

    def restore(self, name: str) -> None:
        if answer := self.qmp.monitor(f"loadvm {name}"):
            raise MachineError(f"loadvm: {answer.strip()}")
