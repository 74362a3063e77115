# SPDX-License-Identifier: GPL-2.0
"""Checks of a platform by itself.

check_platform() finds what can't be true of any machine. unsupported() says what is
true of this one but beyond the hypervisor: such a platform can be described,
checked and drawn, but no blob is built for it.
"""

from .. import abi
from ..model import IrqRange, Platform, Range
from ..problems import ConfigError, Problem, Report
from ..units import format_range
from . import x86

REDISTRIBUTORS = "redistributors"  # the name of further ones in gic: other:
_AFFINITY = 0xFF00FFFFFF  # MPIDR_EL1.{Aff3,Aff2,Aff1,Aff0}


def check_platform(platform: Platform, report: Report) -> None:
    """Errors, and a warning for each reason why nothing can be built for it."""
    _check_cpus(platform, report)
    _check_ram(platform, report)
    _check_reserved(platform, report)
    if platform.arch == "arm64":
        _check_gic(platform, report)
        _check_irqs(platform, report)
    else:
        x86.check_platform(platform, report)
    _check_devices(platform, report)
    for reason in unsupported(platform):
        report.warning(platform.where, platform.name, reason, _DESCRIBED)


_DESCRIBED = "the platform can be described, but build refuses it"


def refuse_unsupported(platform: Platform) -> None:
    """Raises ConfigError if the hypervisor can't run there."""
    reasons = unsupported(platform)
    if reasons:
        where, name = platform.where, platform.name
        raise ConfigError(Problem(where, name, reason) for reason in reasons)


def unsupported(platform: Platform) -> list[str]:
    """Sentences that say what the hypervisor can't cope with; none: it can."""
    if platform.arch == "x86":
        reasons = x86.unsupported(platform)
    else:
        reasons = [*_unsupported_gic(platform), *_unsupported_firmware(platform)]
    if len(platform.cpus) > abi.MAX_CPUS:
        reasons.append(
            f"it has {len(platform.cpus)} CPUs, the hypervisor supports {abi.MAX_CPUS}"
        )
    far = [ram for ram in platform.ram if ram.end > abi.ADDRESS_LIMIT]
    if far:
        shown = format_range(far[0].start, far[0].size)
        reasons.append(
            f"RAM {shown} is beyond what the hypervisor can address (40 bits)"
        )
    return reasons


def _unsupported_firmware(platform: Platform) -> list[str]:
    reasons = []
    if platform.psci == "none":
        reasons.append(
            "its firmware starts CPUs without PSCI, which the hypervisor needs"
        )
    elif platform.psci != "smc":
        reasons.append(
            f"its PSCI is called by {platform.psci}: no firmware below leaves EL2 to "
            "the hypervisor"
        )
    return reasons


def _unsupported_gic(platform: Platform) -> list[str]:
    gic = platform.gic
    if gic.version != 3:
        return [
            f"its interrupt controller is a GICv{gic.version}; the hypervisor supports "
            "GICv3 only so far"
        ]
    reasons = []
    if not gic.maintenance_irq:
        reasons.append("its GIC has no maintenance interrupt: it can't be virtualized")
    if gic.redistributors.size < len(platform.cpus) * abi.ARM64_GICR_FRAME:
        reasons.append("its GIC's redistributors are in several places")
    return reasons


def _check_cpus(platform: Platform, report: Report) -> None:
    seen: dict[int, int] = {}
    arm64 = platform.arch == "arm64"
    what = platform.hw_id_name
    for cpu in platform.cpus:
        name = f"CPU {cpu.number}"
        if arm64 and cpu.hw_id & ~_AFFINITY:
            report.error(
                cpu.where,
                name,
                f"{cpu.hw_id:#x} has bits besides the affinity fields of MPIDR",
                f"{cpu.hw_id & _AFFINITY:#x}?",
            )
        if cpu.hw_id in seen:
            other = f"CPU {seen[cpu.hw_id]}"
            report.error(
                cpu.where,
                name,
                f"{other} has the {what} {cpu.hw_id:#x}, too",
                "see reg of the device tree's cpu nodes",
            )
        seen.setdefault(cpu.hw_id, cpu.number)
    for cache in platform.caches:
        unknown = [x for x in cache.cpus if x >= len(platform.cpus)]
        if unknown:
            message = f"a cache is used by CPU {unknown[0]}, which doesn't exist"
            report.error(platform.where, "caches", message, "leave it out")


