# SPDX-License-Identifier: GPL-2.0
"""Who has what, in rows: what "draw" shows, whether as SVG or on a terminal.

Every row has holders: the columns hypervisor, root cell and cells, by name.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import partial

from . import abi, blob, units
from .cmdline import linux_memory
from .model import Cell, Cpu, Range, Region, System

HYPERVISOR = "hypervisor"
_NUMBERED = re.compile(r"(.*?)(\d*)( \(DMA\)|)")
_SMALL_HOLE = 64 << 20  # between registers: not worth rows of their own


class Hold(Enum):
    """How somebody holds something."""

    ALWAYS = "always"  # nobody else can have it
    WHILE = "while"  # a cell's: from its creation to its end
    ELSE = "else"  # the root cell's while no cell has it
    UNUSED = "unused"  # the root cell's, but mem= keeps Linux from it
    KEPT = "kept"  # shared memory that root keeps without access to it


@dataclass(frozen=True, eq=False)
class Use:
    """Addresses that somebody uses for something."""

    owner: str
    range: Range
    kind: str  # ram, mmio, shared, image, hypervisor, controller
    region: Region | None = None
    name: str = ""

    @property
    def rights(self) -> str:
        return access(self.region.flags) if self.region else ""


@dataclass(frozen=True)
class Span:
    """A row of the address map: addresses with the same holders."""

    range: Range
    size: int  # of what is there; less than the range's if it has holes
    kind: str  # ram, reserved (by firmware), mmio, controller
    what: str
    holders: dict[str, Hold]
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True)
class Row:
    """Something that isn't memory, and who holds it."""

    label: str
    detail: str
    holders: dict[str, Hold]


@dataclass(frozen=True)
class Picture:
    system: System
    digest: str  # SHA-256 of the blob
    owners: tuple[str, ...]  # the columns: hypervisor, root, cells
    spans: tuple[Span, ...]
    clusters: tuple[tuple[str, tuple[Row, ...]], ...]
    devices: tuple[Row, ...]
    irqs: tuple[Row, ...]
    shared: dict[Range, tuple[Use, ...]] = field(default_factory=dict)


def access(flags: int) -> str:
    """rwx, or none"""
    pairs = (("r", abi.REGION_READ), ("w", abi.REGION_WRITE))
    rights = "".join(x for x, bit in pairs if flags & bit)
    return rights + ("x" if flags & abi.REGION_EXECUTE else "") or "none"


def compose(system: System) -> Picture:
    """Everything that is to be shown of a system that check accepts."""
    import hashlib

    names = tuple(cell.name for cell in system.cells)
    uses = tuple(_uses(system))
    return Picture(
        system=system,
        digest=hashlib.sha256(blob.encode(system)).hexdigest(),
        owners=(HYPERVISOR, system.root.name, *names),
        spans=tuple(_spans(system, uses)),
        clusters=tuple(_clusters(system)),
        devices=tuple(_devices(system)),
        irqs=tuple(_irqs(system)),
        shared=_shared(uses),
    )


# Memory.


def _uses(system: System) -> Iterator[Use]:
    yield Use(HYPERVISOR, system.hypervisor, "hypervisor")
    for part in system.platform.own_registers:
        yield Use(HYPERVISOR, part, "controller")
    for cell in (system.root, *system.cells):
        for region in cell.regions:
            name = region.name if region.type != "ram" else ""
            yield Use(cell.name, region.range, region.type, region, name)
        if cell.image.size:
            yield Use(cell.name, cell.image, "image", name="image")


def _shared(uses: Iterable[Use]) -> dict[Range, tuple[Use, ...]]:
    found: dict[Range, list[Use]] = defaultdict(list)
    for use in uses:
        if use.kind == "shared":
            found[use.range].append(use)
    return {span: tuple(users) for span, users in sorted(found.items())}


def _spans(system: System, uses: tuple[Use, ...]) -> Iterator[Span]:
    """The address map from low to high addresses; holes are left out."""
    namer = _Namer(system)
    linux_end = _linux_end(system)
    last: Span | None = None
    for item, active in _sweep(system, uses, linux_end):
        kind = _kind(system, item, active)
        if kind == "mmio" and not active:
            continue
        holders = _holders(system.root.name, item.start < linux_end, active)
        span = Span(item, item.size, kind, "", holders, active)
        if last is not None and _alike(last, span):
            size = last.size + span.size
            both = Range(last.range.start, item.end - last.range.start)
            last = Span(both, size, kind, "", holders, active)
            continue
        if last is not None:
            yield namer.named(last)
        last = span
    if last is not None:
        yield namer.named(last)


