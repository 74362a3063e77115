# SPDX-License-Identifier: GPL-2.0
"""Checks of MPIDR, GIC, PPIs, SPIs and PSCI."""

from .. import abi
from ..model import Cell, IrqRange, Platform, System
from ..problems import Report
from ..units import join_irqs

# the name of further redistributors in the YAML key gic.other
_REDISTRIBUTORS = "redistributors"
_AFFINITY = 0xFF00FFFFFF  # the bits Aff3, Aff2, Aff1 and Aff0 of MPIDR_EL1
_VIRTUAL_TIMER = abi.ARM64_TIMER_PPIS[0]


def irq_exists(irq: IrqRange) -> bool:
    """Whether all interrupts of the range are PPIs or SPIs. SGIs have no owner."""
    return abi.ARM64_PPI_FIRST <= irq.first and irq.last <= abi.ARM64_SPI_LAST


def check_platform(platform: Platform, report: Report) -> None:
    _check_cpus(platform, report)
    _check_gic(platform, report)
    _check_irqs(platform, report)
    for device in platform.devices.values():
        for irq in device.irqs:
            if not irq_exists(irq):
                report.error(
                    device.where,
                    device.name,
                    f"interrupts {irq.first} to {irq.last} are not all in 16..1019",
                    "SPI n is 32 + n, PPI n is 16 + n",
                )


def unsupported(platform: Platform) -> list[str]:
    return [*_unsupported_gic(platform), *_unsupported_firmware(platform)]


def _unsupported_firmware(platform: Platform) -> list[str]:
    reasons = []
    if platform.psci == "none":
        reasons.append("its firmware has no PSCI, which the hypervisor needs")
    elif platform.psci != "smc":
        reasons.append(
            f"its PSCI is called by {platform.psci}, not smc: no firmware at EL3 "
            "leaves EL2 to the hypervisor"
        )
    return reasons


def _unsupported_gic(platform: Platform) -> list[str]:
    gic = platform.gic
    if gic.version != 3:
        return [
            f"its interrupt controller is a GICv{gic.version}; the hypervisor "
            "supports only GICv3"
        ]
    reasons = []
    if not gic.maintenance_irq:
        reasons.append("its GIC has no maintenance interrupt: it can't be virtualized")
    if gic.redistributors.size < len(platform.cpus) * abi.ARM64_GICR_FRAME:
        reasons.append("its GIC's redistributors are in several areas")
    return reasons


def _check_cpus(platform: Platform, report: Report) -> None:
    for cpu in platform.cpus:
        if cpu.hw_id & ~_AFFINITY:
            report.error(
                cpu.where,
                f"CPU {cpu.number}",
                f"{cpu.hw_id:#x} has bits outside the affinity fields of MPIDR",
                f"{cpu.hw_id & _AFFINITY:#x}?",
            )


def _check_gic(platform: Platform, report: Report) -> None:
    gic = platform.gic
    for number, item in enumerate(gic.ranges):
        own = number < len(gic.ranges) - len(gic.other)
        if own and gic.version == 3 and (item.start % 0x10000 or item.size % 0x10000):
            message = (
                f"{item.start:#x} with {item.size:#x} bytes is not a multiple of 64 KiB"
            )
            report.error(
                platform.where, "gic", message, "see reg of the device tree's node"
            )
        if any(ram.overlaps(item) for ram in platform.ram):
            report.error(
                platform.where,
                "gic",
                f"its registers at {item.start:#x} overlap RAM",
                "see reg of the device tree's node",
            )
    if gic.version == 3:
        _check_redistributors(platform, report)


def _check_redistributors(platform: Platform, report: Report) -> None:
    gic = platform.gic
    if not gic.redistributors.size:
        report.error(
            platform.where,
            "gic",
            "the key 'redistributors' is missing",
            "redistributors: {at: ..., size: ...}",
        )
        return
    areas = [gic.redistributors, *(x for x in gic.other if x.name == _REDISTRIBUTORS)]
    here = sum(area.size for area in areas)
    needed = len(platform.cpus) * abi.ARM64_GICR_FRAME
    if here < needed:
        report.error(
            platform.where,
            "gic",
            f"{len(platform.cpus)} CPUs need {needed:#x} bytes of redistributors, "
            f"but the platform lists {here:#x}",
            "list all of them",
        )


def _check_irqs(platform: Platform, report: Report) -> None:
    raised = list(platform.spare_irqs)
    for irq in raised:
        if irq < abi.ARM64_SPI_FIRST:
            message = f"spare interrupt {irq} is not an SPI"
            report.error(platform.where, "spare_irqs", message, "SPI n is 32 + n")
    if platform.root_doorbell:
        raised.append(platform.root_doorbell)
    for irq in sorted(set(raised)):
        for device in platform.devices.values():
            if any(x.first <= irq <= x.last for x in device.irqs):
                report.error(
                    platform.where,
                    f"interrupt {irq}",
                    f"is spare or the doorbell, but {device.name} is wired to it",
                    "use one that no device is wired to",
                )


def check_irqs(system: System, cell: Cell, report: Report) -> None:
    gic = system.platform.gic
    root = {
        number
        for irq in system.root.irqs
        if irq_exists(irq)
        for number in range(irq.first, irq.last + 1)
    }
    for irq in cell.irqs:
        if not irq_exists(irq):
            report.error(
                irq.where,
                cell.name,
                f"interrupts {irq.first} to {irq.last} are not all in 16..1019",
                "remove the others",
            )
            continue
        if cell.root:
            continue
        numbers = set(range(irq.first, irq.last + 1))
        special = {
            gic.maintenance_irq: "the hypervisor's maintenance interrupt",
            system.platform.root_doorbell: "the root cell's doorbell",
        }
        for number in sorted(numbers & set(special)):
            message = f"interrupt {number} is {special[number]}"
            report.error(irq.where, cell.name, message, "remove it")
        foreign = sorted(numbers - root - set(special))
        if foreign:
            report.error(
                irq.where,
                cell.name,
                f"interrupt {join_irqs(foreign)} doesn't belong to root: it is "
                "neither a device's nor spare",
                "see devices and spare_irqs of the platform",
            )


def check_timer(cell: Cell, report: Report) -> None:
    """Linux in a cell needs the virtual timer."""
    if not any(irq.first <= _VIRTUAL_TIMER <= irq.last for irq in cell.irqs):
        report.error(
            cell.line("irqs"),
            cell.name,
            f"Linux needs the timer's interrupt {_VIRTUAL_TIMER}",
            "list it under irqs, or remove irqs",
        )
