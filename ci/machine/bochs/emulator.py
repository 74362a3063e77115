# SPDX-License-Identifier: GPL-2.0
"""Bochs, which emulates Intel VMX, behind the interface of Machine.

The serial line is a socket, the debugger shows the CPUs' registers, and memory is
accessed in the process: read at any time, written before the machine starts.
"""

import atexit
import pathlib
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from machine.boards.x86 import BOCHS_HZ
from machine.bochs import loader
from machine.bochs.debugger import Debugger, DebuggerError
from machine.bochs.memory import BLOCK, TOUCHED, Memory
from machine.config import Config, ConfigError
from machine.console import Console
from machine.errors import MachineError
from machine.patience import patient
from machine.qemu import Machine

SHARE = pathlib.Path("/usr/share/bochs")
START_SECONDS = 60
PROGRAM_END = 0x110000  # a program has at most 1 MiB

SETTINGS = """\
display_library: rfb, options="timeout=0"
plugin_ctrl: serial=1, unmapped=1, speaker=0
romimage: file={bios}, options=fastboot
vgaromimage: file={share}/VGABIOS-lgpl-latest
memory: guest={memory}, host={memory}
cpu: model={cpu}, count={smp}, ips={hertz}, reset_on_triple_fault=1, ignore_bad_msrs=1
clock: sync=none, time0=1700000000
floppya: 1_44={floppy}, status=inserted, write_protected=1
boot: floppy
com1: enabled=1, mode=socket-client, dev=127.0.0.1:{port}
log: {log}
panic: action=fatal
error: action=ignore
info: action=ignore
debug: action=ignore
"""


# Linux 6.12 counts the scheduler's deadline server as a task of a CPU that goes offline
# as slowly as here, and warns ("Dying CPU not properly vacated!").
WITHOUT_SERVERS = (
    "for f in /sys/kernel/debug/sched/fair_server/*/runtime; do echo 0 >$f; done"
)


class BochsMachine(Machine):
    screen: BinaryIO | None = None  # receives a copy of the serial output
    _debugger: Debugger | None = None
    _memory: Memory | None = None

    @property
    def debugger(self) -> Debugger:
        if not self._debugger:
            raise MachineError(f"{self.name} does not run")
        return self._debugger

    def start(self, kept: pathlib.Path | None = None) -> None:
        if kept:
            raise MachineError("Bochs cannot load a kept boot")
        atexit.register(self.close)
        try:
            pieces = self._pieces()
            with socket.create_server(("127.0.0.1", 0)) as listener:
                listener.settimeout(patient(START_SECONDS))
                self._launch(listener.getsockname()[1])
                serial, _ = listener.accept()
            serial.settimeout(None)
            self._console = Console(serial, self.console_log, self.screen)
            assert self._process
            seconds = patient(START_SECONDS)
            self._debugger = Debugger(self._process, self.qemu_log, seconds)
            self._fill(pieces)
        except ConfigError as error:
            raise MachineError(str(error)) from error
        except (DebuggerError, LookupError, OSError) as error:
            self.close()
            said = ""
            if self.qemu_log.exists():
                said = self.qemu_log.read_text(errors="replace").strip()
            raise MachineError(f"Bochs did not start: {error}\n{said}") from error
        self.resume()

    def boot(self, timeout: float = 180) -> Machine:
        super().boot(timeout)
        self.check(WITHOUT_SERVERS)
        return self

    def _pieces(self) -> list[loader.Piece]:
        """Returns the content of memory before the machine starts."""
        return loader.pieces(self.config)

    def _sector(self) -> bytes:
        """Returns the boot sector that the BIOS starts."""
        return loader.boot_sector()

    def _launch(self, port: int) -> None:
        floppy, settings = self.scratch / "floppy", self.scratch / "bochsrc"
        floppy.write_bytes(self._sector().ljust(loader.FLOPPY_BYTES, b"\0"))
        bios = (SHARE / "BIOS-bochs-latest").read_bytes()
        if self.config.forbid_vmx:
            bios = loader.without_vmx(bios)
        (self.scratch / "bios").write_bytes(bios)
        settings.write_text(
            SETTINGS.format(
                share=SHARE,
                bios=self.scratch / "bios",
                memory=self.config.memory,
                cpu=self.config.cpu,
                smp=self.config.smp,
                hertz=BOCHS_HZ,
                floppy=floppy,
                port=port,
                log=self.scratch / "bochs.log",
            )
        )
        command = ["bochs", "-q", "-f", str(settings)]
        self._spawn(command, stdin=subprocess.PIPE, cwd=self.scratch)

    def _fill(self, pieces: list[loader.Piece]) -> None:
        """Writes memory; the debugger accesses each block first, which allocates it."""
        for address, data in pieces:
            first = address // BLOCK * BLOCK
            for block in range(first, address + len(data), BLOCK):
                self.debugger.ask(f"setpmem {block:#x} 1 0")
        self._memory = Memory(self.pid, int(self.config.memory) << 20)
        for address, data in pieces:
            self.write_physical(address, data)

    def close(self) -> None:
        self._debugger = self._memory = None
        super().close()

    @property
    def is_running(self) -> bool:
        return not self.debugger.paused

    def pause(self) -> None:
        self.debugger.pause()

    def resume(self) -> None:
        self.debugger.resume()

    @contextmanager
    def paused(self) -> Iterator[Debugger]:
        """Pauses the machine; resumes it afterwards if it was running."""
        was_running = self.is_running
        self.pause()
        try:
            yield self.debugger
        finally:
            if was_running:
                self.resume()

    @property
    def memory(self) -> Memory:
        if not self._memory:
            raise MachineError(f"{self.name} does not run")
        return self._memory

    def read_physical(self, address: int, size: int) -> bytes:
        return self.memory.read(address, size)

    def write_physical(self, address: int, data: bytes) -> None:
        self.memory.write(address, data)


class BochsProgram(BochsMachine):
    """Runs a program for cells natively, with an info page."""

    def __init__(
        self, config: Config, name: str, elf: bytes, info: loader.Piece
    ) -> None:
        super().__init__(config, name)
        self._elf, self._info = elf, info

    def _pieces(self) -> list[loader.Piece]:
        room = (PROGRAM_END, bytes(BLOCK * TOUCHED))  # see Memory
        return [*loader.segments(self._elf)[1], self._info, room]

    def _sector(self) -> bytes:
        """Jumps to the program's first byte, where a cell starts."""
        _, program = loader.segments(self._elf)
        start = min(address for address, _ in program)
        return loader.program_sector(start, self._info[0])
