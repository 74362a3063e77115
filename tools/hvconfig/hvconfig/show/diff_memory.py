# SPDX-License-Identifier: GPL-2.0
"""Describes changes of a cell's memory."""

from collections.abc import Callable, Iterator

from .. import abi
from ..model import Cell, Region, subtract
from ..units import about_size, format_range, format_size
from .picture_memory import access

_KINDS = {"ram": "memory", "mmio": "registers", "shared": "shared memory"}
_FLAGS = (
    (abi.REGION_LOADABLE, "loadable"),
    (abi.REGION_SMALL_PAGES, "mapped with small pages only"),
)


def memory_changes(old: Cell, new: Cell) -> Iterator[str]:
    """Added, removed and changed regions."""
    gone = [x for x in old.regions if x not in new.regions]
    come = [x for x in new.regions if x not in old.regions]
    pairs = _pairs(gone, come)
    for one, two in pairs:
        yield f"{_title(two)}: {_changed(one, two)}"
    changed_to = [two for _, two in pairs]
    changed_from = [one for one, _ in pairs]
    for region in come:
        if region not in changed_to:
            at = f" at {region.guest:#x}" if region.guest != region.phys else ""
            yield f"gets {_title(region)}{at} with the rights {access(region.flags)}"
    for region in gone:
        if region not in changed_from:
            yield f"loses {_title(region)}"


def _title(region: Region) -> str:
    name = f" '{region.name}'" if region.name and region.type != "ram" else ""
    shown = format_range(region.phys, region.size)
    return f"{_KINDS[region.type]}{name} {shown} ({about_size(region.size)})"


def _pairs(gone: list[Region], come: list[Region]) -> list[tuple[Region, Region]]:
    """Pairs of an old and a new region with the same physical or guest address."""
    keys: list[Callable[[Region], object]] = [
        lambda x: (x.type, x.name, x.phys, x.size),
        lambda x: (x.type, x.phys),
        lambda x: (x.type, x.guest),
    ]
    pairs: list[tuple[Region, Region]] = []
    left, right = list(gone), list(come)
    for key in keys:
        places = {key(region): region for region in left}
        for region in list(right):
            other = places.pop(key(region), None)
            if other is not None:
                pairs.append((other, region))
                left.remove(other)
                right.remove(region)
    return sorted(pairs, key=lambda x: come.index(x[1]))


def _changed(old: Region, new: Region) -> str:
    words = []
    if old.phys != new.phys:
        words.append(f"moved from {old.phys:#x}")
    if old.size != new.size:
        grown = "grown" if new.size > old.size else "shrunk"
        words.append(f"{grown} from {format_size(old.size)} to {format_size(new.size)}")
    if access(old.flags) != access(new.flags):
        words.append(f"rights {access(new.flags)}, not {access(old.flags)}")
    if old.guest != new.guest:
        words.append(f"guest address {new.guest:#x}, not {old.guest:#x}")
    if old.irq != new.irq:
        words.append(f"doorbell {new.irq or 'none'}, not {old.irq or 'none'}")
    if old.ring != new.ring:
        words.append(_may_ring(new))
    for flag, name in _FLAGS:
        if (old.flags ^ new.flags) & flag:
            words.append(name if new.flags & flag else f"not {name} any more")
    return ", ".join(words)


def _may_ring(region: Region) -> str:
    return "may ring the others" if region.ring else "may not ring the others any more"


def root_memory_changes(old: Cell, new: Cell) -> Iterator[str]:
    """Yields changes of root's addresses. Their division into regions is ignored."""
    for kind in _KINDS:
        one = [x.range for x in old.regions if x.type == kind]
        two = [x.range for x in new.regions if x.type == kind]
        for verb, ranges in (
            ("gets", subtract(two, one)),
            ("loses", subtract(one, two)),
        ):
            for item in ranges:
                shown = format_range(item.start, item.size)
                yield f"{verb} {_KINDS[kind]} {shown} ({about_size(item.size)})"
    before = {(x.type, x.phys): x for x in old.regions}
    for region in new.regions:
        other = before.get((region.type, region.phys))
        if other and other.flags != region.flags:
            rights = f"{access(region.flags)}, not {access(other.flags)}"
            yield f"{_title(region)}: rights {rights}"
        if other and other.rung != region.rung:
            rung = "is rung" if region.rung else "is not rung any more"
            yield f"{_title(region)}: {rung}"
        if other and other.ring != region.ring:
            yield f"{_title(region)}: {_may_ring(region)}"
