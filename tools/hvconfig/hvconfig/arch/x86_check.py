# SPDX-License-Identifier: GPL-2.0
"""Checks of vectors, I/O APIC pins, I/O ports, PCI functions and APIC IDs."""

from .. import abi
from ..model import (
    Cell,
    IrqRange,
    Platform,
    Range,
    System,
    function_name,
    function_number,
)
from ..problems import Report

_PINS = 1 << 16  # larger than any real GSI; it limits loops over a blob's numbers
_PROTECTED = (  # the ports in hypervisor/arch/x86/cpu/power.c, and PCI configuration
    (Range(0xCF8, 8), "PCI configuration"),
    (Range(0x64, 1), "a way to reset the machine"),
    (Range(0x92, 1), "a way to reset the machine"),
)
_APIC_IDS = 255  # an APIC ID has 8 bits; 255 addresses all CPUs (16.3.2)


def check_platform(platform: Platform, own: list[Range], report: Report) -> None:
    doorbell = platform.root_doorbell
    raised = [("spare_irqs", irq) for irq in platform.spare_irqs]
    raised += [("root_doorbell", doorbell)] if doorbell else []
    for key, irq in raised:
        if not _is_pin(platform, irq):
            message = f"{irq} is not a pin of an I/O APIC"
            report.error(platform.where, key, message, "see io_apics")
    for item in own:
        if any(ram.overlaps(item) for ram in platform.ram):
            message = f"the local APICs' registers at {item.start:#x} overlap RAM"
            report.error(platform.where, "ram", message, "remove them")


def irq_exists(irq: IrqRange) -> bool:
    """Whether the numbers can be pins of I/O APICs."""
    return irq.last < _PINS


def _is_pin(platform: Platform, irq: int) -> bool:
    """Whether the number may be a pin.

    A platform has only the number of each I/O APIC's first pin.
    """
    return any(irq >= chip.first_irq for chip in platform.io_apics)


def unsupported(platform: Platform) -> list[str]:
    """Reasons why the hypervisor can't run on the machine."""
    reasons = []
    far = [cpu for cpu in platform.cpus if cpu.hw_id >= _APIC_IDS]
    if far:
        reasons.append(
            f"CPU {far[0].number} has the APIC ID {far[0].hw_id:#x}: the hypervisor "
            "supports 8 bits"
        )
    if len(platform.io_apics) > abi.X86_MAX_IO_APICS:
        reasons.append(
            f"it has {len(platform.io_apics)} I/O APICs, the hypervisor supports "
            f"{abi.X86_MAX_IO_APICS}"
        )
    return reasons


def check_resources(system: System, cell: Cell, report: Report) -> None:
    """Checks interrupts, I/O ports and PCI functions."""
    if cell.root:
        _check_root(cell, report)
        return
    _check_irqs(system.platform, cell, report)
    _check_ports(cell, report)
    _check_functions(system.platform, cell, report)


def _check_root(cell: Cell, report: Report) -> None:
    for key, what, listed in (
        ("irqs", "interrupts", cell.irqs),
        ("ports", "I/O ports", cell.ports),
        ("pci", "PCI functions", cell.functions),
    ):
        if listed:
            message = f"on x86 root has all {what}: they can't be listed"
            report.error(cell.line(key), cell.name, message, f"remove {key}:")


def _check_irqs(platform: Platform, cell: Cell, report: Report) -> None:
    """Checks that a cell's interrupts are pins of I/O APICs."""
    for irq in cell.irqs:
        whose = f" of {irq.name}" if irq.name else ""
        if not _is_pin(platform, irq.first) or not irq_exists(irq):
            report.error(
                irq.where,
                cell.name,
                f"interrupt {irq.first}{whose} is not a pin of an I/O APIC",
                "see io_apics of the platform",
            )
        elif platform.root_doorbell in range(irq.first, irq.last + 1):
            message = f"interrupt {platform.root_doorbell} is the root cell's doorbell"
            report.error(irq.where, cell.name, message, "remove it")


def _check_ports(cell: Cell, report: Report) -> None:
    console = cell.console
    own = Range(console.guest, abi.CONSOLE_16550_PORTS) if console else Range(0, 0)
    for item in cell.ports:
        taken = [what for ports, what in _PROTECTED if item.overlaps(ports)]
        if item.end > abi.IO_PORTS or not item.size:
            message = (
                f"{item.start:#x} with size {item.size} is not a range of I/O ports"
            )
            hint = f"all are below {abi.IO_PORTS:#x}"
        elif taken:
            message = (
                f"I/O ports {item.start:#x} to {item.end - 1:#x} include {taken[0]}"
            )
            hint = "the hypervisor protects that"
        elif item.overlaps(own):
            message = f"I/O port {own.start:#x} belongs to its emulated console"
            hint = "console: false, or at: another port"
        else:
            continue
        report.error(cell.line("ports"), cell.name, message, hint)


def _check_functions(platform: Platform, cell: Cell, report: Report) -> None:
    """Without an IOMMU, every function can access all memory."""
    told = {
        function_number(device.pci.address)
        for device in platform.devices.values()
        if device.pci and device.dma and device.name in cell.devices
    }
    for number in cell.functions:
        if number in told:
            continue
        report.warning(
            cell.line("pci"),
            cell.name,
            f"PCI function {function_name(number)} may do DMA without an IOMMU: "
            "the cell can access all memory by DMA, and forge interrupts",
            "give it only to a cell that may access all memory",
        )


def check_entry(cell: Cell, report: Report) -> None:
    """Linux in a cell is entered at guest address 0."""
    if cell.entry:
        report.error(
            cell.line("linux"),
            cell.name,
            f"Linux on x86 starts at guest address 0, not {cell.entry:#x}",
            "its first memory: guest: 0",
        )
