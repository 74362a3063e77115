# SPDX-License-Identifier: GPL-2.0
"""What a cell needs so that Linux runs in it."""

from . import abi
from .model import Cell
from .problems import Report
from .units import join

_VIRTUAL_TIMER = abi.ARM64_TIMER_PPIS[0]


def check(cell: Cell, report: Report) -> None:
    where = cell.line("linux")
    if not any(irq.first <= _VIRTUAL_TIMER <= irq.last for irq in cell.irqs):
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
    if cell.devices:
        report.warning(
            cell.line("devices"),
            cell.name,
            f"its device tree doesn't describe {join(list(cell.devices))}: Linux "
            "doesn't see what devices: gives it",
            "add nodes at its start: hvctl cell linux --overlay FILE",
        )
    if "\0" in cell.bootargs:
        report.error(where, cell.name, "bootargs has a NUL in it", "leave it out")
