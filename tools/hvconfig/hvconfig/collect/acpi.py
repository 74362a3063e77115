# SPDX-License-Identifier: GPL-2.0
"""Static ACPI tables (ACPI Specification 6.5, chapter 5.2; IORT, DMAR, IVRS).

The tables are untrusted input: malformed entries are left out.
"""

import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from .. import abi
from ..model import Gic, IoApic, Range, Timer
from . import inputs
from .inputs import Inputs

_HEADER = 36  # bytes of the common header
_GICR = 0x20000
_ITS = 0x20000


class Ecam(NamedTuple):
    """An entry of MCFG: the configuration space of some PCI buses."""

    address: int
    segment: int
    first_bus: int
    last_bus: int


def table(files: Inputs, name: str) -> bytes:
    """The table, cut to its length field; empty if it doesn't exist."""
    raw = files.get(inputs.ACPI + name, b"")
    if len(raw) < _HEADER or raw[:4] != name.encode():
        return b""
    return raw[: int.from_bytes(raw[4:8], "little")]


def _field(format_: str, raw: bytes, offset: int) -> Any:
    """A number; 0 beyond the end of the table."""
    size = struct.calcsize(format_)
    if len(raw) < offset + size:
        return 0
    return struct.unpack_from(format_, raw, offset)[0]


def _entries(raw: bytes, start: int, wide: bool) -> Iterator[tuple[int, bytes]]:
    """Type and content of entries; type and length have one byte each, or two."""
    step = 2 if wide else 1
    while start + 2 * step <= len(raw):
        kind = int.from_bytes(raw[start : start + step], "little")
        size = int.from_bytes(raw[start + step : start + 2 * step], "little")
        if size < 2 * step:
            return
        yield kind, raw[start : start + size]
        start += size


class Madt:
    """Multiple APIC Description Table: CPUs and interrupt controllers."""

    def __init__(self, files: Inputs) -> None:
        raw = table(files, "APIC")
        self._entries: dict[int, list[bytes]] = {}
        for kind, entry in _entries(raw, _HEADER + 8, wide=False):
            self._entries.setdefault(kind, []).append(entry)

    def __bool__(self) -> bool:
        return bool(self._entries)

    @property
    def arm64(self) -> bool:
        return 0xB in self._entries

    def mpidrs(self) -> list[int]:
        """MPIDRs of the enabled GIC CPU interfaces."""
        return [
            _field("<Q", entry, 68) & 0xFF00FFFFFF
            for entry in self._entries.get(0xB, [])
            if _field("<I", entry, 12) & 1
        ]

    def apic_ids(self) -> list[int]:
        local = [
            entry[3]
            for entry in self._entries.get(0, [])
            if len(entry) >= 8 and entry[4] & 1
        ]
        wide = [
            _field("<I", entry, 4)
            for entry in self._entries.get(9, [])
            if _field("<I", entry, 8) & 1
        ]
        return list(dict.fromkeys(local + wide))

    def io_apics(self) -> list[IoApic]:
        return [
            IoApic(entry[2], _field("<I", entry, 4), _field("<I", entry, 8))
            for entry in self._entries.get(1, [])
            if len(entry) >= 12
        ]

    def gic(self) -> Gic | None:
        distributors = self._entries.get(0xC, [])
        cpus = [x for x in self._entries.get(0xB, []) if _field("<I", x, 12) & 1]
        if not distributors or not cpus:
            return None
        version = distributors[0][20] if len(distributors[0]) > 20 else 0
        base, maintenance = _field("<Q", distributors[0], 8), _field("<I", cpus[0], 56)
        maintenance = maintenance if maintenance < abi.ARM64_SPI_FIRST else 0
        if version < 3:
            return Gic(2, maintenance, base, Range(0, 0), other=_gicv2(cpus[0]))
        areas = [
            Range(_field("<Q", x, 4), _field("<I", x, 12), "redistributors")
            for x in self._entries.get(0xE, [])
        ] or _redistributors(cpus)
        its = [
            Range(_field("<Q", x, 8), _ITS, "its") for x in self._entries.get(0xF, [])
        ]
        first, rest = (areas or [Range(0, 0)])[0], areas[1:] + its[1:]
        translation = its[0] if its else Range(0, 0)
        return Gic(3, maintenance, base, first, translation, tuple(rest))


