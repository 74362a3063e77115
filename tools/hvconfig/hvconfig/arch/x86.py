# SPDX-License-Identifier: GPL-2.0
"""x86-64: APICs, I/O ports, PCI functions, ACPI tables, memmap=."""

import re
import struct

from .. import abi
from ..model import (
    Cell,
    Cpu,
    Device,
    IoApic,
    IrqRange,
    PciHost,
    Platform,
    Range,
    System,
)
from ..problems import Report
from . import x86_check
from .base import Architecture, Malformed, require_zero

_RAM = 0x10000  # a cell's CPUs start in the first MiB
# Root must not use x2APIC mode: the hypervisor needs the page of the local APICs.
_XAPIC = "nox2apic"
# By the name that collect gives to an IOMMU: Linux must leave it off, because its
# tables would bypass the hypervisor.
_IOMMUS_OFF = {
    "dmar": ("intremap=off", "intel_iommu=off"),
    "amd-iommu": ("amd_iommu=off",),
}


class X86(Architecture):
    name = "x86"
    address_bits = 48
    console = "16550"
    console_needs_irq = False
    hw_id_key = "apic_id"
    hw_id_name = "APIC ID"
    has_device_tree = False
    limits_root_by_mem = False
    lists_root_irqs = False
    has_pci_functions = True
    spare_irqs_in_blobs = False
    first_global_irq = 0
    decodes_syndrome = False  # it is an exit code; the stop reason says the same
    reserves_memory = False
    calls_firmware = False
    dma_free_bytes = 1 << 20
    firmware_bytes = 64 << 20

    def own_registers(self, platform: Platform) -> list[Range]:
        own = [Range(abi.X86_APIC, abi.PAGE_SIZE)]
        own += [Range(x.address, abi.PAGE_SIZE) for x in platform.io_apics]
        return own + [platform.mmconfig] * bool(platform.mmconfig.size)

    def controller(self, platform: Platform, cpus: int) -> list[tuple[Range, str]]:
        return [(item, "local APIC") for item in self.own_registers(platform)]

    def controller_title(self, platform: Platform) -> str:
        return "local APICs"

    def irq_exists(self, irq: IrqRange) -> bool:
        return x86_check.irq_exists(irq)

    def root_irqs(self, platform: Platform) -> list[IrqRange]:
        return []

    def cell_irqs(self, platform: Platform) -> list[int]:
        """A cell has none by default. Interrupts of a local APIC have no numbers."""
        return []

    def first_ram(self, linux: bool) -> int | None:
        return 0 if linux else _RAM

    def kernel_arguments(
        self, platform: Platform, reserved: list[Range], mem: int
    ) -> list[str]:
        kept = [f"memmap={x.size:#x}${x.start:#x}" for x in reserved]
        off = [
            argument
            for kind, arguments in _IOMMUS_OFF.items()
            if any(re.fullmatch(f"{kind}[0-9]+", x) for x in platform.devices)
            for argument in arguments
        ]
        return [*kept, _XAPIC, *off]

    def encode_platform(self, platform: Platform) -> bytes:
        mmconfig = platform.mmconfig
        return struct.pack(
            abi.X86_PLATFORM,
            *(abi.X86_APIC, platform.root_doorbell, len(platform.io_apics)),
            b"".join(
                struct.pack(abi.IO_APIC, x.address, x.first_irq, 0)
                for x in platform.io_apics
            ),
            *(mmconfig.start, mmconfig.size // abi.X86_MMCONFIG_BUS),
            *[0] * 5,
        )

    def decode_platform(self, raw: bytes, cpus: tuple[Cpu, ...]) -> Platform:
        values = struct.unpack(abi.X86_PLATFORM, raw)
        apic, doorbell, n_io_apics, io_apics, mmconfig, buses, *reserved = values
        if apic != abi.X86_APIC:
            raise Malformed(f"the local APICs are at {apic:#x}")
        if n_io_apics > abi.X86_MAX_IO_APICS:
            raise Malformed(f"{n_io_apics} I/O APICs are not possible")
        if buses > 256 or bool(mmconfig) != bool(buses):
            raise Malformed(f"the platform has PCI buses at {mmconfig:#x}: {buses}")
        listed = list(struct.iter_unpack(abi.IO_APIC, io_apics))
        unused = [x for item in listed[n_io_apics:] for x in item]
        zero = [*reserved, *unused, *(item[2] for item in listed)]
        require_zero(zero, "the platform")
        ecam = Range(mmconfig, buses * abi.X86_MMCONFIG_BUS)
        host = PciHost(0, 0, buses - 1, ecam)
        pci = Device("pci", tuple(host.ranges), pci_host=host)
        return Platform(
            name="platform",
            arch=self.name,
            cpus=cpus,
            ram=(),
            root_doorbell=doorbell,
            io_apics=tuple(
                IoApic(i, at, first)
                for i, (at, first, _) in enumerate(listed[:n_io_apics])
            ),
            devices={"pci": pci} if buses else {},
        )

    def header_values(
        self, platform: Platform, cell: Cell
    ) -> list[tuple[str, int, str]]:
        port = cell.console.guest if cell.console else 0
        return [
            ("CELL_CONSOLE", port, "first I/O port of the emulated 16550; 0: none"),
            ("CELL_APIC", abi.X86_APIC, "local APIC of each CPU"),
        ]

    def check_platform(self, platform: Platform, report: Report) -> None:
        x86_check.check_platform(platform, self.own_registers(platform), report)

    def unsupported(self, platform: Platform) -> list[str]:
        return x86_check.unsupported(platform)

    def check_resources(self, system: System, cell: Cell, report: Report) -> None:
        x86_check.check_resources(system, cell, report)

    def check_linux(self, cell: Cell, report: Report) -> None:
        x86_check.check_entry(cell, report)
