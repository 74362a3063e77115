# SPDX-License-Identifier: GPL-2.0
"""Decodes a blob. The content is untrusted: each value is checked before use."""

import re
import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from .. import abi
from ..arch import ARCHITECTURES
from ..arch.base import NUMBERS, Malformed, require_zero
from ..model import Cell, Console, Cpu, IrqRange, Range, Region, System, merge
from ..problems import refuse

MAX_BYTES = 1 << 20


class Part(NamedTuple):
    offset: int
    kind: int
    arch: str
    body: bytes


def decode(content: bytes, file: str = "blob") -> System:
    """Returns the system of a blob. Raises ConfigError.

    A blob lacks the platform's RAM and devices. The memory of the hypervisor and root
    counts as RAM.
    """
    parts = list(_parts(content, file))
    kinds = [part.kind for part in parts]
    cells = [abi.PART_CELL] * (len(parts) - 2)
    if kinds != [abi.PART_SYSTEM, abi.PART_ROOT, *cells]:
        raise refuse(
            file, "its parts are not a system, a root cell and cells in this order"
        )
    if len({part.arch for part in parts}) != 1:
        raise refuse(file, "its parts are for different architectures")
    if parts[0].arch not in ARCHITECTURES:
        raise refuse(file, f"is for {parts[0].arch}, which is not supported yet")
    try:
        root, *others = [_decode_cell(part) for part in parts[1:]]
        return _decode_system(parts[0], root, others)
    except Malformed as error:
        raise refuse(file, str(error)) from None


def _parts(content: bytes, file: str) -> Iterator[Part]:
    header_bytes = struct.calcsize(abi.HEADER)
    archs = {number: name for name, number in NUMBERS.items()}
    offset = 0
    while offset < len(content):
        at = f"at byte {offset}"
        if len(content) - offset < header_bytes:
            raise refuse(file, f"is cut off {at}")
        magic, version, kind, arch, size = struct.unpack_from(
            abi.HEADER, content, offset
        )
        if magic != abi.PART_MAGIC:
            raise refuse(file, f"is not a config blob: no part starts {at}")
        if version != abi.ABI_VERSION:
            theirs = f"{version >> 16}.{version & 0xFFFF}"
            ours = f"{abi.ABI_VERSION >> 16}.{abi.ABI_VERSION & 0xFFFF}"
            raise refuse(file, f"is of version {theirs}, this tool is of {ours}")
        if arch not in archs:
            raise refuse(file, f"the part {at} is for an unknown architecture: {arch}")
        if not header_bytes <= size <= abi.PART_MAX or size % 8:
            raise refuse(file, f"the part {at} has a wrong size: {size}")
        body = content[offset + header_bytes : offset + size]
        if len(body) != size - header_bytes:
            raise refuse(file, f"is cut off: the part {at} has {size} bytes")
        yield Part(offset, kind, archs[arch], body)
        offset += size


def _unpack(format_: str, part: Part, offset: int = 0) -> tuple[Any, ...]:
    if len(part.body) < offset + struct.calcsize(format_):
        raise Malformed(f"the part at byte {part.offset} is too small for its content")
    return struct.unpack_from(format_, part.body, offset)


def _array(format_: str, part: Part, offset: int, count: int) -> list[tuple[Any, ...]]:
    step = struct.calcsize(format_)
    _fits(part, offset + count * step)
    return [_unpack(format_, part, offset + i * step) for i in range(count)]


def _fits(part: Part, end: int) -> None:
    if end > len(part.body):
        raise Malformed(f"the part at byte {part.offset} is too small for its content")


def _ends(part: Part, end: int) -> None:
    if end + -end % 8 != len(part.body) or any(part.body[end:]):
        raise Malformed(f"the part at byte {part.offset} is larger than its content")


def _text(raw: bytes, what: str) -> str:
    text, _, rest = raw.partition(b"\0")
    if any(rest) or len(text) == len(raw):
        raise Malformed(f"{what} is not text padded with zeros")
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise Malformed(f"{what} is not text") from None


def _name(raw: bytes, what: str) -> str:
    text = _text(raw, what)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise Malformed(f"{what} is not a name: '{text}'")
    return text


def _word(value: int, words: dict[str, int], what: str) -> str:
    for word, number in words.items():
        if number == value:
            return word
    raise Malformed(f"{what} has the unknown value {value}")


def _decode_system(part: Part, root: Cell, cells: list[Cell]) -> System:
    raw_name, start, size, flags, n_cpus, raw = _unpack(abi.SYSTEM, part)
    if not 1 <= n_cpus <= abi.MAX_CPUS:
        raise Malformed(f"{n_cpus} CPUs are not possible")
    if flags & ~(abi.SYSTEM_PROTECT | sum(abi.FIRMWARE.values())):
        raise Malformed(f"the system flags {flags:#x} are unknown")
    offset = struct.calcsize(abi.SYSTEM)
    ids = _array(abi.CPU, part, offset, n_cpus)
    _ends(part, offset + n_cpus * struct.calcsize(abi.CPU))
    hypervisor = Range(start, size)
    ram = [x.range for x in root.regions if x.type != "mmio"]
    cpus = tuple(Cpu(x[0], i) for i, x in enumerate(ids))
    platform = ARCHITECTURES[part.arch].decode_platform(raw, cpus)
    return System(
        name=_name(raw_name, "the system's name"),
        platform=replace(platform, ram=tuple(merge([*ram, hypervisor]))),
        hypervisor=hypervisor,
        protect=bool(flags & abi.SYSTEM_PROTECT),
        deny_firmware=tuple(x for x, bit in abi.FIRMWARE.items() if flags & bit),
        root=root,
        cells=tuple(cells),
    )


