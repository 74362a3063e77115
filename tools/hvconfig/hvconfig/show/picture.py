# SPDX-License-Identifier: GPL-2.0
"""The rows of a picture, as SVG or on a terminal.

A row has holders: names of columns (hypervisor, root cell, cells).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from .. import abi, units
from ..arch import arch_of
from ..model import Cell, Cpu, Range, System
from ..write import blob
from .picture_memory import HYPERVISOR, Hold, Span, Use, shared_of, spans_of, uses_of

_NUMBERED = re.compile(r"(.*?)(\d*)( \(DMA\)|)")


@dataclass(frozen=True)
class Row:
    """A resource other than memory, and its holders."""

    label: str
    detail: str
    holders: dict[str, Hold]


@dataclass(frozen=True)
class Picture:
    system: System
    digest: str  # SHA-256 of the blob that build makes
    owners: tuple[str, ...]  # columns: hypervisor, root, cells
    spans: tuple[Span, ...]
    clusters: tuple[tuple[str, tuple[Row, ...]], ...]
    devices: tuple[Row, ...]
    irqs: tuple[Row, ...]
    shared: dict[Range, tuple[Use, ...]] = field(default_factory=dict)


def compose(system: System) -> Picture:
    """The picture of a checked system."""
    import hashlib

    names = tuple(cell.name for cell in system.cells)
    uses = tuple(uses_of(system))
    return Picture(
        system=system,
        digest=hashlib.sha256(blob.encode(system)).hexdigest(),
        owners=(HYPERVISOR, system.root.name, *names),
        spans=tuple(spans_of(system, uses)),
        clusters=tuple(_clusters(system)),
        devices=tuple(_devices(system)),
        irqs=tuple(_irqs(system)),
        shared=shared_of(uses),
    )


def cluster_of(cpu: Cpu) -> int:
    """The platform's cluster, else Aff1 and above of MPIDR (Arm ARM, D17)."""
    return cpu.hw_id >> 8 if cpu.cluster is None else cpu.cluster


def _clusters(system: System) -> Iterator[tuple[str, tuple[Row, ...]]]:
    rows: dict[int, list[Row]] = defaultdict(list)
    for cpu in system.platform.cpus:
        holders = _held(system, partial(_has_cpu, cpu.number))
        detail = f"{arch_of(system.platform).hw_id_name} {cpu.hw_id:#x}"
        rows[cluster_of(cpu)].append(Row(f"CPU {cpu.number}", detail, holders))
    for number, (_, found) in enumerate(sorted(rows.items())):
        yield f"cluster {number}", tuple(found)


def _has_cpu(number: int, cell: Cell) -> bool:
    return number in cell.cpus


def _held(system: System, has: Callable[[Cell], bool]) -> dict[str, Hold]:
    """Holders of a resource that root has while no cell has it."""
    holders = {cell.name: Hold.WHILE for cell in system.cells if has(cell)}
    if has(system.root):
        holders[system.root.name] = Hold.ELSE if holders else Hold.ALWAYS
    return holders


def _devices(system: System) -> Iterator[Row]:
    """A row for each device of a cell, and one for all others."""
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
    """Shortens virtio0 (DMA), virtio1 (DMA) ... to virtio0 to virtio31 (DMA)."""
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
    """One row for all interrupts with the same holders and source."""
    if not arch_of(system.platform).lists_root_irqs:
        if system.platform.root_doorbell:
            label = str(system.platform.root_doorbell)
            yield Row(label, "doorbell", {system.root.name: Hold.ALWAYS})
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
    """The uses of a spare interrupt."""
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
