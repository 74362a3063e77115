# SPDX-License-Identifier: GPL-2.0
"""arm64: GIC, PPIs and SPIs, device trees, mem=."""

import struct

from .. import abi
from ..model import Cell, Cpu, Gic, IrqRange, Platform, Range, System, merge
from ..problems import Report
from . import arm64_check
from .base import Architecture, Malformed, require_zero

# Keep Linux at EL1 with its hyp stub at EL2, on every CPU and kernel.
STAY_AT_EL1 = ("kvm-arm.mode=none", "id_aa64mmfr1.vh=0")


class Arm64(Architecture):
    name = "arm64"
    address_bits = 40
    console = "pl011"
    console_needs_irq = True
    hw_id_key = "mpidr"
    hw_id_name = "MPIDR"
    required_keys = ("gic",)
    has_device_tree = True
    limits_root_by_mem = True
    lists_root_irqs = True
    has_pci_functions = False
    spare_irqs_in_blobs = True
    first_global_irq = abi.ARM64_SPI_FIRST
    decodes_syndrome = True
    reserves_memory = True
    calls_firmware = True
    unemulated = ": a pair, or with write-back"

    def own_registers(self, platform: Platform) -> list[Range]:
        return platform.gic.ranges

    def controller(self, platform: Platform, cpus: int) -> list[tuple[Range, str]]:
        gic = platform.gic
        if gic.version != 3:
            return [(item, "interrupt controller") for item in merge(gic.ranges)]
        distributor = Range(gic.distributor, abi.ARM64_GICD_SIZE)
        frames = Range(gic.redistributors.start, cpus * abi.ARM64_GICR_FRAME)
        return [
            (distributor, "interrupt distributor"),
            (frames, "interrupt redistributors"),
        ]

    def controller_title(self, platform: Platform) -> str:
        return f"interrupt controller (GICv{platform.gic.version})"

    def irq_exists(self, irq: IrqRange) -> bool:
        """A config can name PPIs and SPIs. SGIs have no owner."""
        return arm64_check.irq_exists(irq)

    def root_irqs(self, platform: Platform) -> list[IrqRange]:
        """Returns all PPIs, and interrupts of devices, the doorbell and spare ones."""
        ppis = abi.ARM64_SPI_FIRST - abi.ARM64_PPI_FIRST
        single = [*platform.spare_irqs, platform.root_doorbell]
        return [
            IrqRange(abi.ARM64_PPI_FIRST, ppis),
            *(irq for device in platform.devices.values() for irq in device.irqs),
            *(IrqRange(irq) for irq in single if irq),
        ]

    def cell_irqs(self, platform: Platform) -> list[int]:
        """Returns the PPIs of the timers."""
        timer = platform.timer
        return sorted({timer.virtual, timer.physical} - {0})

    def first_ram(self, linux: bool) -> int | None:
        return None

    def kernel_arguments(
        self, platform: Platform, reserved: list[Range], mem: int
    ) -> list[str]:
        shown = f"{mem >> 10}K" if mem % (1 << 20) else f"{mem >> 20}M"
        return [f"mem={shown}", *STAY_AT_EL1]

    def encode_platform(self, platform: Platform) -> bytes:
        gic = platform.gic
        spare = platform.spare_irqs
        return struct.pack(
            abi.ARM64_PLATFORM,
            *(gic.version, gic.maintenance_irq, gic.distributor),
            *(gic.redistributors.start, gic.redistributors.size),
            *(gic.its.start, gic.its.size, platform.uart),
            *(platform.root_doorbell, len(spare)),
            *(*spare, *[0] * (abi.ARM64_MAX_SPARE_IRQS - len(spare))),
            *[0] * 28,
        )

    def decode_platform(self, raw: bytes, cpus: tuple[Cpu, ...]) -> Platform:
        values = struct.unpack(abi.ARM64_PLATFORM, raw)
        version, maintenance, gicd, gicr, gicr_size, its, its_size, uart = values[:8]
        doorbell, n_spare = values[8:10]
        spare = values[10 : 10 + abi.ARM64_MAX_SPARE_IRQS]
        if n_spare > len(spare):
            raise Malformed(f"{n_spare} spare interrupts are not possible")
        require_zero(values[10 + n_spare :], "the platform")
        redistributors, its_range = Range(gicr, gicr_size), Range(its, its_size)
        return Platform(
            name="platform",
            arch=self.name,
            cpus=cpus,
            ram=(),
            gic=Gic(version, maintenance, gicd, redistributors, its_range),
            uart=uart,
            root_doorbell=doorbell,
            spare_irqs=spare[:n_spare],
        )

    def header_values(
        self, platform: Platform, cell: Cell
    ) -> list[tuple[str, int, str]]:
        gic, console = platform.gic, cell.console
        return [
            ("CELL_CONSOLE", console.guest if console else 0, "emulated UART; 0: none"),
            ("CELL_CONSOLE_IRQ", console.irq if console else 0, "INTID; 0: polled"),
            ("CELL_GICD", gic.distributor, "interrupt distributor"),
            ("CELL_GICR", gic.redistributors.start, "redistributor of the first CPU"),
        ]

    def check_platform(self, platform: Platform, report: Report) -> None:
        arm64_check.check_platform(platform, report)

    def unsupported(self, platform: Platform) -> list[str]:
        return arm64_check.unsupported(platform)

    def check_resources(self, system: System, cell: Cell, report: Report) -> None:
        arm64_check.check_irqs(system, cell, report)

    def check_linux(self, cell: Cell, report: Report) -> None:
        arm64_check.check_timer(cell, report)
