# SPDX-License-Identifier: GPL-2.0
"""What a cell needs so that Linux runs in it."""

from .. import abi
from ..model import Cell, System
from ..problems import ConfigError, Report
from ..units import join
from .devices import warn_remapped

_VIRTUAL_TIMER = abi.ARM64_TIMER_PPIS[0]


def check_linux(system: System, cell: Cell, report: Report) -> None:
    where, x86 = cell.line("linux"), system.platform.arch == "x86"
    timed = any(irq.first <= _VIRTUAL_TIMER <= irq.last for irq in cell.irqs)
    if not timed and not x86:
        report.error(
            cell.line("irqs"),
            cell.name,
            f"Linux needs the timer's interrupt {_VIRTUAL_TIMER}",
            "list it under irqs, or leave irqs out",
        )
    needed = abi.REGION_READ | abi.REGION_WRITE | abi.REGION_EXECUTE
    needed |= abi.REGION_LOADABLE
    if not any(
        x.type == "ram" and x.flags & needed == needed and x.guest == cell.entry
        for x in cell.regions
    ):
        report.error(
            where,
            cell.name,
            f"no memory that is loadable, with all rights, starts at the entry "
            f"{cell.entry:#x}: the kernel is put there",
            "loadable: true",
        )
    if cell.console and not cell.console.irq:
        report.warning(
            cell.console.where,
            cell.name,
            "Linux reads its console by interrupt: without irq it gets no input",
            "console: true",
        )
    if x86 and cell.entry:
        report.error(
            where,
            cell.name,
            f"Linux on x86 starts at guest address 0, not {cell.entry:#x}",
            "its first memory: guest: 0",
        )
    if "\0" in cell.bootargs:
        report.error(where, cell.name, "bootargs has a NUL in it", "leave it out")
    if x86:
        _check_x86_devices(system, cell, report)
    elif cell.devices:
        _check_devices(system, cell, report)


def _check_x86_devices(system: System, cell: Cell, report: Report) -> None:
    """Of those, its ACPI tables have PCI functions."""
    known = system.platform.devices
    others = [x for x in cell.devices if x in known and not known[x].pci]
    if others:
        report.warning(
            cell.line("devices"),
            cell.name,
            f"its ACPI tables don't describe {join(others)}: Linux doesn't "
            "see what devices: gives it",
            "leave it out, or load a driver that knows where they are",
        )
    if cell.functions:
        where, name = cell.line("pci"), "a PCI function"
        warn_remapped(system, cell, name, where, report)


def _check_devices(system: System, cell: Cell, report: Report) -> None:
    """What its device tree can't say of them."""
    from ..write import assigned

    where, platform = cell.line("devices"), system.platform
    if not platform.dtb:
        report.warning(
            where,
            cell.name,
            f"its device tree doesn't describe {join(list(cell.devices))}, as the "
            "platform names no device tree of the machine: Linux doesn't see what "
            "devices: gives it",
            "--dtb FILE, or dtb: in the platform",
        )
        return
    try:
        found = assigned.find(system, cell)
    except ConfigError as error:
        report.problems += error.problems
        return
    for name, why in found.missing.items():
        report.warning(
            where,
            cell.name,
            f"its device tree doesn't describe {name}: {why}",
            "add a node at its start: hvctl cell linux --overlay FILE",
        )
    for clock in found.guessed:
        report.note(
            where,
            cell.name,
            f"{clock.device} has a clock whose rate isn't known: its device tree says "
            f"{assigned.GUESSED_HZ // 1_000_000} MHz ({clock.path})",
            "give the right one at its start: hvctl cell linux --overlay FILE",
        )
