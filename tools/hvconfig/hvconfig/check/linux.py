# SPDX-License-Identifier: GPL-2.0
"""Checks of a cell that runs Linux."""

from .. import abi
from ..arch import arch_of
from ..model import Cell, System
from ..problems import ConfigError, Report
from ..units import join
from .devices import warn_remapped


def check_linux(system: System, cell: Cell, report: Report) -> None:
    where, arch = cell.line("linux"), arch_of(system.platform)
    arch.check_linux(cell, report)
    needed = abi.REGION_READ | abi.REGION_WRITE | abi.REGION_EXECUTE
    needed |= abi.REGION_LOADABLE
    if not any(
        x.type == "ram" and x.flags & needed == needed and x.guest == cell.entry
        for x in cell.regions
    ):
        report.error(
            where,
            cell.name,
            "no loadable memory with all rights starts at the entry "
            f"{cell.entry:#x}, where the kernel is loaded",
            "loadable: true",
        )
    if cell.console and not cell.console.irq:
        report.warning(
            cell.console.where,
            cell.name,
            "Linux reads its console by interrupt: without irq, it receives no input",
            (
                "remove irq: of the console"
                if system.platform.spare_irqs
                else "spare_irqs of the platform: pins that no device is wired to"
            ),
        )
    if "\0" in cell.bootargs:
        report.error(where, cell.name, "bootargs contains a NUL", "remove it")
    if not arch.has_device_tree:
        _check_acpi_devices(system, cell, report)
    elif cell.devices:
        _check_devices(system, cell, report)


def _check_acpi_devices(system: System, cell: Cell, report: Report) -> None:
    """ACPI tables describe PCI functions only."""
    known = system.platform.devices
    others = [x for x in cell.devices if x in known and not known[x].pci]
    if others:
        report.warning(
            cell.line("devices"),
            cell.name,
            f"its ACPI tables don't describe {join(others)}: Linux doesn't find them",
            "remove them, or load a driver that knows their addresses",
        )
    if cell.functions:
        where, name = cell.line("pci"), "a PCI function"
        warn_remapped(system, cell, name, where, report)


def _check_devices(system: System, cell: Cell, report: Report) -> None:
    """Reports devices that the cell's device tree can't describe."""
    from ..write import assigned

    where, platform = cell.line("devices"), system.platform
    if not platform.dtb:
        report.warning(
            where,
            cell.name,
            f"its device tree doesn't describe {join(list(cell.devices))}, because "
            "the platform names no device tree: Linux doesn't find them",
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
            "add a node at the start: hvctl cell linux --overlay FILE",
        )
    for clock in found.guessed:
        report.note(
            where,
            cell.name,
            f"the rate of a clock of {clock.device} isn't known: the cell's device "
            f"tree says {assigned.GUESSED_HZ // 1000000} MHz ({clock.path})",
            "correct it at the start: hvctl cell linux --overlay FILE",
        )
