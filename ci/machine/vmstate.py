# SPDX-License-Identifier: GPL-2.0
"""Registers of emulated devices and CPUs that no debugger interface offers.

They are read from a migration stream without memory, at whose end QEMU describes each
field (QEMU, docs/devel/migration.rst, "Stream structure").
"""

import json
import struct
import time
from dataclasses import dataclass
from typing import Any

from machine.errors import MachineError
from machine.patience import patient
from machine.qemu import Machine

_SUBSECTION = 5
_FOOTER = 0x7E
# Shared memory is not part of the stream: see Board.arguments.
_WITHOUT_MEMORY = {"capability": "x-ignore-shared", "state": True}

Json = dict[str, Any]


@dataclass(frozen=True)
class Device:
    """The fields of a device and of its subsections. Nested structures are left out."""

    name: str
    instance: int
    fields: dict[str, list[int]]

    def get(self, name: str) -> int:
        """Returns a field; 0 if the device omitted it because of its default value."""
        return self.fields.get(name, [0])[0]


class _Stream:
    def __init__(self, data: bytes, at: int) -> None:
        self._data = data
        self.at = at

    def take(self, size: int) -> bytes:
        self.at += size
        if self.at > len(self._data):
            raise MachineError("the machine's state is truncated")
        return self._data[self.at - size : self.at]

    def fields(self, described: list[Json]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for field in described:
            size = field["size"]
            parts = [self.take(size) for _ in range(field.get("array_len", 1))]
            if "struct" not in field:
                found[field["name"]] = [int.from_bytes(part, "big") for part in parts]
        return found

    def subsection(self, described: Json) -> dict[str, list[int]]:
        kind, length = self.take(2)
        # the name is between its length and a version
        name = self.take(length + 4)[:length].decode()
        if kind != _SUBSECTION or name != described["vmsd_name"]:
            raise MachineError(f"the state of {described['vmsd_name']} is not found")
        found = self.fields(described["fields"])
        for deeper in described.get("subsections", []):
            found |= self.subsection(deeper)
        return found


def _device(data: bytes, described: Json) -> Device:
    name, instance = described["name"], described["instance_id"]
    head = bytes([len(name)]) + name.encode()
    head += struct.pack(">II", instance, described["version"])
    start = data.find(head)
    stream = _Stream(data, start + len(head))
    fields = stream.fields(described["fields"])
    for subsection in described.get("subsections", []):
        fields |= stream.subsection(subsection)
    if start < 4 or stream.take(5) != bytes([_FOOTER]) + data[start - 4 : start]:
        raise MachineError(f"the state of {name} {instance} is not as described")
    return Device(name, instance, fields)


def parse(data: bytes, names: set[str]) -> list[Device]:
    start = data.rfind(b"{", 0, data.find(b'"devices"'))
    devices = json.loads(data[start:])["devices"]
    return [_device(data, device) for device in devices if device["name"] in names]


def read(machine: Machine, names: set[str]) -> list[Device]:
    """Returns the devices of these names. The machine must be paused, and stays so."""
    path = machine.scratch / "state"
    qmp = machine.qmp
    qmp.execute("migrate-set-capabilities", capabilities=[_WITHOUT_MEMORY])
    qmp.execute("migrate", uri=f"exec:cat >{path}")
    deadline = time.monotonic() + patient(60)
    while (status := qmp.execute("query-migrate")["status"]) != "completed":
        if status in ("failed", "cancelled") or time.monotonic() > deadline:
            raise MachineError(f"the machine's state cannot be read: {status}")
        time.sleep(0.01)
    try:
        return parse(path.read_bytes(), names)
    finally:
        path.unlink()