def _cell_arrays(
    part: Part, counts: tuple[int, ...], name: str
) -> list[list[tuple[Any, ...]]]:
    """The arrays of a cell part, which must end where the part ends."""
    for count, (_, low, high) in zip(counts, abi.CELL_ARRAYS, strict=True):
        if not low <= count <= high:
            raise Malformed(
                f"{name}: a table has {count} entries; possible are {low} to {high}"
            )
    offsets = abi.cell_offsets(counts)
    found = [
        _array(entry, part, offset, count)
        for (entry, _, _), offset, count in zip(abi.CELL_ARRAYS, offsets, counts)
    ]
    _ends(part, offsets[-1])
    return found


def _decode_cell(part: Part) -> Cell:
    values = _unpack(abi.CELL, part)
    name = _name(values[0], f"the name in the part at byte {part.offset}")
    cpus, entry, info, console_guest, kind, irq = values[1:7]
    image, image_size, rights, flags, mode = values[7:12]
    require_zero(values[17:20], name)
    found = _cell_arrays(part, values[12:17], name)
    regions = [_decode_region(x, name) for x in found[0]]
    irqs = [IrqRange(*x) for x in found[1]]
    ports, functions = ([Range(*x) for x in numbers] for numbers in found[2:4])
    for item in [*ports, *functions]:
        if not item.size or item.end > 1 << 16:
            raise Malformed(
                f"{name}: {item.start:#x} is not a range of ports or PCI functions"
            )
    for named in found[4]:
        _decode_shared(named, regions, name)
    if flags & ~abi.CELL_ON_VIOLATION_ABORT or rights & ~sum(abi.RIGHTS.values()):
        raise Malformed(f"{name}: flags {flags:#x} or rights {rights:#x} are unknown")
    if part.kind == abi.PART_ROOT:
        only_others = (entry, info, console_guest, kind, irq, image, image_size)
        require_zero(only_others, f"{name} is the root cell")
    if not image_size:
        require_zero((image,), f"{name} has no image")
    _check_irqs(irqs, name)
    return Cell(
        name=name,
        cpus=tuple(i for i in range(abi.MAX_CPUS) if cpus >> i & 1),
        regions=tuple(regions),
        irqs=tuple(irqs),
        irq_mode=_word(mode, abi.IRQ_MODES, f"{name}: the interrupt mode"),
        rights=tuple(x for x in abi.RIGHTS if rights & abi.RIGHTS[x]),
        root=part.kind == abi.PART_ROOT,
        entry=entry,
        info=info,
        console=_decode_console(kind, console_guest, irq, name),
        image=Range(image, image_size),
        abort=bool(flags & abi.CELL_ON_VIOLATION_ABORT),
        args=_text(values[20], f"{name}: the command line"),
        ports=tuple(ports),
        functions=tuple(x for item in functions for x in range(item.start, item.end)),
    )


def _check_irqs(irqs: list[IrqRange], name: str) -> None:
    for before, after in zip(sorted(irqs), sorted(irqs)[1:]):
        if after.first <= before.last:
            raise Malformed(f"{name}: interrupt {after.first} is in two ranges")
    if any(not irq.count for irq in irqs):
        raise Malformed(f"{name}: a range of interrupts is empty")


def _decode_console(kind: int, guest: int, irq: int, name: str) -> Console | None:
    if kind == abi.CONSOLE_NONE:
        require_zero((guest, irq), f"{name}: no console")
        return None
    return Console(_word(kind, abi.CONSOLES, f"{name}: the console"), guest, irq)


def _decode_shared(values: tuple[Any, ...], regions: list[Region], cell: str) -> None:
    """Adds name and doorbell to one of the regions."""
    raw, place, irq, flags = values
    name = _name(raw, f"{cell}: the name of a shared region")
    if place >= len(regions) or regions[place].type != "shared":
        raise Malformed(f"{cell}: {name} names no shared region")
    if regions[place].name or any(x.name == name for x in regions):
        raise Malformed(f"{cell}: {name} has two names or a name that is used twice")
    if flags & ~abi.SHARED_FLAGS:
        raise Malformed(f"{cell}: the flags {flags:#x} of {name} are unknown")
    regions[place] = replace(
        regions[place],
        name=name,
        irq=irq,
        ring=bool(flags & abi.SHARED_RING),
        rung=bool(flags & abi.SHARED_LISTEN),
    )


def _decode_region(values: tuple[Any, ...], name: str) -> Region:
    phys, guest, size, kind, flags = values
    if flags & ~abi.REGION_FLAGS:
        raise Malformed(f"{name}: the region flags {flags:#x} are unknown")
    word = _word(kind, abi.REGION_TYPES, f"{name}: a region type")
    return Region(word, phys, guest, size, flags)
