# SPDX-License-Identifier: GPL-2.0
"""Checks between cells: a resource has one owner.

Cells that exclude each other (not_with) can have the same resources.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..arch import arch_of
from ..arch.base import Architecture
from ..model import Cell, Range, System, function_name
from ..problems import Report, Where
from ..units import format_range, format_size, join


@dataclass(frozen=True, eq=False)
class _Claim:
    """Memory that a cell or the hypervisor claims."""

    range: Range
    cell: Cell | None  # None: the hypervisor's
    what: str
    where: Where
    type: str = ""  # type of the region

    @property
    def owner(self) -> str:
        return self.cell.name if self.cell else "the hypervisor"


class Conflict(NamedTuple):
    """A resource that a cell can't have, and the cells that have it."""

    cell: str
    others: list[str]  # empty: the hypervisor has it
    where: Where
    message: str
    hint: str = ""


def check_owners(system: System, report: Report) -> None:
    check_conflicts(system, report)
    _check_shared(system, report)


def check_conflicts(system: System, report: Report) -> None:
    excluded = _Exclusions(system.cells)
    for found in _conflicts(system, excluded):
        hint = found.hint or (
            f"if they never run at the same time: not_with: [{', '.join(found.others)}]"
        )
        report.error(found.where, found.cell, found.message, hint)


def needed_exclusions(system: System) -> dict[str, list[str]]:
    """Returns, for each cell, the earlier cells that conflict with it."""
    result: dict[str, set[str]] = {cell.name: set() for cell in system.cells}
    order = {name: number for number, name in enumerate(result)}
    for found in _conflicts(system, lambda one, other: False):
        for other in found.others:
            first, second = sorted((found.cell, other), key=lambda x: order[x])
            result[second].add(first)
    return {name: sorted(x, key=lambda y: order[y]) for name, x in result.items()}


_Excluded = Callable[[Cell | None, Cell | None], bool]


class _Exclusions:
    """Tells for two cells whether the config excludes that both exist."""

    def __init__(self, cells: Iterable[Cell]) -> None:
        self._names = {cell.name: set(cell.not_with) for cell in cells}

    def __call__(self, one: Cell | None, other: Cell | None) -> bool:
        if one is None or other is None:
            return False
        first, second = self._names[one.name], self._names[other.name]
        return (
            "all" in first
            or "all" in second
            or other.name in first
            or one.name in second
        )


def _conflicts(system: System, excluded: _Excluded) -> Iterator[Conflict]:
    yield from _memory_conflicts(_claims(system), excluded)
    cpus = [(cell, set(cell.cpus)) for cell in system.cells]
    yield from _single_conflicts("cpus", "CPU", cpus, excluded)
    arch = arch_of(system.platform)
    irqs = [(cell, _global_irqs(arch, cell)) for cell in system.cells]
    yield from _single_conflicts("irqs", "interrupt", irqs, excluded)
    ports = [(cell, _ports(cell)) for cell in system.cells]
    yield from _single_conflicts("ports", "I/O port", ports, excluded, hex)
    functions = [(cell, set(cell.functions)) for cell in system.cells]
    yield from _single_conflicts(
        "pci", "PCI function", functions, excluded, function_name
    )


def _ports(cell: Cell) -> set[int]:
    return {x for item in cell.ports for x in range(item.start, item.end)}


def _global_irqs(arch: Architecture, cell: Cell) -> set[int]:
    """Returns the cell's interrupts that exist once in the machine, not per CPU."""
    return {x for x in arch.irq_numbers(cell.irqs) if x >= arch.first_global_irq}


def _single_conflicts(
    key: str,
    what: str,
    wanted: Iterable[tuple[Cell, set[int]]],
    excluded: _Excluded,
    show: Callable[[int], str] = str,
) -> Iterator[Conflict]:
    """Conflicts over numbered resources."""
    owners: dict[int, list[Cell]] = defaultdict(list)
    for cell, numbers in wanted:
        for number in sorted(numbers):
            others = [x.name for x in owners[number] if not excluded(x, cell)]
            owners[number].append(cell)
            if others:
                message = f"{what} {show(number)} also belongs to {join(others)}"
                yield Conflict(cell.name, others, _line(cell, key, number), message)