def _check_ram(platform: Platform, report: Report) -> None:
    before: Range | None = None
    for ram in sorted(platform.ram):
        shown = format_range(ram.start, ram.size) if ram.size else f"{ram.start:#x}"
        if ram.start % abi.PAGE_SIZE or ram.size % abi.PAGE_SIZE or not ram.size:
            message = f"{shown} is not made of whole pages of 4 KiB"
            report.error(platform.where, "ram", message, "make it whole pages")
        if ram.end > 1 << 64:
            message = f"{shown} is beyond all addresses (64 bits)"
            report.error(platform.where, "ram", message, "leave it out")
        if before and before.overlaps(ram):
            report.error(
                platform.where, "ram", f"{shown} is there twice", "list it once"
            )
        before = ram


def _check_reserved(platform: Platform, report: Report) -> None:
    for item in platform.reserved:
        if not item.range.size or item.range.end > 1 << 64:
            shown = f"{item.range.start:#x} with {item.range.size:#x} bytes"
            report.error(
                item.where, "reserved", f"{shown}: not possible", "leave it out"
            )


def _check_gic(platform: Platform, report: Report) -> None:
    gic = platform.gic
    for number, item in enumerate(gic.ranges):
        own = number < len(gic.ranges) - len(gic.other)
        if own and gic.version == 3 and (item.start % 0x10000 or item.size % 0x10000):
            message = (
                f"{item.start:#x} with {item.size:#x} bytes is not of 64 KiB steps"
            )
            report.error(
                platform.where, "gic", message, "see reg of the device tree's node"
            )
        if any(ram.overlaps(item) for ram in platform.ram):
            report.error(
                platform.where,
                "gic",
                f"its registers {item.start:#x} are RAM",
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
    areas = [gic.redistributors, *(x for x in gic.other if x.name == REDISTRIBUTORS)]
    here = sum(area.size for area in areas)
    needed = len(platform.cpus) * abi.ARM64_GICR_FRAME
    if here < needed:
        report.error(
            platform.where,
            "gic",
            f"{len(platform.cpus)} CPUs need {needed:#x} bytes of redistributors, here "
            f"are {here:#x}",
            "list all of them",
        )


def _check_irqs(platform: Platform, report: Report) -> None:
    raised = list(platform.spare_irqs)
    for irq in raised if platform.arch == "arm64" else ():
        if irq < abi.ARM64_SPI_FIRST:
            message = f"spare interrupt {irq} is no SPI"
            report.error(platform.where, "spare_irqs", message, "SPI n is 32 + n")
    if platform.root_doorbell:
        if platform.root_doorbell in raised:
            message = f"{platform.root_doorbell} is one of spare_irqs, too"
            report.error(
                platform.where, "root_doorbell", message, "leave it out of one of them"
            )
        raised.append(platform.root_doorbell)
    for irq in sorted(set(raised)):
        for device in platform.devices.values():
            if any(x.first <= irq <= x.last for x in device.irqs):
                report.error(
                    platform.where,
                    f"interrupt {irq}",
                    f"is spare or the doorbell, but {device.name} is wired to it",
                    "another one to which nothing is wired",
                )


def irq_exists(irq: IrqRange) -> bool:
    """Whether these are PPIs or SPIs. SGIs need no owner."""
    return abi.ARM64_PPI_FIRST <= irq.first and irq.last <= abi.ARM64_SPI_LAST


def _check_devices(platform: Platform, report: Report) -> None:
    for device in platform.devices.values():
        for irq in device.irqs:
            if platform.arch == "arm64" and not irq_exists(irq):
                report.error(
                    device.where,
                    device.name,
                    f"interrupts {irq.first} to {irq.last} are not all in 16..1019",
                    "SPI n is 32 + n, PPI n is 16 + n",
                )
        for reg in device.regs:
            shown = f"{reg.start:#x} with {reg.size:#x} bytes"
            if not reg.size or reg.end > 1 << 64:
                message = f"registers at {shown}: not possible"
                report.error(
                    device.where,
                    device.name,
                    message,
                    "see reg of the device tree's node",
                )
            elif any(ram.overlaps(reg) for ram in platform.ram):
                message = f"registers at {shown}: there is RAM"
                report.error(
                    device.where,
                    device.name,
                    message,
                    "see reg of the device tree's node",
                )
