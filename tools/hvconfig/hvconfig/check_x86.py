# SPDX-License-Identifier: GPL-2.0
"""Checks of what is different on x86: vectors, I/O ports, APIC ids."""

from . import abi
from .model import Cell, Console, Platform
from .problems import Report

_VECTORS = 256
_PORTS = 1 << 16
_APIC_IDS = 255  # of 8 bits; the last one means all CPUs (16.3.2)


def check_platform(platform: Platform, report: Report) -> None:
    if platform.root_doorbell >= _VECTORS:
        report.error(
            platform.where,
            "root_doorbell",
            f"{platform.root_doorbell} is no vector",
            "one of 32 to 255 that Linux doesn't use",
        )
    if platform.spare_irqs:
        message = "the hypervisor raises no interrupts in cells on x86"
        report.error(platform.where, "spare_irqs", message, "leave it out")
    for own in platform.own_registers:
        if any(ram.overlaps(own) for ram in platform.ram):
            message = f"the local APICs' registers {own.start:#x} are RAM"
            report.error(platform.where, "ram", message, "leave them out")


def unsupported(platform: Platform) -> list[str]:
    """Sentences that say what the hypervisor can't cope with; none: it can."""
    far = [cpu for cpu in platform.cpus if cpu.hw_id >= _APIC_IDS]
    if not far:
        return []
    return [
        f"CPU {far[0].number} has the APIC id {far[0].hw_id:#x}: the hypervisor "
        "supports 8 bits"
    ]


def check_irqs(cell: Cell, report: Report) -> None:
    """The hypervisor gives none away: a cell has its local APICs' own."""
    if cell.root and cell.irqs:
        message = "on x86 root has all interrupts: they can't be listed"
        report.error(cell.line("irqs"), cell.name, message, "leave out irqs:")
        return
    for irq in cell.irqs:
        whose = f" of {irq.name}" if irq.name and irq.name != "console" else ""
        hint = "no device with interrupts" if whose else "leave it out"
        report.error(
            irq.where,
            cell.name,
            f"interrupt {irq.first}{whose} can't be given to a cell on x86",
            hint,
        )


def check_console(
    platform: Platform, cell: Cell, console: Console, report: Report
) -> None:
    """The kind that the architecture's programs know, where it can be."""
    kind = abi.DEFAULT_CONSOLES.get(platform.arch)
    if console.kind != kind:
        message = f"a console on {platform.arch} is no {console.kind}"
        report.error(console.where, cell.name, message, f"type: {kind}")
    elif console.kind == "16550" and not (
        0 < console.guest <= _PORTS - abi.CONSOLE_16550_PORTS
    ):
        report.error(
            console.where,
            cell.name,
            f"the console can't be at {console.guest:#x}: it has "
            f"{abi.CONSOLE_16550_PORTS} I/O ports, below {_PORTS:#x}",
            "at: 0x3f8, or leave it out",
        )
