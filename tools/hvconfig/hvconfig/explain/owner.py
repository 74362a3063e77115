# SPDX-License-Identifier: GPL-2.0
"""Finds the owner of an address, and the config that would allow an access to it."""

from dataclasses import dataclass, field

from .. import abi
from ..arch import arch_of
from ..model import Cell, Range, Region, System, page_range
from ..show.picture import compose
from ..show.picture_memory import HYPERVISOR, Hold, Span, access
from ..units import about_size, format_range, format_size, join

_RIGHTS = {"read": "r", "write": "rw", "fetch": "rx"}
_NEAR = 64 << 20  # within this distance, a region of the cell may just be too small


@dataclass
class Answer:
    """Sentences, and lines of YAML that would allow the access."""

    sentences: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def say(self, sentence: str) -> None:
        if sentence:
            self.sentences.append(sentence)


def ask(system: System, cell: Cell, address: int, way: str) -> Answer:
    """Explains a read, write or fetch of a guest address."""
    answer = Answer()
    if _emulated(system, cell, address, answer):
        return answer
    for region in cell.regions:
        if region.guest_range.contains(Range(address, 1)):
            _not_like_this(cell, region, way, answer)
            return answer
    span = _span(system, address)
    if _nearest(cell, address, answer) and (span is None or span.kind == "ram"):
        return answer
    if span is None:
        answer.say(
            f"As a physical address, {address:#x} is neither RAM nor a device of "
            "the platform."
        )
    elif span.kind == "mmio":
        _device(system, cell, span, address, answer)
        if way == "fetch":
            answer.say("Registers of devices can't be executed.")
            answer.lines = []
    elif span.kind == "controller":
        answer.say(
            f"As a physical address, {address:#x} belongs to the interrupt "
            "controller, which is the hypervisor's: no cell can have it."
        )
    elif span.kind == "reserved":
        answer.say(
            f"As a physical address, {address:#x} is reserved memory "
            f"({span.what.removeprefix('reserved: ')}), which no cell can have."
        )
    else:
        _memory(system, cell, span, address, answer)
    return answer


def _emulated(system: System, cell: Cell, address: int, answer: Answer) -> bool:
    """Whether the address is emulated: console, info page or interrupt controller."""
    page = abi.PAGE_SIZE
    arch = arch_of(system.platform)
    places = arch.controller(system.platform, len(cell.cpus))
    if cell.console and cell.console.pages:
        places.append((Range(cell.console.guest, page), "console"))
    if cell.info:
        places.append((Range(cell.info, page), "info page"))
    for place, what in places:
        if place.contains(Range(address, 1)):
            offset = address - place.start
            rule = "read-only" if what == "info page" else "emulated"
            answer.say(f"That is offset {offset:#x} of its {what}, which is {rule}.")
            return True
    return False


def _not_like_this(cell: Cell, region: Region, way: str, answer: Answer) -> None:
    """Explains that the cell has the memory, but lacks the right."""
    rights = access(region.flags)
    answer.say(
        f"That is in its {_title(region)} with the rights {rights}, which don't allow "
        f"{_DOING[way]}."
    )
    more = "".join(x for x in "rwx" if x in rights or x in _RIGHTS[way])
    if region.type == "mmio" and way == "fetch":
        answer.say("Registers of devices can't be executed.")
    elif region.name and region.type == "shared":
        moved = f"guest: {region.guest:#x}, " if region.guest != region.phys else ""
        answer.lines = _in_cell(
            cell, f"shared: {{{region.name}: {{{moved}rights: {more}}}}}"
        )
    elif region.type == "ram":
        if region.where.file:
            answer.say(f"The config defines it at {region.where}.")
        answer.lines = _in_cell(cell, "memory:", _entry(region, region.size, more))


_DOING = {"read": "reading", "write": "writing", "fetch": "executing"}


def _title(region: Region) -> str:
    kind = {"ram": "memory", "mmio": "registers", "shared": "shared memory"}
    name = f" '{region.name}'" if region.name else ""
    shown = format_range(region.guest, region.size)
    return f"{kind[region.type]}{name} {shown} ({format_size(region.size)})"