def _gicv2(cpu: bytes) -> tuple[Range, ...]:
    named = (("cpu", 32), ("vcpu", 40), ("hyp", 48))
    found = [Range(_field("<Q", cpu, offset), 0x2000, name) for name, offset in named]
    return tuple(item for item in found if item.start)


def _redistributors(cpus: list[bytes]) -> list[Range]:
    """Returns GICR areas of single CPUs, with adjacent areas merged."""
    areas: list[Range] = []
    for start in sorted(_field("<Q", cpu, 60) for cpu in cpus):
        if areas and areas[-1].end == start:
            areas[-1] = Range(areas[-1].start, areas[-1].size + _GICR, "redistributors")
        elif start:
            areas.append(Range(start, _GICR, "redistributors"))
    return areas


def timer(files: Inputs) -> Timer:
    """Generic Timer Description Table."""
    raw = table(files, "GTDT")
    if not raw:
        return Timer()
    secure, physical, virtual, hyp = (
        irq if irq < abi.ARM64_SPI_FIRST else 0
        for irq in (_field("<I", raw, offset) for offset in (48, 56, 64, 72))
    )
    return Timer(physical, virtual, hyp, secure)


def psci(files: Inputs) -> str:
    """ARM boot flags of the Fixed ACPI Description Table (5.2.9.4)."""
    flags = _field("<H", table(files, "FACP"), 129)
    if not flags & 1:
        return "none"
    return "hvc" if flags & 2 else "smc"


def ecams(files: Inputs) -> list[Ecam]:
    raw = table(files, "MCFG")
    found = []
    for offset in range(_HEADER + 8, len(raw) - 15, 16):
        address, segment, first, last = struct.unpack_from("<QHBB", raw, offset)
        if first <= last and address:
            found.append(Ecam(address, segment, first, last))
    return found


def iommus(files: Inputs) -> list[Range]:
    """Registers of all IOMMUs, named after their types."""
    found = []
    for kind, entry in _entries(table(files, "DMAR"), _HEADER + 12, wide=True):
        if kind == 0:  # DRHD: VT-d specification 8.3
            found.append(Range(_field("<Q", entry, 8), 0x1000, "dmar"))
    raw, offset = table(files, "IVRS"), _HEADER + 12
    while offset + 16 <= len(raw):  # IVHD: AMD IOMMU specification 5.2.2
        kind, size = raw[offset], _field("<H", raw, offset + 2)
        if kind in (0x10, 0x11, 0x40):
            address = _field("<Q", raw, offset + 8)
            found.append(Range(address, 0x80000, "amd-iommu"))
        if size < 4:
            break
        offset += size
    raw = table(files, "IORT")
    offset = _field("<I", raw, _HEADER + 4)
    while offset and offset + 24 <= len(raw):  # Arm DEN 0049, 3.1
        kind, size = raw[offset], _field("<H", raw, offset + 1)
        if kind in (3, 4):
            area = _field("<Q", raw, offset + 24) if kind == 3 else 0x20000
            found.append(Range(_field("<Q", raw, offset + 16), area, "smmu"))
        if size < 3:
            break
        offset += size
    unique = {item.start: item for item in found if item.start and item.size}
    return [unique[start] for start in sorted(unique)]


class Console(NamedTuple):
    address: int
    irq: int
    pl011: bool
    memory: bool  # False: I/O ports


def console(files: Inputs) -> Console | None:
    """Serial Port Console Redirection Table."""
    raw = table(files, "SPCR")
    if len(raw) < 58:
        return None
    kind, irq = raw[36], _field("<I", raw, 54)
    address = _field("<Q", raw, 44)
    return Console(address, irq, kind in (3, 14), raw[40] == 0) if address else None
