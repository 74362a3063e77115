# SPDX-License-Identifier: GPL-2.0
"""The address map of a picture: memory and registers with their holders."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from .. import abi
from ..arch import arch_of
from ..model import REST, Range, Region, System, intersect
from ..write.cmdline import linux_memory

HYPERVISOR = "hypervisor"
_SMALL_HOLE = 64 << 20  # smaller gaps between registers get no row


class Hold(Enum):
    """How an owner holds a resource."""

    ALWAYS = "always"  # exclusively
    WHILE = "while"  # a cell's, while the cell exists
    ELSE = "else"  # root's, while no cell has it
    UNUSED = "unused"  # root's, but mem= excludes it from Linux
    KEPT = "kept"  # shared memory of root without access rights


@dataclass(frozen=True, eq=False)
class Use:
    """A use of an address range."""

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
    size: int  # less than the range's if that has holes
    kind: str  # ram, reserved, mmio or controller
    what: str
    holders: dict[str, Hold]
    uses: tuple[Use, ...] = ()


def access(flags: int) -> str:
    """ "rwx", or "none"."""
    pairs = (("r", abi.REGION_READ), ("w", abi.REGION_WRITE))
    rights = "".join(x for x, bit in pairs if flags & bit)
    return rights + ("x" if flags & abi.REGION_EXECUTE else "") or "none"


def uses_of(system: System) -> Iterator[Use]:
    """The uses of all owners."""
    yield Use(HYPERVISOR, system.hypervisor, "hypervisor")
    for part in arch_of(system.platform).own_registers(system.platform):
        yield Use(HYPERVISOR, part, "controller")
    for cell in (system.root, *system.cells):
        for region in cell.regions:
            name = region.name if region.type != "ram" else ""
            parts = [region.range]
            if cell.root and region.name == REST:
                parts = intersect(parts, system.platform.registers)
            for part in parts:
                yield Use(cell.name, part, region.type, region, name)
        if cell.image.size:
            yield Use(cell.name, cell.image, "image", name="image")


def shared_of(uses: Iterable[Use]) -> dict[Range, tuple[Use, ...]]:
    """Users of each shared region, in ascending order of addresses."""
    found: dict[Range, list[Use]] = defaultdict(list)
    for use in uses:
        if use.kind == "shared":
            found[use.range].append(use)
    return {span: tuple(users) for span, users in sorted(found.items())}


def spans_of(system: System, uses: tuple[Use, ...]) -> Iterator[Span]:
    """The rows in ascending order of addresses, without holes."""
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
    """Whether two rows are merged: both are alike, or registers of root nearby."""
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
    """The first address that mem= excludes; mem= doesn't count holes."""
    if not arch_of(system.platform).limits_root_by_mem:
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
    """linux: mem= includes the range."""
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
    """Names address ranges after their devices."""

    def __init__(self, system: System) -> None:
        platform = system.platform
        self._kept = platform.reserved
        self._controller = arch_of(platform).controller_title(platform)
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
