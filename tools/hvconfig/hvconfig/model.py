# SPDX-License-Identifier: GPL-2.0
"""A system with all names resolved and all addresses chosen.

Addresses and sizes are in bytes. Fields for messages only (names of regions,
lines) are not compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from . import abi
from .problems import Where

NOWHERE = Where()


@dataclass(frozen=True, order=True)
class Range:
    """The addresses from start to end - 1."""

    start: int
    size: int
    name: str = field(default="", compare=False)  # name of a block of registers

    @property
    def end(self) -> int:
        return self.start + self.size

    def overlaps(self, other: "Range") -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Range") -> bool:
        return self.start <= other.start and other.end <= self.end


def merge(ranges: Iterable[Range]) -> list[Range]:
    """The ranges sorted, with overlapping and adjacent ones merged."""
    merged: list[Range] = []
    for item in sorted(ranges):
        if merged and item.start <= merged[-1].end:
            end = max(merged[-1].end, item.end)
            merged[-1] = Range(merged[-1].start, end - merged[-1].start)
        else:
            merged.append(item)
    return merged


def subtract(ranges: Iterable[Range], holes: Iterable[Range]) -> list[Range]:
    """The parts of the ranges outside all holes, sorted and merged."""
    cut = merge(holes)
    left: list[Range] = []
    for item in merge(ranges):
        start = item.start
        for hole in cut:
            if hole.end <= start or hole.start >= item.end:
                continue
            if hole.start > start:
                left.append(Range(start, hole.start - start))
            start = hole.end
        if start < item.end:
            left.append(Range(start, item.end - start))
    return left


def intersect(ranges: Iterable[Range], others: Iterable[Range]) -> list[Range]:
    """The parts of the ranges inside the others, sorted and merged."""
    ranges = list(ranges)
    return subtract(ranges, subtract(ranges, others))


def page_range(item: Range) -> Range:
    """The smallest range of whole pages that contains the range."""
    start = item.start & -abi.PAGE_SIZE
    end = (item.end + abi.PAGE_SIZE - 1) & -abi.PAGE_SIZE
    return Range(start, end - start)


@dataclass(frozen=True)
class Cpu:
    hw_id: int  # arm64: MPIDR_EL1 affinity; x86: local APIC ID
    number: int = 0  # number of the CPU in configs and in masks
    # CPUs with the same number share the last cache in front of memory; None: unknown.
    cluster: int | None = field(default=None, compare=False)
    kind: str = field(default="", compare=False)  # "arm,cortex-a72"
    where: Where = field(default=NOWHERE, compare=False)
    # CPUs with the same number are threads of one core; None: unknown.
    core: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Cache:
    level: int
    kind: str  # data, instruction or unified
    cpus: tuple[int, ...]  # numbers of the CPUs that share the cache
    size: int = 0  # 0: unknown


@dataclass(frozen=True, order=True)
class IrqRange:
    """Interrupts first .. first + count - 1 (arm64: INTIDs)."""

    first: int
    count: int = 1
    name: str = field(default="", compare=False)  # of the device that raises it, if any
    where: Where = field(default=NOWHERE, compare=False)

    @property
    def last(self) -> int:
        return self.first + self.count - 1


@dataclass(frozen=True)
class PciWindow:
    """Physical addresses that a host bridge forwards to its PCI bus."""

    kind: str  # io, mem or prefetch
    range: Range
    bus: int  # PCI address of the first byte


@dataclass(frozen=True)
class PciHost:
    """Further properties of a PCI host bridge."""

    segment: int
    first_bus: int
    last_bus: int
    ecam: Range = Range(0, 0)  # configuration space
    windows: tuple[PciWindow, ...] = ()

    @property
    def ranges(self) -> list[Range]:
        """ECAM and windows; they are also the last entries of the device's regs."""
        ecam = [Range(self.ecam.start, self.ecam.size, "ecam")]
        return ecam[: bool(self.ecam.size)] + [window.range for window in self.windows]


@dataclass(frozen=True)
class PciFunction:
    """Further properties of a device on a PCI bus."""

    address: str  # 0000:00:02.0
    id: str  # vendor:device, as in 8086:10d3
    kind: str = ""  # class code: 020000
    host: str = ""  # device that is its host bridge
    msi: int = 0  # number of interrupt messages
    msix: int = 0


