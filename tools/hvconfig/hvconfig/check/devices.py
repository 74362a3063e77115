# SPDX-License-Identifier: GPL-2.0
"""Checks of a cell's devices: DMA, dependencies, shared interrupts."""

from .. import abi
from ..arch import arch_of
from ..model import Cell, Device, Platform, System
from ..problems import Report, Where
from ..units import format_size, join

_SHOWN = 5  # a sentence lists at most so many names


def check_devices(system: System, cell: Cell, report: Report) -> None:
    devices = system.platform.devices
    own = [devices[x] for x in (*cell.devices, *cell.neighbours) if x in devices]
    for device in own:
        if device.dma:
            _check_dma(system, cell, device, report)
        _check_needs(cell, device, report)
        _check_machine_console(system.platform, cell, device, report)
    _check_needed(system, cell, own, report)
    _check_wires(system.platform, cell, own, report)
    _check_irqs(system.platform, cell, report)


def owner_of(system: System, cell: Cell, device: str) -> str:
    """Returns the owner of a device while the cell exists: a cell or root."""
    for other in (cell, *system.cells):
        if device in (*other.devices, *other.neighbours):
            if other is cell or not other.never_with(cell):
                return other.name
    return system.root.name


def warn_remapped(
    system: System, cell: Cell, name: str, where: Where, report: Report
) -> bool:
    """Warns of a device whose DMA uses guest addresses that aren't physical ones."""
    hint = "remove guest:, so that both are equal"
    low = arch_of(system.platform).dma_free_bytes if cell.linux else 0
    if low:
        hint = f"{format_size(low)} of it at guest: 0, the rest without guest:"
    for region in cell.regions:
        if region.type == "mmio" or region.phys == region.guest:
            continue
        if region.guest + region.size > low:
            report.warning(
                where,
                cell.name,
                f"{name} does DMA with physical addresses, but the cell's memory "
                f"{region.phys:#x} has the guest address {region.guest:#x}: DMA "
                "would access memory of others",
                hint,
            )
            return True
    return False


def _check_dma(system: System, cell: Cell, device: Device, report: Report) -> None:
    where = cell.line("devices")
    if warn_remapped(system, cell, device.name, where, report):
        return
    if device.iommu:
        owner = owner_of(system, cell, device.iommu)
        report.warning(
            where,
            cell.name,
            f"{device.name} does DMA, and the hypervisor doesn't program its IOMMU "
            f"{device.iommu}: the owner of the IOMMU, {owner}, decides which "
            "memory the cell can access by DMA",
            "give it only to a cell that may access all memory",
        )
    else:
        report.warning(
            where,
            cell.name,
            f"{device.name} does DMA without an IOMMU: the cell can access all "
            "memory by DMA",
            "give it only to a cell that may access all memory",
        )


def _check_needs(cell: Cell, device: Device, report: Report) -> None:
    own = (*cell.devices, *cell.neighbours)
    missing = [need for need in device.needs if need not in own]
    if missing:
        report.note(
            cell.line("devices"),
            cell.name,
            f"{device.name} depends on {_some(missing)}, which the cell doesn't "
            "have: Linux must not switch it off",
            "add clk_ignore_unused and pd_ignore_unused to Linux's arguments",
        )


def _check_needed(
    system: System, cell: Cell, own: list[Device], report: Report
) -> None:
    """Reports devices of others that depend on devices of the cell."""
    names = {device.name for device in own}
    users: dict[str, list[str]] = {}
    for device in system.platform.devices.values() if names else ():
        if device.name in names or device.disabled:
            continue
        for need in names.intersection(device.needs):
            users.setdefault(need, []).append(device.name)
    for name, needing in sorted(users.items()):
        report.warning(
            cell.line("devices"),
            cell.name,
            f"{_some(needing)} {'depends' if len(needing) == 1 else 'depend'} on "
            f"{name}, which only the cell controls",
            f"give {name} to root, or all of them to the cell",
        )


def _check_machine_console(
    platform: Platform, cell: Cell, device: Device, report: Report
) -> None:
    uart = platform.uart
    if device.name != platform.stdout and not any(
        uart and reg.start <= uart < reg.end for reg in device.regs
    ):
        return
    report.warning(
        cell.line("devices"),
        cell.name,
        f"{device.name} is the machine's console: Linux loses it, and its last "
        "output may be truncated",
        "another device, or console: true for an emulated one",
    )


def _check_wires(
    platform: Platform, cell: Cell, own: list[Device], report: Report
) -> None:
    """Reports interrupts that devices inside and outside the cell share."""
    wires = {irq: device.name for device in reversed(own) for irq in _spis(device)}
    names = {device.name for device in own}
    others: dict[int, list[str]] = {}
    for device in platform.devices.values() if wires else ():
        if device.name not in names and not device.disabled:
            for irq in wires.keys() & _spis(device):
                others.setdefault(irq, []).append(device.name)
    for irq, raising in sorted(others.items()):
        report.warning(
            cell.line("devices"),
            cell.name,
            f"interrupt {irq} of {wires[irq]} is shared with {_some(raising)}: "
            "only the cell receives it, whichever device raises it",
            f"give {wires[irq]} to root, or all of them to the cell",
        )


def _spis(device: Device) -> set[int]:
    return {
        number
        for irq in device.irqs
        for number in range(irq.first, min(irq.last, abi.ARM64_SPI_LAST) + 1)
        if number >= abi.ARM64_SPI_FIRST
    }


def _check_irqs(platform: Platform, cell: Cell, report: Report) -> None:
    """Reports listed interrupts that a device outside the cell raises."""
    listed = [x for x in cell.irqs if not x.name and x.last >= abi.ARM64_SPI_FIRST]
    if not listed:
        return
    own = (*cell.devices, *cell.neighbours)
    for device in platform.devices.values():
        for irq in device.irqs if device.name not in own else ():
            for item in listed:
                if item.first <= irq.last and irq.first <= item.last:
                    report.warning(
                        item.where,
                        cell.name,
                        f"interrupt {max(item.first, irq.first)} is raised by "
                        f"{device.name}, which the cell doesn't have",
                        f"devices: [{device.name}] includes it",
                    )


def _some(names: list[str]) -> str:
    if len(names) <= _SHOWN:
        return join(names)
    return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
