# SPDX-License-Identifier: GPL-2.0
"""Checks of a platform by itself."""

from . import abi
from .model import IrqRange, Platform, Range
from .problems import Report
from .units import format_range

_AFFINITY = 0xFF00FFFFFF  # MPIDR_EL1.{Aff3,Aff2,Aff1,Aff0}


def check(platform: Platform, report: Report) -> None:
    _check_cpus(platform, report)
    _check_ram(platform, report)
    _check_gic(platform, report)
    _check_irqs(platform, report)
    _check_devices(platform, report)


def _check_cpus(platform: Platform, report: Report) -> None:
    seen: dict[int, int] = {}
    for cpu in platform.cpus:
        name = f"CPU {cpu.number}"
        if cpu.hw_id & ~_AFFINITY:
            report.error(
                cpu.where,
                name,
                f"{cpu.hw_id:#x} has bits besides the affinity fields of MPIDR",
                f"{cpu.hw_id & _AFFINITY:#x}?",
            )
        if cpu.hw_id in seen:
            other = f"CPU {seen[cpu.hw_id]}"
            report.error(cpu.where, name, f"{other} has the MPIDR {cpu.hw_id:#x}, too")
        seen.setdefault(cpu.hw_id, cpu.number)


def _check_ram(platform: Platform, report: Report) -> None:
    before: Range | None = None
    for ram in sorted(platform.ram):
        shown = format_range(ram.start, ram.size) if ram.size else f"{ram.start:#x}"
        if ram.start % abi.PAGE_SIZE or ram.size % abi.PAGE_SIZE or not ram.size:
            message = f"{shown} is not made of whole pages of 4 KiB"
            report.error(platform.where, "ram", message)
        if ram.end > abi.ADDRESS_LIMIT:
            message = f"{shown} is beyond what the hypervisor can address (40 bits)"
            report.error(platform.where, "ram", message)
        if before and before.overlaps(ram):
            report.error(platform.where, "ram", f"{shown} is there twice")
        before = ram


def _check_gic(platform: Platform, report: Report) -> None:
    gic = platform.gic
    for item in gic.ranges:
        if item.start % 0x10000 or item.size % 0x10000 or not item.size:
            message = (
                f"{item.start:#x} with {item.size:#x} bytes is not of 64 KiB steps"
            )
            report.error(platform.where, "gic", message)
        if any(ram.overlaps(item) for ram in platform.ram):
            report.error(
                platform.where, "gic", f"its registers {item.start:#x} are RAM"
            )
    needed = len(platform.cpus) * abi.ARM64_GICR_FRAME
    if gic.redistributors.size < needed:
        report.error(
            platform.where,
            "gic",
            f"{len(platform.cpus)} CPUs need {needed:#x} bytes of redistributors, here "
            f"are {gic.redistributors.size:#x}",
        )


def _check_irqs(platform: Platform, report: Report) -> None:
    raised = list(platform.spare_irqs)
    if platform.root_doorbell:
        if platform.root_doorbell in raised:
            message = f"{platform.root_doorbell} is one of spare_irqs, too"
            report.error(platform.where, "root_doorbell", message)
        raised.append(platform.root_doorbell)
    for irq in sorted(set(raised)):
        for device in platform.devices.values():
            if any(x.first <= irq <= x.last for x in device.irqs):
                report.error(
                    platform.where,
                    f"interrupt {irq}",
                    f"is spare or the doorbell, but {device.name} is wired to it",
                )


def irq_exists(irq: IrqRange) -> bool:
    """Whether these are PPIs or SPIs. SGIs need no owner."""
    return abi.ARM64_PPI_FIRST <= irq.first and irq.last <= abi.ARM64_SPI_LAST


def _check_devices(platform: Platform, report: Report) -> None:
    for device in platform.devices.values():
        for irq in device.irqs:
            if not irq_exists(irq):
                report.error(
                    device.where,
                    device.name,
                    f"interrupts {irq.first} to {irq.last} are not all in 16..1019",
                )
        for reg in device.regs:
            shown = f"{reg.start:#x} with {reg.size:#x} bytes"
            if not reg.size or reg.end > abi.ADDRESS_LIMIT:
                message = f"registers at {shown}: not possible"
                report.error(device.where, device.name, message)
            elif any(ram.overlaps(reg) for ram in platform.ram):
                message = f"registers at {shown}: there is RAM"
                report.error(device.where, device.name, message)
