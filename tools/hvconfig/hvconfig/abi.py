# SPDX-License-Identifier: GPL-2.0
"""Constants and formats of include/bulkhead/{config,limits}.h; a test compares them.

Constants have the headers' names without BH_. Formats are those of the struct
module without padding.
"""

import struct
from collections.abc import Iterable
from itertools import accumulate

ABI_VERSION = 0x10007
PAGE_SIZE = 4096
MAX_CPUS = 64
MAX_CELLS = 32  # at one time, root included
MAX_REGIONS = 64
MAX_IRQ_RANGES = 32
MAX_SHARED = 31
NAME_SIZE = 32
ARGS_SIZE = 256

PART_MAGIC = 0x4B4C4842
PART_SYSTEM = 1
PART_ROOT = 2
PART_CELL = 3
PART_MAX = PAGE_SIZE

SYSTEM_PROTECT = 1 << 0
SYSTEM_NO_SIP = 1 << 1
SYSTEM_NO_OEM = 1 << 2
SYSTEM_NO_TRUSTED_OS = 1 << 3

REGION_TYPES = {"ram": 1, "mmio": 2, "shared": 3}
REGION_READ = 1 << 0
REGION_WRITE = 1 << 1
REGION_EXECUTE = 1 << 2
REGION_LOADABLE = 1 << 3
REGION_SMALL_PAGES = 1 << 4
REGION_FLAGS = 0x1F

SHARED_RING = 1 << 0
SHARED_LISTEN = 1 << 1
SHARED_FLAGS = 0x3

IRQ_MODES = {"list": 1, "direct": 2}
CONSOLE_NONE = 0
CONSOLES = {"pl011": 1, "16550": 2}
CONSOLE_16550_PORTS = 8
IO_PORTS = 1 << 16  # the number of ports on x86
RIGHTS = {"manage": 1 << 0, "console": 1 << 1, "reset": 1 << 2}
CELL_ON_VIOLATION_ABORT = 1 << 0

# Owners of firmware on arm64, as configs name them: root's calls are refused.
FIRMWARE = {
    "sip": SYSTEM_NO_SIP,
    "oem": SYSTEM_NO_OEM,
    "trusted-os": SYSTEM_NO_TRUSTED_OS,
}

HEADER = "<IIHHI"  # struct bh_part_header: magic, version, kind, arch, size
ARM64_MAX_SPARE_IRQS = 16
# struct bh_arm64_platform: gic_version, maintenance_irq; gicd_phys, gicr_phys,
# gicr_size, its_phys, its_size, uart_phys; root_doorbell, n_spare_irqs;
# spare_irqs; reserved
ARM64_PLATFORM = "<II6QII16H28Q"
# struct bh_x86_platform: apic_phys; root_doorbell, n_io_apics; io_apics;
# mmconfig_phys; mmconfig_buses, reserved0; reserved
X86_PLATFORM = "<QII256sQII4Q"
X86_MAX_IO_APICS = 16
IO_APIC = "<QII"  # struct bh_io_apic: phys; first_irq, reserved
X86_MMCONFIG_BUS = 1 << 20  # bytes of PCI configuration space of one bus
X86_APIC = 0xFEE00000  # registers of the local APICs (AMD64 APM 2, 16.3.1)
PLATFORM_BYTES = 320
SYSTEM = "<32sQQII320s"  # bh_system_part from name to platform
CPU = "<Q"  # struct bh_cpu
# bh_cell_part from name to args: name; cpus, entry, info_guest, console_guest;
# console_kind, console_irq; image_phys, image_size; rights, flags, irq_mode,
# n_regions, n_irqs, n_ports, n_functions, n_shared; reserved; args
CELL = "<32sQQQQIIQQIIIIIIII3Q256s"
REGION = "<QQQII"  # struct bh_region: phys, guest, size, type, flags
RANGE = "<II"  # struct bh_range: first, count
SHARED = "<32sHHI"  # struct bh_shared: name, region, irq, flags

# The arrays that follow CELL, in their order: format of an entry, bounds of the count.
CELL_ARRAYS = (
    (REGION, 1, MAX_REGIONS),
    (RANGE, 0, MAX_IRQ_RANGES),  # interrupts
    (RANGE, 0, MAX_IRQ_RANGES),  # I/O ports
    (RANGE, 0, MAX_IRQ_RANGES),  # PCI functions
    (SHARED, 0, MAX_SHARED),
)


def cell_offsets(counts: Iterable[int]) -> list[int]:
    """Returns offsets in the body of a cell part: of each array, and of the end."""
    arrays = zip(CELL_ARRAYS, counts, strict=True)
    sizes = [count * struct.calcsize(entry) for (entry, _, _), count in arrays]
    return list(accumulate(sizes, initial=struct.calcsize(CELL)))


HYPERVISOR_ALIGN = 2 << 20
HYPERVISOR_MAX = 1 << 29  # the limit on arm64

# arm64 interrupt numbers (GICv3, Arm IHI 0069, 2.2.1 "INTIDs").
ARM64_PPI_FIRST = 16
ARM64_SPI_FIRST = 32
ARM64_SPI_LAST = 1019
ARM64_TIMER_PPIS = (27, 30)  # EL1 virtual and physical timer
ARM64_GICD_SIZE = 0x10000
ARM64_GICR_FRAME = 0x20000  # one CPU's redistributor
