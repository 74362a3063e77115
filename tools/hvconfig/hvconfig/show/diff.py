# SPDX-License-Identifier: GPL-2.0
"""Describes in words what changed from one system to another.

The most important changes come first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from .. import abi
from ..arch import arch_of
from ..arch.base import Architecture
from ..model import Cell, IrqRange, System, function_name
from ..units import format_range, format_size, join, join_irqs
from ..write import blob
from . import diff_platform
from .diff_memory import memory_changes, root_memory_changes

# In order of importance: access rights, behaviour, informative keys.
REACH, CONDUCT, NAMES = "reach", "conduct", "names"
TITLES = {
    REACH: "What cells can reach",
    CONDUCT: "How they run",
    NAMES: "Names",
}


@dataclass(frozen=True)
class Change:
    importance: str  # REACH, CONDUCT or NAMES
    subject: str  # name of a cell, "hypervisor" or "platform"
    key: str  # the YAML key
    message: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}"


def changes(old: System, new: System, names: bool = True) -> list[Change]:
    """All changes in order. names: both systems are from YAML, which has names."""
    found = list(_all(old, new, names))
    if not found and blob.encode(old) != blob.encode(new):
        words = "the blobs differ in fields that diff doesn't know"
        found.append(Change(REACH, new.name, "", words))
    return sorted(found, key=lambda x: list(TITLES).index(x.importance))


def _all(old: System, new: System, names: bool) -> Iterator[Change]:
    yield from _hypervisor(old, new)
    for key, message in diff_platform.changes(old.platform, new.platform, names):
        importance = CONDUCT if key == "spare_irqs" else REACH
        yield Change(importance, "platform", key, message)
    yield from _root(old, new, names)
    yield from _cells(old, new, names)
    if old.name != new.name:
        words = f"the system is called {new.name}, not {old.name}"
        yield Change(NAMES, new.name, "name", words)
    if names and old.platform.name != new.platform.name:
        words = f"is called {new.platform.name}, not {old.platform.name}"
        yield Change(NAMES, "platform", "name", words)


def _hypervisor(old: System, new: System) -> Iterator[Change]:
    one, two = old.hypervisor, new.hypervisor
    if one != two:
        words = (
            f"its memory is {format_range(two.start, two.size)} "
            f"({format_size(two.size)}), not {format_range(one.start, one.size)} "
            f"({format_size(one.size)})"
        )
        yield Change(REACH, "hypervisor", "hypervisor", words)
    if old.protect != new.protect:
        words = "a reset or power-off by root "
        words += "parks root now" if new.protect else "ends the cells now"
        yield Change(CONDUCT, "hypervisor", "protect", f"{words} (protect)")
    for owner in abi.FIRMWARE:
        if (owner in old.deny_firmware) != (owner in new.deny_firmware):
            words = "can't" if owner in new.deny_firmware else "can"
            words = f"root {words} call firmware of the owner {owner} now"
            yield Change(REACH, "hypervisor", "deny_firmware", words)


def _root(old: System, new: System, names: bool) -> Iterator[Change]:
    one, two = old.root, new.root
    for words in root_memory_changes(one, two):
        yield Change(REACH, two.name, "memory", words)
    yield from _common(arch_of(new.platform), one, two)
    if names and old.mem != new.mem:
        words = f"mem= is {format_size(new.mem)}, not {format_size(old.mem)}"
        yield Change(CONDUCT, two.name, "mem", words)
    if one.name != two.name:
        yield Change(NAMES, two.name, "name", f"was called {one.name}")


def _cells(old: System, new: System, names: bool) -> Iterator[Change]:
    before = {cell.name: cell for cell in old.cells}
    after = {cell.name: cell for cell in new.cells}
    renamed = _renamed(before, after)
    for name, cell in before.items():
        if name not in after and name not in renamed.values():
            yield Change(REACH, name, "cells", f"is removed ({_gist(cell)})")
    for name, cell in after.items():
        if name in renamed:
            yield Change(NAMES, name, "cells", f"was called {renamed[name]}")
        elif name not in before:
            yield Change(REACH, name, "cells", f"is new ({_gist(cell)})")
        else:
            yield from _cell(arch_of(new.platform), before[name], cell, names)
    if names:
        yield from _exclusions(old, new)
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        words = "the order of the cells differs"
        yield Change(NAMES, new.name, "cells", words)


def _renamed(before: dict[str, Cell], after: dict[str, Cell]) -> dict[str, str]:
    """Cells that differ from an old one in their names only: {new: old}."""
    gone = [cell for name, cell in before.items() if name not in after]
    result = {}
    for name, cell in after.items():
        same = [x for x in gone if replace(x, name=name) == cell]
        if name not in before and same:
            result[name] = same[0].name
            gone.remove(same[0])
    return result


def _gist(cell: Cell) -> str:
    """A summary of a cell."""
    ram = sum(region.size for region in cell.regions if region.type == "ram")
    words = [f"{_cpus(cell.cpus)}, {format_size(ram)} of RAM"]
    if cell.devices:
        words.append(f"devices {join(list(cell.devices))}")
    return ", ".join(words)


def _cpus(numbers: Iterable[int]) -> str:
    shown = sorted(numbers)
    return f"CPU{'s' if len(shown) > 1 else ''} {join_irqs(shown)}"


def _cell(arch: Architecture, old: Cell, new: Cell, names: bool) -> Iterator[Change]:
    if names:
        yield from _devices(old, new)
        come, gone = set(new.devices), set(old.devices)
        old, new = _without(old, gone - come), _without(new, come - gone)
    for words in memory_changes(old, new):
        yield Change(REACH, new.name, "memory", words)
    yield from _common(arch, old, new)
    if names:
        if old.linux != new.linux:
            words = "is a Linux cell" if new.linux else "is not a Linux cell any more"
            yield Change(CONDUCT, new.name, "linux", words)
        if old.bootargs != new.bootargs:
            words = f"its bootargs are '{new.bootargs}', not '{old.bootargs}'"
            yield Change(CONDUCT, new.name, "linux", words)
    yield from _conduct(old, new)


def _devices(old: Cell, new: Cell) -> Iterator[Change]:
    for verb, one, two in (("gets", new, old), ("loses", old, new)):
        for name in one.devices:
            if name in two.devices:
                continue
            parts = [
                f"registers {format_range(x.phys, x.size)}"
                for x in one.regions
                if x.type == "mmio" and x.name == name
            ]
            irqs = [x for irq in one.irqs if irq.name == name for x in _numbers(irq)]
            if irqs:
                plural = "s" if len(irqs) > 1 else ""
                parts.append(f"interrupt{plural} {join_irqs(sorted(irqs))}")
            shown = f" ({', '.join(parts)})" if parts else ""
            yield Change(REACH, new.name, "devices", f"{verb} the device {name}{shown}")


def _numbers(irq: IrqRange) -> range:
    return range(irq.first, irq.last + 1)


def _without(cell: Cell, devices: set[str]) -> Cell:
    """The cell without the resources of some devices, whose change is reported."""
    return replace(
        cell,
        regions=tuple(
            x for x in cell.regions if x.type != "mmio" or x.name not in devices
        ),
        irqs=tuple(x for x in cell.irqs if x.name not in devices),
    )


def _exclusions(old: System, new: System) -> Iterator[Change]:
    """Changed exclusions between cells that both systems have."""
    before = {cell.name: cell for cell in old.cells}
    cells = [cell for cell in new.cells if cell.name in before]
    for number, cell in enumerate(cells):
        apart: list[str] = []
        beside: list[str] = []
        for other in cells[:number]:
            was = before[cell.name].never_with(before[other.name])
            if cell.never_with(other) != was:
                (beside if was else apart).append(other.name)
        if beside:
            words = f"may exist at the same time as {join(beside)}"
            yield Change(REACH, cell.name, "not_with", words)
        if apart:
            words = f"never exists at the same time as {join(apart)}"
            yield Change(REACH, cell.name, "not_with", words)


def _listed(
    subject: str, key: str, old: Iterable[str], new: Iterable[str], what: str
) -> Iterator[Change]:
    """Added and removed names."""
    old, new = list(old), list(new)
    for word, names in (
        ("gets", [x for x in new if x not in old]),
        ("loses", [x for x in old if x not in new]),
    ):
        if names:
            plural = "s" if len(names) > 1 else ""
            yield Change(
                REACH, subject, key, f"{word} the {what}{plural} {join(names)}"
            )


def _ports(cell: Cell) -> set[str]:
    return {f"{x.start:#x}-{x.end - 1:#x}" for x in cell.ports}


def _functions(cell: Cell) -> set[str]:
    return {function_name(function) for function in cell.functions}


def _common(arch: Architecture, old: Cell, new: Cell) -> Iterator[Change]:
    """Changes of keys that root has, too."""
    gone, come = set(old.cpus) - set(new.cpus), set(new.cpus) - set(old.cpus)
    if come:
        yield Change(REACH, new.name, "cpus", f"gets {_cpus(come)}")
    if gone:
        yield Change(REACH, new.name, "cpus", f"loses {_cpus(gone)}")
    one, two = arch.irq_numbers(old.irqs), arch.irq_numbers(new.irqs)
    for word, numbers in (("gets", two - one), ("loses", one - two)):
        if numbers:
            words = f"{word} interrupt{'s' if len(numbers) > 1 else ''} "
            yield Change(REACH, new.name, "irqs", words + join_irqs(sorted(numbers)))
    for key, what, before, after in (
        ("ports", "I/O port", _ports(old), _ports(new)),
        ("pci", "PCI function", _functions(old), _functions(new)),
    ):
        for word, names in (("gets", after - before), ("loses", before - after)):
            if names:
                plural = "s" if len(names) > 1 else ""
                words = f"{word} {what}{plural} {join(sorted(names))}"
                yield Change(REACH, new.name, key, words)
    if old.irq_mode != new.irq_mode:
        words = f"its irq_mode is {new.irq_mode}, not {old.irq_mode}"
        yield Change(REACH, new.name, "irq_mode", words)
    yield from _listed(new.name, "rights", old.rights, new.rights, "right")
    if old.abort != new.abort:
        words = "a violation " + ("raises an abort in it" if new.abort else "stops it")
        yield Change(CONDUCT, new.name, "on_violation", words)
    if old.args != new.args:
        words = f"its command line is '{new.args}', not '{old.args}'"
        yield Change(CONDUCT, new.name, "args", words)


def _conduct(old: Cell, new: Cell) -> Iterator[Change]:
    """Changes of entry, info page, console and image."""
    for key, one, two in (
        ("entry", f"{old.entry:#x}", f"{new.entry:#x}"),
        ("info", _address(old.info), _address(new.info)),
        ("console", _console(old), _console(new)),
        ("image", _image(old), _image(new)),
    ):
        if one != two:
            yield Change(CONDUCT, new.name, key, f"{_WORDS[key]} is {two}, not {one}")


_WORDS = {
    "entry": "its first instruction",
    "info": "its info page",
    "console": "its console",
    "image": "the memory for its snapshot",
}


def _address(value: int) -> str:
    return f"{value:#x}" if value else "none"


def _console(cell: Cell) -> str:
    console = cell.console
    if console is None:
        return "none"
    how = f"interrupt {console.irq}" if console.irq else "polled"
    return f"{console.kind} at {console.guest:#x} ({how})"


def _image(cell: Cell) -> str:
    image = cell.image
    return format_range(image.start, image.size) if image.size else "none"
