# SPDX-License-Identifier: GPL-2.0
"""Checks of a platform.

check_platform() reports values that no machine can have. unsupported() returns
reasons why the hypervisor can't run on this machine: such a platform can be
described, checked and drawn, but not built.
"""

from .. import abi
from ..arch import arch_of
from ..model import Platform, Range
from ..problems import ConfigError, Problem, Report
from ..units import format_range


def check_platform(platform: Platform, report: Report) -> None:
    """Reports errors, and a warning for each reason against a build."""
    _check_cpus(platform, report)
    _check_ram(platform, report)
    _check_reserved(platform, report)
    if platform.root_doorbell in platform.spare_irqs:
        message = f"{platform.root_doorbell} is also one of spare_irqs"
        advice = "remove it from one of them"
        report.error(platform.where, "root_doorbell", message, advice)
    arch_of(platform).check_platform(platform, report)
    _check_devices(platform, report)
    for reason in unsupported(platform):
        report.warning(platform.where, platform.name, reason, _DESCRIBED)


_DESCRIBED = "it can be checked and drawn, but no system can be built for it"


def refuse_unsupported(platform: Platform) -> None:
    """Raises ConfigError if the hypervisor can't run on the machine."""
    reasons = unsupported(platform)
    if reasons:
        where, name = platform.where, platform.name
        raise ConfigError(Problem(where, name, reason) for reason in reasons)


def unsupported(platform: Platform) -> list[str]:
    """Reasons why the hypervisor can't run on the machine."""
    reasons = arch_of(platform).unsupported(platform)
    if len(platform.cpus) > abi.MAX_CPUS:
        reasons.append(
            f"it has {len(platform.cpus)} CPUs, the hypervisor supports {abi.MAX_CPUS}"
        )
    return reasons + _far(platform)


def _far(platform: Platform) -> list[str]:
    """RAM and registers that root would lose."""
    arch = arch_of(platform)
    listed = [("RAM", ram) for ram in platform.ram]
    for device in platform.devices.values():
        listed += [(f"{device.name}:", reg) for reg in device.regs]
    far = [(what, x) for what, x in listed if arch.address_limit < x.end <= 1 << 64]
    for what, item in far[:1]:
        shown = format_range(item.start, item.size)
        space = f"the hypervisor's address space ({arch.address_bits} bits)"
        return [f"{what} {shown} exceeds {space}"]
    return []


def _check_cpus(platform: Platform, report: Report) -> None:
    seen: dict[int, int] = {}
    what = arch_of(platform).hw_id_name
    for cpu in platform.cpus:
        name = f"CPU {cpu.number}"
        if cpu.hw_id in seen:
            other = f"CPU {seen[cpu.hw_id]}"
            report.error(
                cpu.where,
                name,
                f"{other} also has the {what} {cpu.hw_id:#x}",
                "see reg of the device tree's cpu nodes",
            )
        seen.setdefault(cpu.hw_id, cpu.number)
    for cache in platform.caches:
        unknown = [x for x in cache.cpus if x >= len(platform.cpus)]
        if unknown:
            message = f"a cache is used by CPU {unknown[0]}, which doesn't exist"
            report.error(platform.where, "caches", message, "remove it")


def _check_ram(platform: Platform, report: Report) -> None:
    before: Range | None = None
    for ram in sorted(platform.ram):
        shown = format_range(ram.start, ram.size) if ram.size else f"{ram.start:#x}"
        if ram.start % abi.PAGE_SIZE or ram.size % abi.PAGE_SIZE or not ram.size:
            message = f"{shown} doesn't consist of whole pages of 4 KiB"
            report.error(platform.where, "ram", message, "round it to whole pages")
        if ram.end > 1 << 64:
            message = f"{shown} exceeds 64 bits"
            report.error(platform.where, "ram", message, "remove it")
        if before and before.overlaps(ram):
            report.error(
                platform.where, "ram", f"{shown} is listed twice", "list it once"
            )
        before = ram


def _check_reserved(platform: Platform, report: Report) -> None:
    for item in platform.reserved:
        if not item.range.size or item.range.end > 1 << 64:
            shown = f"{item.range.start:#x} with {item.range.size:#x} bytes"
            report.error(item.where, "reserved", f"{shown} is impossible", "remove it")


def _check_devices(platform: Platform, report: Report) -> None:
    for device in platform.devices.values():
        for reg in device.regs:
            shown = f"{reg.start:#x} with {reg.size:#x} bytes"
            if not reg.size or reg.end > 1 << 64:
                message = f"registers at {shown} are impossible"
                report.error(
                    device.where,
                    device.name,
                    message,
                    "see reg of the device tree's node",
                )
            elif any(ram.overlaps(reg) for ram in platform.ram):
                message = f"registers at {shown} overlap RAM"
                report.error(
                    device.where,
                    device.name,
                    message,
                    "see reg of the device tree's node",
                )
