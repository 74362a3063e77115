# SPDX-License-Identifier: GPL-2.0
"""Checks of a cell's named shared regions and their doorbells."""

from collections import Counter

from ..arch import arch_of
from ..model import Cell, Region, System
from ..problems import Report
from ..units import join


def check_shared(system: System, cell: Cell, report: Report) -> None:
    names = Counter(region.name for region in cell.shared.values())
    for name in (x for x, count in names.items() if count > 1):
        message = f"has two shared regions named '{name}'"
        report.error(cell.where, cell.name, message, "give each its own name")
    for region in cell.shared.values():
        if cell.root:
            _check_root(region, cell, report)
        else:
            _check_named(system, cell, region, report)
            _check_doorbell(system, cell, region, report)


def _check_root(region: Region, cell: Cell, report: Report) -> None:
    if region.irq:
        message = f"'{region.name}' has the doorbell interrupt {region.irq}"
        hint = "root is rung by the platform's root_doorbell: doorbell: true"
        report.error(region.where, cell.name, message, hint)


def _check_named(system: System, cell: Cell, region: Region, report: Report) -> None:
    """Root's list defines which memory can be shared."""
    roots = system.root.shared.values()
    if any(other.range == region.range for other in roots):
        return
    message = f"shares '{region.name}', but root doesn't list exactly that memory"
    hint = f"root: memory: the same with type: shared, name: {region.name}"
    report.error(region.where, cell.name, message, hint)


def _check_doorbell(system: System, cell: Cell, region: Region, report: Report) -> None:
    if not region.irq:
        return
    spare = system.platform.spare_irqs
    known = spare or arch_of(system.platform).spare_irqs_in_blobs
    if known and region.irq not in spare:
        listed = join([str(irq) for irq in spare]) or "none"
        report.error(
            region.where,
            cell.name,
            f"the doorbell {region.irq} of '{region.name}' is not one of the spare "
            "interrupts",
            f"spare_irqs of the platform: {listed}",
        )
    others = [x.name for x in cell.shared.values() if x.irq == region.irq]
    console = cell.console and cell.console.irq == region.irq
    if console or others.index(region.name):
        whose = "its console" if console else f"'{others[0]}'"
        message = (
            f"the doorbell {region.irq} of '{region.name}' is also that of {whose}"
        )
        report.error(region.where, cell.name, message, "doorbell: true chooses one")
