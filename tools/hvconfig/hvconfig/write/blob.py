# SPDX-License-Identifier: GPL-2.0
"""Encodes a system as a blob (include/bulkhead/config.h)."""

import struct
from collections.abc import Iterable

from .. import abi
from ..arch import arch_of
from ..arch.base import NUMBERS
from ..model import Cell, IrqRange, Platform, Range, Region, System, merge


def encode(system: System) -> bytes:
    """The blob of a checked system."""
    parts = [_system_part(system), _cell_part(system.root, system.platform)]
    parts += [_cell_part(cell, system.platform) for cell in system.cells]
    return b"".join(parts)


def part_size(cell: Cell) -> int:
    """Bytes of the cell's part."""
    ranges = (merge_irqs(cell.irqs), merge(cell.ports), merge_functions(cell.functions))
    counts = [len(x) for x in (cell.regions, *ranges, cell.shared)]
    return struct.calcsize(abi.HEADER) + abi.cell_offsets(counts)[-1]


def merge_irqs(irqs: Iterable[IrqRange]) -> list[IrqRange]:
    """Returns the ranges sorted, with overlapping and adjacent ones merged."""
    merged = merge(Range(irq.first, irq.count) for irq in irqs)
    return [IrqRange(item.start, item.size) for item in merged]


def merge_functions(functions: Iterable[int]) -> list[Range]:
    """PCI functions as ranges of bus << 8 | device << 3 | function."""
    return merge(Range(function, 1) for function in functions)


def _part(kind: int, platform: Platform, body: bytes) -> bytes:
    body += bytes(-len(body) % 8)
    size = struct.calcsize(abi.HEADER) + len(body)
    arch = NUMBERS[platform.arch]
    header = struct.pack(abi.HEADER, abi.PART_MAGIC, abi.ABI_VERSION, kind, arch, size)
    return header + body


def _system_flags(system: System) -> int:
    denied = sum(abi.FIRMWARE[owner] for owner in set(system.deny_firmware))
    return denied | (abi.SYSTEM_PROTECT if system.protect else 0)


def _system_part(system: System) -> bytes:
    platform = system.platform
    fixed = struct.pack(
        abi.SYSTEM,
        system.name.encode(),
        system.hypervisor.start,
        system.hypervisor.size,
        _system_flags(system),
        len(platform.cpus),
        arch_of(platform).encode_platform(platform),
    )
    cpus = b"".join(struct.pack(abi.CPU, cpu.hw_id) for cpu in platform.cpus)
    return _part(abi.PART_SYSTEM, platform, fixed + cpus)


def _cell_part(cell: Cell, platform: Platform) -> bytes:
    console = cell.console
    irqs = merge_irqs(cell.irqs)
    ports, functions = merge(cell.ports), merge_functions(cell.functions)
    fixed = struct.pack(
        abi.CELL,
        cell.name.encode(),
        sum(1 << cpu for cpu in set(cell.cpus)),
        cell.entry,
        cell.info,
        console.guest if console else 0,
        abi.CONSOLES[console.kind] if console else abi.CONSOLE_NONE,
        console.irq if console else 0,
        cell.image.start,
        cell.image.size,
        sum(abi.RIGHTS[right] for right in set(cell.rights)),
        abi.CELL_ON_VIOLATION_ABORT if cell.abort else 0,
        abi.IRQ_MODES[cell.irq_mode],
        len(cell.regions),
        *(len(irqs), len(ports), len(functions), len(cell.shared)),
        *(0, 0, 0),
        cell.args.encode(),
    )
    regions = (
        struct.pack(
            abi.REGION, x.phys, x.guest, x.size, abi.REGION_TYPES[x.type], x.flags
        )
        for x in cell.regions
    )
    numbers = [Range(irq.first, irq.count) for irq in irqs] + ports + functions
    ranges = (struct.pack(abi.RANGE, item.start, item.size) for item in numbers)
    shared = (_shared(place, region) for place, region in cell.shared.items())
    kind = abi.PART_ROOT if cell.root else abi.PART_CELL
    return _part(kind, platform, b"".join((fixed, *regions, *ranges, *shared)))


def _shared(place: int, region: Region) -> bytes:
    flags = abi.SHARED_RING if region.ring else 0
    flags |= abi.SHARED_LISTEN if region.rung else 0
    return struct.pack(abi.SHARED, region.name.encode(), place, region.irq, flags)