def function_number(address: str) -> int:
    """bus << 8 | device << 3 | function from 00:02.0 or 0000:00:02.0."""
    bus, rest = address.split(":")[-2:]
    device, function = rest.split(".")
    return int(bus, 16) << 8 | int(device, 16) << 3 | int(function)


def function_name(number: int) -> str:
    return f"{number >> 8:02x}:{number >> 3 & 31:02x}.{number & 7}"


@dataclass(frozen=True)
class Device:
    name: str
    # All registers, with PCI windows and configuration space.
    regs: tuple[Range, ...] = ()
    irqs: tuple[IrqRange, ...] = ()
    dma: bool = False  # accesses memory by DMA
    path: str = ""  # path of its node in the device tree
    compatible: tuple[str, ...] = ()
    disabled: bool = False  # its status in the device tree is not okay
    needs: tuple[str, ...] = ()  # providers of clocks, resets, power domains, ...
    iommu: str = ""  # name of the IOMMU that translates its DMA
    stream_ids: tuple[Range, ...] = ()  # its IDs at the IOMMU
    msi: bool = False  # it sends message-signalled interrupts, which are not in irqs
    ports: tuple[Range, ...] = ()  # x86: I/O ports
    pci_host: PciHost | None = None
    pci: PciFunction | None = None
    where: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Gic:
    """The interrupt controller of an arm64 machine."""

    version: int
    maintenance_irq: int
    distributor: int
    redistributors: Range
    its: Range = Range(0, 0)
    # More redistributors and ITSs, memory-mapped CPU interfaces (named cpu, hyp, vcpu).
    other: tuple[Range, ...] = ()

    @property
    def ranges(self) -> list[Range]:
        """All registers; they belong to the hypervisor."""
        if not self.version:
            return []
        size = abi.ARM64_GICD_SIZE if self.version == 3 else abi.PAGE_SIZE
        parts = [Range(self.distributor, size)]
        parts += [x for x in (self.redistributors, self.its) if x.size]
        return parts + list(self.other)


NO_GIC = Gic(0, 0, 0, Range(0, 0))


@dataclass(frozen=True)
class IoApic:
    """An I/O APIC of an x86 machine."""

    id: int
    address: int
    first_irq: int  # global system interrupt (GSI) of its first input


@dataclass(frozen=True)
class Timer:
    """PPIs of the timers of an arm64 machine; 0: not wired."""

    physical: int = 30
    virtual: int = 27
    hypervisor: int = 26
    secure: int = 29
    hypervisor_virtual: int = 0