def _alike(one: Span, other: Span) -> bool:
    """Whether two rows can be one: registers that are root's, with their gaps."""
    if one.kind != other.kind or one.holders != other.holders:
        return False
    hole = other.range.start - one.range.end
    if one.kind == "mmio" and len(one.holders) == 1 and hole <= _SMALL_HOLE:
        return True
    return one.range.end == other.range.start and one.uses == other.uses


def _sweep(
    system: System, uses: tuple[Use, ...], linux_end: int
) -> Iterator[tuple[Range, tuple[Use, ...]]]:
    """All ranges between two borders, each with the uses that cover it."""
    starts: dict[int, list[Use]] = defaultdict(list)
    ends: dict[int, list[Use]] = defaultdict(list)
    for use in uses:
        if use.range.size:
            starts[use.range.start].append(use)
            ends[use.range.end].append(use)
    borders = {*starts, *ends, linux_end}
    kept = [item.range for item in system.platform.reserved]
    for item in (*system.platform.ram, *kept):
        borders |= {item.start, item.end}
    active: dict[Use, None] = {}
    places = sorted(borders)
    for start, end in zip(places, places[1:]):
        for use in ends[start]:
            active.pop(use, None)
        for use in starts[start]:
            active[use] = None
        yield Range(start, end - start), tuple(active)


def _linux_end(system: System) -> int:
    """The first address that mem= keeps from Linux: it counts no holes."""
    if system.platform.arch == "x86":  # memmap= keeps nothing more than needed
        return max(ram.end for ram in system.platform.ram)
    left = system.mem or max(linux_memory(system), 0)
    end = 0
    for ram in sorted(system.platform.ram):
        end = ram.start + min(left, ram.size)
        left -= min(left, ram.size)
        if not left:
            break
    return end


def _kind(system: System, item: Range, active: tuple[Use, ...]) -> str:
    if any(ram.overlaps(item) for ram in system.platform.ram):
        kept = any(x.range.overlaps(item) for x in system.platform.reserved)
        return "reserved" if kept else "ram"
    own = any(use.kind == "controller" for use in active)
    return "controller" if own else "mmio"


def _holders(root: str, linux: bool, active: tuple[Use, ...]) -> dict[str, Hold]:
    """linux: whether mem= lets Linux use it."""
    holders = {}
    others = {use.owner for use in active} - {root}
    for use in active:
        if use.owner == HYPERVISOR:
            holders[HYPERVISOR] = Hold.ALWAYS
        elif use.owner != root:
            holders[use.owner] = Hold.WHILE
        elif use.kind == "shared":
            assert use.region is not None
            holders[root] = Hold.ALWAYS if use.region.flags else Hold.KEPT
        elif use.kind == "ram" and not linux:
            holders[root] = Hold.ELSE if others else Hold.UNUSED
        else:
            holders[root] = Hold.ELSE if others else Hold.ALWAYS
    return holders


def _ram(span: Span) -> str:
    names = [use.name for use in span.uses if use.kind == "shared"]
    if names:
        return f"shared: {names[0] or 'RAM'}"
    return "RAM"


class _Namer:
    """Finds the devices in a range."""

    def __init__(self, system: System) -> None:
        platform = system.platform
        self._kept = platform.reserved
        self._controller = f"interrupt controller (GICv{platform.gic.version})"
        if platform.arch == "x86":
            self._controller = "local APICs"
        self._regs = sorted(
            (reg.start, reg.end, device.name)
            for device in platform.devices.values()
            for reg in device.regs
            if reg.size
        )

    def named(self, span: Span) -> Span:
        if span.kind == "ram":
            what = _ram(span)
        elif span.kind == "reserved":
            what = self._reserved(span)
        elif span.kind == "controller":
            what = self._controller
        else:
            what = self._devices(span)
        return Span(span.range, span.size, span.kind, what, span.holders, span.uses)

    def _reserved(self, span: Span) -> str:
        found = [x.name for x in self._kept if x.range.overlaps(span.range)]
        return f"reserved: {', '.join(x for x in found if x) or 'firmware'}"

    def _devices(self, span: Span) -> str:
        inside = [
            name
            for start, end, name in self._regs
            if start < span.range.end and end > span.range.start
        ]
        names = list(dict.fromkeys(inside))
        if not names:
            return "registers"
        return ", ".join(names)


# CPUs, devices, interrupts.


def cluster_of(cpu: Cpu) -> int:
    """As the platform says; else by MPIDR's Aff1 and above (Arm ARM, D17)."""
    return cpu.hw_id >> 8 if cpu.cluster is None else cpu.cluster


def _clusters(system: System) -> Iterator[tuple[str, tuple[Row, ...]]]:
    rows: dict[int, list[Row]] = defaultdict(list)
    for cpu in system.platform.cpus:
        holders = _held(system, partial(_has_cpu, cpu.number))
        detail = f"{system.platform.hw_id_name} {cpu.hw_id:#x}"
        rows[cluster_of(cpu)].append(Row(f"CPU {cpu.number}", detail, holders))
    for number, (_, found) in enumerate(sorted(rows.items())):
        yield f"cluster {number}", tuple(found)


