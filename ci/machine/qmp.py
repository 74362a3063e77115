# SPDX-License-Identifier: GPL-2.0
"""A client of QEMU's machine protocol (QMP)."""

import json
import socket
import time
from collections import deque
from typing import Any


class QmpError(Exception):
    pass


class Qmp:
    def __init__(self, line: socket.socket, timeout: float = 60) -> None:
        self._line = line
        self._line.settimeout(timeout)
        self._buffer = b""
        # Unread events. Each pause causes two; old ones are dropped.
        self.events: deque[dict[str, Any]] = deque(maxlen=1000)
        if "QMP" not in self._receive():
            raise QmpError("no greeting")
        self.execute("qmp_capabilities")

    def close(self) -> None:
        self._line.close()

    def _receive(self) -> dict[str, Any]:
        while b"\n" not in self._buffer:
            data = self._line.recv(65536)
            if not data:
                raise QmpError("QEMU closed the connection")
            self._buffer += data
        line, self._buffer = self._buffer.split(b"\n", 1)
        message: dict[str, Any] = json.loads(line)
        return message

    def execute(self, command: str, **arguments: Any) -> Any:
        request = {"execute": command, "arguments": arguments}
        self._line.sendall(json.dumps(request).encode() + b"\n")
        while True:
            message = self._receive()
            if "error" in message:
                raise QmpError(f"{command}: {message['error']['desc']}")
            if "return" in message:
                return message["return"]
            self.events.append(message)

    def monitor(self, line: str) -> str:
        """Executes a command of the human monitor and returns its output."""
        answer: str = self.execute("human-monitor-command", **{"command-line": line})
        return answer.replace("\r", "")

    def wait_event(self, name: str, timeout: float = 60) -> dict[str, Any]:
        """Removes and returns the next event of this name; waits for it if needed."""
        deadline = time.monotonic() + timeout
        while True:
            for event in self.events:
                if event["event"] == name:
                    self.events.remove(event)
                    return event
            self._line.settimeout(max(deadline - time.monotonic(), 0.01))
            try:
                self.events.append(self._receive())
            except TimeoutError as error:
                raise QmpError(f"no {name} event within {timeout:.0f} s") from error
            finally:
                self._line.settimeout(60)