@dataclass(frozen=True)
class Reserved:
    """Memory that Linux must not use, because firmware or a device uses it."""

    range: Range
    name: str = ""
    no_map: bool = False  # Linux must not even map it
    where: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Platform:
    """A machine."""

    name: str = field(compare=False)
    arch: str
    cpus: tuple[Cpu, ...]
    ram: tuple[Range, ...]
    gic: Gic = NO_GIC
    uart: int = 0
    root_doorbell: int = 0
    spare_irqs: tuple[int, ...] = ()
    devices: dict[str, Device] = field(default_factory=dict)
    model: str = field(default="", compare=False)  # name of the model
    caches: tuple[Cache, ...] = field(default=(), compare=False)
    reserved: tuple[Reserved, ...] = field(default=(), compare=False)
    timer: Timer = field(default=Timer(), compare=False)
    psci: str = field(default="smc", compare=False)  # smc, hvc or none
    stdout: str = field(default="", compare=False)  # device of the machine's console
    io_apics: tuple[IoApic, ...] = ()
    # path of the machine's device tree blob
    dtb: str = field(default="", compare=False)
    where: Where = field(default=NOWHERE, compare=False)

    @property
    def registers(self) -> list[Range]:
        """The pages with registers of devices."""
        return [page_range(x) for device in self.devices.values() for x in device.regs]

    @property
    def mmconfig(self) -> Range:
        """x86: the MMCONFIG area from bus 0 on; empty if it is unknown."""
        for device in self.devices.values():
            host = device.pci_host
            if host and not host.segment and not host.first_bus and host.ecam.size:
                size = min(host.last_bus + 1, host.ecam.size // abi.X86_MMCONFIG_BUS)
                return Range(host.ecam.start, size * abi.X86_MMCONFIG_BUS, "MMCONFIG")
        return Range(0, 0)


# The name of root's regions that are neither RAM nor anyone's: they are root's whether
# or not the platform lists anything there.
REST = "devices"


@dataclass(frozen=True)
class Region:
    """Memory that a cell may access."""

    type: str  # a key of abi.REGION_TYPES
    phys: int
    guest: int
    size: int
    flags: int  # abi.REGION_*
    name: str = field(default="", compare=False)  # name of the device or shared region
    where: Where = field(default=NOWHERE, compare=False)
    irq: int = 0  # shared: interrupt that rings this cell; 0: none
    rung: bool = False  # shared, of root: its doorbell rings it
    ring: bool = False  # shared: this cell may ring the others

    @property
    def range(self) -> Range:
        return Range(self.phys, self.size)

    @property
    def guest_range(self) -> Range:
        return Range(self.guest, self.size)


@dataclass(frozen=True)
class Console:
    kind: str  # a key of abi.CONSOLES
    guest: int
    irq: int = 0  # 0: it is polled
    where: Where = field(default=NOWHERE, compare=False)

    @property
    def pages(self) -> int:
        """Number of guest pages that it occupies; I/O ports occupy none."""
        return 0 if self.kind == "16550" else 1


@dataclass(frozen=True)
class Cell:
    """The root cell or another cell."""

    name: str
    cpus: tuple[int, ...]
    regions: tuple[Region, ...]
    irqs: tuple[IrqRange, ...]
    irq_mode: str
    rights: tuple[str, ...]
    ports: tuple[Range, ...] = ()  # x86: I/O ports
    functions: tuple[int, ...] = ()  # x86, PCI: bus << 8 | device << 3 | function
    root: bool = False
    entry: int = 0
    info: int = 0  # 0: none
    console: Console | None = None
    image: Range = Range(0, 0)
    abort: bool = False  # a violation raises an abort in the guest and doesn't stop it
    args: str = ""
    linux: bool = field(default=False, compare=False)  # runs Linux
    bootargs: str = field(default="", compare=False)  # kernel arguments of that Linux
    devices: tuple[str, ...] = field(default=(), compare=False)
    # Devices that the cell also gets because their registers are in the same pages.
    neighbours: tuple[str, ...] = field(default=(), compare=False)
    unplaced: bool = field(default=False, compare=False)  # some memory had no room
    # Names of cells, or ("all",).
    not_with: tuple[str, ...] = field(default=(), compare=False)
    where: Where = field(default=NOWHERE, compare=False)
    # Line of each key: "cpus", "entry", "image" ...
    lines: dict[str, Where] = field(default_factory=dict, compare=False)

    def line(self, key: str) -> Where:
        return self.lines.get(key, self.where)

    @property
    def shared(self) -> dict[int, Region]:
        """The named shared regions by their index in regions."""
        regions = enumerate(self.regions)
        return {i: x for i, x in regions if x.type == "shared" and x.name}

    def never_with(self, other: "Cell") -> bool:
        """Whether the config excludes that both exist at the same time."""
        return any(
            "all" in one.not_with or two.name in one.not_with
            for one, two in ((self, other), (other, self))
        )


@dataclass(frozen=True)
class System:
    """The assignment of a platform's resources."""

    name: str
    platform: Platform
    hypervisor: Range
    protect: bool
    root: Cell
    cells: tuple[Cell, ...]
    # Owners of firmware whose calls root may not make: keys of abi.FIRMWARE.
    deny_firmware: tuple[str, ...] = ()
    # Bytes from the start of RAM that the root Linux may use; 0: all below the first
    # byte of the hypervisor or a cell.
    mem: int = field(default=0, compare=False)
    shared: dict[str, Region] = field(default_factory=dict, compare=False)
    # Parts of the config are missing, because they had errors or found no room.
    partial: bool = field(default=False, compare=False)
    where: Where = field(default=NOWHERE, compare=False)
    lines: dict[str, Where] = field(default_factory=dict, compare=False)

    def line(self, key: str) -> Where:
        return self.lines.get(key, self.where)

    def cell(self, name: str) -> Cell | None:
        """The cell of that name, or root."""
        for cell in (self.root, *self.cells):
            if cell.name == name:
                return cell
        return None