def _nearest(cell: Cell, address: int, answer: Answer) -> bool:
    """Whether the address is shortly behind a region that may be too small."""
    below = [x for x in cell.regions if x.guest_range.end <= address]
    last = max(below, key=lambda x: x.guest_range.end, default=None)
    above = [x for x in cell.regions if x.guest > address]
    first = min(above, key=lambda x: x.guest, default=None)
    past = address - last.guest_range.end if last else None
    before = first.guest - address if first else None
    if last and past is not None and (before is None or past < before):
        answer.say(
            "The cell has no memory there. The nearest one ends "
            f"{_about(past + 1)} below: its {_title(last)}."
        )
    elif first and before is not None:
        answer.say(
            "The cell has no memory there. The nearest one begins "
            f"{_about(before)} above: its {_title(first)}."
        )
    if not last or past is None or past >= _NEAR or last.type != "ram":
        return False
    size = -(-(address + 1 - last.guest) // (2 << 20)) * (2 << 20)
    where = f" (at {last.where})" if last.where.file else ""
    answer.say(
        f"If the program needs that much memory, a size of {format_size(size)} "
        f"there{where} is enough, provided that the memory after it is free."
    )
    answer.lines = _in_cell(cell, "memory:", _entry(last, size, access(last.flags)))
    return True


def _about(size: int) -> str:
    return about_size(size).replace("≈", "about ")


def _entry(region: Region, size: int, rights: str) -> str:
    """An entry of a memory list."""
    loadable = ", loadable: true" if region.flags & abi.REGION_LOADABLE else ""
    return (
        f"  - {{phys: {region.phys:#x}, guest: {region.guest:#x}, "
        f"size: {format_size(size)}, rights: {rights}{loadable}}}"
    )


def _span(system: System, address: int) -> Span | None:
    for span in compose(system).spans:
        if span.range.contains(Range(address, 1)):
            return span
    return None


def _holders(system: System, span: Span, cell: Cell) -> list[str]:
    """Returns other cells that may have the memory, first those that can coexist."""
    cells = [x for x in system.cells if x.name in span.holders and x is not cell]
    beside = [x for x in cells if not x.never_with(cell)]
    return [x.name for x in beside or cells]


def _owner(system: System, span: Span, cell: Cell) -> str:
    """Names the owners other than the cell."""
    cells = _holders(system, span, cell)
    named = join([f"'{name}'" for name in cells])
    if HYPERVISOR in span.holders:
        return "the hypervisor"
    if not cells:
        return f"the root cell '{system.root.name}'"
    plural = "s" if len(cells) > 1 else ""
    root = " (the root cell's while no such cell exists)"
    return f"cell{plural} {named}{root if Hold.ELSE in span.holders.values() else ''}"


def _device(
    system: System, cell: Cell, span: Span, address: int, answer: Answer
) -> None:
    page = page_range(Range(address, 1))
    devices = [
        device
        for device in system.platform.devices.values()
        if any(page_range(reg).overlaps(page) for reg in device.regs)
    ]
    exact = [
        device.name
        for device in devices
        if any(reg.contains(Range(address, 1)) for reg in device.regs)
    ]
    owner = _owner(system, span, cell)
    if not devices:
        answer.say(f"As a physical address, {address:#x} is registers of {owner}.")
        return
    names = exact or [device.name for device in devices]
    what = f"of the device {names[0]}" if exact else f"in the page of {join(names)}"
    answer.say(
        f"As a physical address, {address:#x} is {what}, which belongs to {owner}."
    )
    others = [device.name for device in devices if device.name not in names[:1]]
    if others:
        answer.say(
            f"Its page of 4 KiB also contains registers of {join(others)}, which "
            "the cell could then access, too."
        )
    if any(device.dma for device in devices if device.name in names[:1]):
        answer.say(
            "It does DMA: without an IOMMU, the cell could access all memory "
            "through it."
        )
    answer.lines = _in_cell(cell, f"devices: [{', '.join([*cell.devices, names[0]])}]")


def _memory(
    system: System, cell: Cell, span: Span, address: int, answer: Answer
) -> None:
    owner = _owner(system, span, cell)
    if HYPERVISOR in span.holders:
        answer.say(
            f"As a physical address, {address:#x} is in the hypervisor's memory, "
            "which no cell can have."
        )
        return
    if cell.name in span.holders:
        own = next(x for x in cell.regions if x.range.contains(Range(address, 1)))
        seen = address - own.phys + own.guest
        answer.say(
            f"As a physical address, {address:#x} is the cell's own memory, but "
            f"its guest address is {seen:#x}: the program uses a physical address."
        )
        return
    if Hold.UNUSED in span.holders.values():
        answer.say(f"As a physical address, {address:#x} is RAM that no cell has.")
        page = page_range(Range(address, 1))
        answer.lines = _in_cell(
            cell, "memory:", f"  - {{phys: {page.start:#x}, size: 4K, rights: rw}}"
        )
        return
    answer.say(f"As a physical address, {address:#x} is RAM of {owner}.")
    others = _holders(system, span, cell)
    other = others[0] if others else system.root.name
    answer.say("Memory belongs to one cell, unless both sides list it as shared.")
    answer.lines = _sharing(cell, other, system)


def _in_cell(cell: Cell, *lines: str) -> list[str]:
    if cell.root:
        return ["root:", *(f"  {line}" for line in lines)]
    return ["cells:", f"  {cell.name}:", *(f"    {line}" for line in lines)]


def _sharing(cell: Cell, other: str, system: System) -> list[str]:
    """Lines for sharing memory; by name, if the cell already does so."""
    if not any(region.type == "shared" for region in cell.regions):
        return _in_cell(cell, f"shared: {{with: {other}, size: 64K}}")
    name = f"{cell.name}-{other}"[:29]
    name += "-2" if name in system.shared else ""
    theirs = "root:" if other == system.root.name else f"  {other}:"
    indent = " " * (len(theirs) - len(theirs.lstrip()))
    both = [theirs, f"{indent}  shared: {{{name}: {{}}}}"]
    lines = ["shared:", f"  {name}: {{size: 64K}}"]
    lines += both if not indent else []
    lines += _in_cell(cell, f"shared: {{{name}: {{}}}}")
    return lines + (both if indent else [])