def _line(cell: Cell, key: str, number: int) -> Where:
    """Returns the line of the device or console with the interrupt, else of the key."""
    for item in cell.irqs if key == "irqs" else ():
        if item.first <= number <= item.last and item.where.file:
            return item.where
    return cell.line(key)


def _claims(system: System) -> list[_Claim]:
    claims = [_Claim(system.hypervisor, None, "the memory", system.line("hypervisor"))]
    for cell in system.cells:
        for region in cell.regions:
            shown = format_range(region.phys, region.size)
            name = f"{region.name} ({shown})" if region.name else f"memory {shown}"
            claims.append(_Claim(region.range, cell, name, region.where, region.type))
        if cell.image.size:
            shown = f"the image {format_range(cell.image.start, cell.image.size)}"
            claims.append(_Claim(cell.image, cell, shown, cell.line("image")))
    return [claim for claim in claims if claim.range.size]


def _memory_conflicts(claims: list[_Claim], excluded: _Excluded) -> Iterator[Conflict]:
    """Overlaps of claims, found in one sweep over ascending addresses."""
    active: list[_Claim] = []
    overlaps: dict[_Claim, list[_Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda x: (x.range, x.where)):
        active = [x for x in active if x.range.end > claim.range.start]
        for other in active:
            same_shared = (
                other.type == claim.type == "shared" and other.range == claim.range
            )
            if not same_shared and other.cell is not claim.cell:
                if not excluded(other.cell, claim.cell):
                    earlier, later = sorted((claim, other), key=_place)
                    overlaps[later].append(earlier)
        active.append(claim)
    for later, others in sorted(overlaps.items(), key=lambda x: _place(x[0])):
        yield _memory_conflict(later, sorted(others, key=_place))


def _place(claim: _Claim) -> tuple[bool, Where]:
    return claim.cell is not None, claim.where


def _memory_conflict(claim: _Claim, others: list[_Claim]) -> Conflict:
    """Reports a conflict at that claim which comes later in the file."""
    first = others[0]
    names = list(dict.fromkeys(x.owner for x in others))
    start = max(first.range.start, claim.range.start)
    size = min(first.range.end, claim.range.end) - start
    if len(others) == 1:
        whose = f"{first.what} of {first.owner}"
    else:
        whose = f"memory of {join(names)}"
    types = {x.type for x in (claim, *others)}
    hint = f"or if they never run at the same time: not_with: [{', '.join(names)}]"
    if first.cell is None:
        hint = "move one of them"
    elif types == {"shared"}:
        hint = "cells share a region as a whole or not at all"
    elif types == {"mmio"}:
        hint = f"give it to one of them, {hint}"
    else:
        hint = f"move it, {hint}"
    return Conflict(
        claim.owner,
        [other.owner for other in others if other.cell],
        claim.where,
        f"{claim.what} overlaps {whose} by {format_size(size)} at {start:#x}",
        hint,
    )


def _check_shared(system: System, report: Report) -> None:
    """Checks that at least two cells list a shared region."""
    parties: dict[Range, list[tuple[Cell, str, Where]]] = defaultdict(list)
    for cell in (system.root, *system.cells):
        for region in cell.regions:
            if region.type == "shared" and region.flags:
                parties[region.range].append((cell, region.name, region.where))
    for span, users in parties.items():
        if len(users) == 1:
            cell, name, where = users[0]
            title = name or format_range(span.start, span.size)
            message = f"shares {title}, but no other cell lists it"
            report.error(
                where,
                cell.name,
                message,
                "list it under shared: of another cell or root",
            )
    for name, region in system.shared.items():
        if region.range not in parties:
            report.warning(
                region.where,
                name,
                "no cell lists this shared region",
                "list it under shared: of two cells, or remove it",
            )