def _has_cpu(number: int, cell: Cell) -> bool:
    return number in cell.cpus


def _held(system: System, has: Callable[[Cell], bool]) -> dict[str, Hold]:
    """Holders of something that root has while no cell has it."""
    holders = {cell.name: Hold.WHILE for cell in system.cells if has(cell)}
    if has(system.root):
        holders[system.root.name] = Hold.ELSE if holders else Hold.ALWAYS
    return holders


def _devices(system: System) -> Iterator[Row]:
    """Those that cells get, one by one; the rest in one row."""
    users: dict[str, set[str]] = defaultdict(set)
    for cell in system.cells:
        for name in cell.devices:
            users[name].add(cell.name)
    rest: list[str] = []
    for device in system.platform.devices.values():
        if device.name not in users:
            rest.append(device.name + (" (DMA)" if device.dma else ""))
            continue
        detail = ["irq " + _numbers(irq.first, irq.count) for irq in device.irqs]
        detail += ["DMA"] if device.dma else []
        wanted = users[device.name]
        holders = _held(system, lambda cell: cell.root or cell.name in wanted)
        yield Row(device.name, ", ".join(detail), holders)
    if rest:
        label = "all others" if users else "all devices"
        names = ", ".join(_in_series(rest))
        yield Row(label, names, {system.root.name: Hold.ALWAYS})


def _in_series(names: list[str]) -> list[str]:
    """virtio0 (DMA), virtio1 (DMA) ... as virtio0 to virtio31 (DMA)"""
    result: list[str] = []
    begin, before = "", ("", -1, "")
    for name in names:
        stem, digits, tail = _NUMBERED.fullmatch(name).groups()  # type: ignore
        here = (stem, int(digits or -1), tail)
        if digits and here == (before[0], before[1] + 1, before[2]) and result:
            result[-1] = f"{begin} to {name}"
        else:
            begin = name.removesuffix(tail)
            result.append(name)
        before = here
    return result


def _numbers(first: int, count: int) -> str:
    return str(units.format_irqs(first, count))


def _irqs(system: System) -> Iterator[Row]:
    """Interrupts with the same holders and the same source in one row."""
    if system.platform.arch == "x86":
        if system.platform.root_doorbell:
            vector = str(system.platform.root_doorbell)
            yield Row(vector, "doorbell (vector)", {system.root.name: Hold.ALWAYS})
        return
    cells: dict[int, set[str]] = defaultdict(set)
    sources: dict[int, set[str]] = defaultdict(set)
    for cell in (system.root, *system.cells):
        for irq in cell.irqs:
            for number in range(irq.first, irq.last + 1):
                cells[number].add(cell.name)
                if irq.name:
                    sources[number].add(irq.name)
    groups: dict[tuple[str, frozenset[str]], list[int]] = defaultdict(list)
    for number in sorted(cells):
        alone = cells[number] == {system.root.name}
        source = _source(system, number, alone)
        groups[source, frozenset(cells[number])].append(number)
    maintenance = system.platform.gic.maintenance_irq
    yield Row(str(maintenance), "maintenance", {HYPERVISOR: Hold.ALWAYS})
    for (source, names), numbers in groups.items():
        if source == "devices" and len(names) > 1:
            found = (x for number in numbers for x in sorted(sources[number]))
            source = ", ".join(_in_series(list(dict.fromkeys(found)))) or source
        label = units.join_irqs(numbers).replace(" and ", ", ")
        yield Row(label, source, _irq_holders(system, numbers[0], names))


def _source(system: System, number: int, alone: bool) -> str:
    if number < abi.ARM64_SPI_FIRST:
        timer = number in abi.ARM64_TIMER_PPIS
        return "timers, each CPU's own" if timer else "each CPU's own"
    if number == system.platform.root_doorbell:
        return "doorbell"
    if number in system.platform.spare_irqs:
        return "spare" if alone else _raised(system, number)
    return "devices"


def _raised(system: System, number: int) -> str:
    """What the hypervisor raises a spare interrupt for."""
    words = []
    for cell in system.cells:
        if cell.console and cell.console.irq == number:
            words.append("console")
        words += [f"doorbell of {x.name}" for x in cell.regions if x.irq == number]
    return ", ".join(dict.fromkeys(words)) or "spare"


def _irq_holders(system: System, number: int, names: frozenset[str]) -> dict[str, Hold]:
    if number >= abi.ARM64_SPI_FIRST:
        return _held(system, lambda cell: cell.name in names)
    everybody = (system.root, *system.cells)
    return {
        cell.name: Hold.ALWAYS if cell.root else Hold.WHILE
        for cell in everybody
        if cell.name in names
    }
