# SPDX-License-Identifier: GPL-2.0
"""A client of QEMU's gdb stub: the CPUs' system registers, and memory.

    with GdbStub(machine) as stub:   # pauses the machine
        stub.register(cpu, "VTTBR_EL2")
        stub.physical(0xBFC00000, 64)
    # resumes it, if it was running
"""

import re
import socket
from types import TracebackType

from machine.qemu import Machine

REGISTER = re.compile(r"<reg\s([^>]*)>")
ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
INCLUDE = re.compile(r'<xi:include href="([^"]*)"')
CHUNK = 2048  # bytes of memory a packet; the stub's packets hold 4096 characters


# In a packet "}" escapes the next character, and "*" repeats the previous one. "#" and
# "$" only occur escaped.
SPECIAL = re.compile(rb"}(.)|(.)\*(.)", re.DOTALL)


class GdbError(Exception):
    pass


def _expand(found: re.Match[bytes]) -> bytes:
    if found.group(1):
        return bytes([found.group(1)[0] ^ 0x20])
    return found.group(2) * (1 + found.group(3)[0] - 29)


class GdbStub:
    def __init__(self, machine: Machine, timeout: float = 60) -> None:
        self._machine = machine
        # GdbStub pauses first: attaching pauses too, but then sends a stop reply at an
        # unpredictable time.
        self._was_running = machine.is_running
        machine.pause()
        self._line = socket.socket(socket.AF_UNIX)
        self._line.settimeout(timeout)
        self._line.connect(str(machine.gdb_socket()))
        self._buffer = b""
        self._ask(f"qSupported:xmlRegisters={machine.config.board.gdb_registers}")
        self._ask("?")
        self.cpus = self._threads()
        self._numbers = self._register_numbers()

    def __enter__(self) -> "GdbStub":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._line.close()
        if self._was_running:
            self._machine.resume()

    # Packets: GDB manual, appendix "Remote Serial Protocol", "Overview"

    def _receive(self) -> None:
        data = self._line.recv(65536)
        if not data:
            raise GdbError("the stub closed the connection")
        self._buffer += data

    def _until(self, end: bytes) -> bytes:
        """Consumes input up to and including this byte; returns it without the byte."""
        while (at := self._buffer.find(end)) < 0:
            self._receive()
        taken, self._buffer = self._buffer[:at], self._buffer[at + 1 :]
        return taken

    def _ask(self, request: str) -> str:
        data = request.encode()
        self._line.sendall(b"$%s#%02x" % (data, sum(data) & 0xFF))
        self._until(b"$")
        answer = self._until(b"#")
        while len(self._buffer) < 2:  # the checksum
            self._receive()
        self._buffer = self._buffer[2:]
        self._line.sendall(b"+")
        text = SPECIAL.sub(_expand, answer).decode("latin-1")
        if re.fullmatch("E[0-9a-f]{2}", text):
            raise GdbError(f"'{request}' was answered with {text}")
        return text

    def _threads(self) -> list[str]:
        threads: list[str] = []
        answer = self._ask("qfThreadInfo")
        while answer.startswith("m"):
            threads += answer[1:].split(",")
            answer = self._ask("qsThreadInfo")
        return threads

    def _document(self, name: str) -> str:
        text = ""
        while True:
            part = self._ask(f"qXfer:features:read:{name}:{len(text):x},ffb")
            text += part[1:]
            if not part.startswith("m"):
                return text

    def _register_numbers(self) -> dict[str, int]:
        numbers: dict[str, int] = {}
        following = 0
        for name in INCLUDE.findall(self._document("target.xml")):
            for register in REGISTER.findall(self._document(name)):
                attributes = dict(ATTRIBUTE.findall(register))
                following = int(attributes.get("regnum", following))
                numbers[attributes["name"]] = following
                following += 1
        return numbers

    # Registers and memory

    @property
    def registers(self) -> list[str]:
        """The names that register() accepts."""
        return list(self._numbers)

    def offers(self, name: str) -> bool:
        return name in self._numbers

    def register(self, cpu: int, name: str) -> int:
        if name not in self._numbers:
            raise GdbError(f"the stub offers no register {name}")
        self._ask(f"Hg{self.cpus[cpu]}")
        answer = self._ask(f"p{self._numbers[name]:x}")
        return int.from_bytes(bytes.fromhex(answer), "little")

    def _memory(self, address: int, size: int) -> bytes:
        data = b""
        while len(data) < size:
            length = min(CHUNK, size - len(data))
            data += bytes.fromhex(self._ask(f"m{address + len(data):x},{length:x}"))
        return data

    def physical(self, address: int, size: int) -> bytes:
        """Reads physical memory, whatever translation is in force."""
        self._ask("Qqemu.PhyMemMode:1")
        try:
            return self._memory(address, size)
        finally:
            self._ask("Qqemu.PhyMemMode:0")

    def write_physical(self, address: int, data: bytes) -> None:
        self._ask("Qqemu.PhyMemMode:1")
        try:
            self._ask(f"M{address:x},{len(data):x}:{data.hex()}")
        finally:
            self._ask("Qqemu.PhyMemMode:0")

    def virtual(self, cpu: int, address: int, size: int) -> bytes:
        """Reads memory as the CPU sees it at its present exception level."""
        self._ask(f"Hg{self.cpus[cpu]}")
        return self._memory(address, size)
