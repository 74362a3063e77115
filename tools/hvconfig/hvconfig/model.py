# SPDX-License-Identifier: GPL-2.0
"""A system as the hypervisor will see it: names resolved, addresses known.

Addresses and sizes are in bytes. What is only there for messages (names of
regions, lines) doesn't count when two of these are compared.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from . import abi
from .problems import Where

NOWHERE = Where()


@dataclass(frozen=True, order=True)
class Range:
    """Addresses from start to below end."""

    start: int
    size: int
    name: str = field(default="", compare=False)  # of a block of registers

    @property
    def end(self) -> int:
        return self.start + self.size

    def overlaps(self, other: "Range") -> bool:
        return self.start < other.end and other.start < self.end

    def contains(self, other: "Range") -> bool:
        return self.start <= other.start and other.end <= self.end


def merge(ranges: Iterable[Range]) -> list[Range]:
    """Sorted, with what overlaps or touches made one."""
    merged: list[Range] = []
    for item in sorted(ranges):
        if merged and item.start <= merged[-1].end:
            end = max(merged[-1].end, item.end)
            merged[-1] = Range(merged[-1].start, end - merged[-1].start)
        else:
            merged.append(item)
    return merged


def subtract(ranges: Iterable[Range], holes: Iterable[Range]) -> list[Range]:
    """What of the ranges lies in none of the holes, sorted and merged."""
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


def page_range(item: Range) -> Range:
    """The whole pages that hold the range."""
    start = item.start & -abi.PAGE_SIZE
    end = (item.end + abi.PAGE_SIZE - 1) & -abi.PAGE_SIZE
    return Range(start, end - start)


@dataclass(frozen=True)
class Cpu:
    hw_id: int  # arm64: MPIDR_EL1 affinity; x86: local APIC ID
    number: int = 0  # in configs and in masks
    # CPUs of the same number share their last cache before memory's; None: unknown.
    cluster: int | None = field(default=None, compare=False)
    kind: str = field(default="", compare=False)  # "arm,cortex-a72"
    where: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Cache:
    level: int
    kind: str  # data, instruction or unified
    cpus: tuple[int, ...]  # that it serves
    size: int = 0  # 0: unknown


@dataclass(frozen=True, order=True)
class IrqRange:
    """Interrupts first .. first + count - 1 (arm64: INTIDs)."""

    first: int
    count: int = 1
    name: str = field(default="", compare=False)  # of the device, if it is one's
    where: Where = field(default=NOWHERE, compare=False)

    @property
    def last(self) -> int:
        return self.first + self.count - 1


@dataclass(frozen=True)
class PciWindow:
    """Physical addresses behind which a PCI bus is."""

    kind: str  # io, mem or prefetch
    range: Range
    bus: int  # the first PCI address


@dataclass(frozen=True)
class PciHost:
    """What a device that is a PCI host bridge has besides."""

    segment: int
    first_bus: int
    last_bus: int
    ecam: Range = Range(0, 0)  # configuration space
    windows: tuple[PciWindow, ...] = ()

    @property
    def ranges(self) -> list[Range]:
        """What its driver accesses beside its own registers; the device's last regs."""
        ecam = [Range(self.ecam.start, self.ecam.size, "ecam")]
        return ecam[: bool(self.ecam.size)] + [window.range for window in self.windows]


@dataclass(frozen=True)
class PciFunction:
    """What a device on a PCI bus has besides."""

    address: str  # 0000:00:02.0
    id: str  # vendor:device, as in 8086:10d3
    kind: str = ""  # class code: 020000
    host: str = ""  # device that is its host bridge
    msi: int = 0  # interrupts that it can send as messages
    msix: int = 0


def function_number(address: str) -> int:
    """Of 00:02.0, or 0000:00:02.0: bus << 8 | device << 3 | function."""
    bus, rest = address.split(":")[-2:]
    device, function = rest.split(".")
    return int(bus, 16) << 8 | int(device, 16) << 3 | int(function)


def function_name(number: int) -> str:
    return f"{number >> 8:02x}:{number >> 3 & 31:02x}.{number & 7}"


@dataclass(frozen=True)
class Device:
    name: str
    # Everything that its driver accesses, PCI windows and configuration space too.
    regs: tuple[Range, ...] = ()
    irqs: tuple[IrqRange, ...] = ()
    dma: bool = False  # reaches memory by itself
    path: str = ""  # in the device tree
    compatible: tuple[str, ...] = ()
    disabled: bool = False  # the hardware is there, the device tree says: not in use
    needs: tuple[str, ...] = ()  # devices: clocks, resets, power domains, ...
    iommu: str = ""  # the device in front of its accesses to memory
    stream_ids: tuple[Range, ...] = ()  # by which the IOMMU knows it
    msi: bool = False  # its interrupts are messages (not in irqs)
    ports: tuple[Range, ...] = ()  # x86: I/O ports
    pci_host: PciHost | None = None
    pci: PciFunction | None = None
    where: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Gic:
    """Interrupt controller of an arm64 machine."""

    version: int
    maintenance_irq: int
    distributor: int
    redistributors: Range
    its: Range = Range(0, 0)
    # More redistributors and ITSs, memory-mapped CPU interfaces (named cpu, hyp, vcpu).
    other: tuple[Range, ...] = ()

    @property
    def ranges(self) -> list[Range]:
        """All its registers: they belong to the hypervisor."""
        if not self.version:
            return []
        size = abi.ARM64_GICD_SIZE if self.version == 3 else abi.PAGE_SIZE
        parts = [Range(self.distributor, size)]
        parts += [x for x in (self.redistributors, self.its) if x.size]
        return parts + list(self.other)


NO_GIC = Gic(0, 0, 0, Range(0, 0))


@dataclass(frozen=True)
class IoApic:
    """Interrupt controller of an x86 machine for the lines of devices."""

    id: int
    address: int
    first_irq: int  # global system interrupt of its first input


@dataclass(frozen=True)
class Timer:
    """The PPIs of an arm64 machine's timers; 0: not wired."""

    physical: int = 30
    virtual: int = 27
    hypervisor: int = 26
    secure: int = 29
    hypervisor_virtual: int = 0


@dataclass(frozen=True)
class Reserved:
    """Memory that Linux must leave alone: firmware's, or kept for a device."""

    range: Range
    name: str = ""
    no_map: bool = False  # Linux doesn't even map it
    where: Where = field(default=NOWHERE, compare=False)


@dataclass(frozen=True)
class Platform:
    """What a machine has."""

    name: str = field(compare=False)
    arch: str
    cpus: tuple[Cpu, ...]
    ram: tuple[Range, ...]
    gic: Gic = NO_GIC
    uart: int = 0
    root_doorbell: int = 0
    spare_irqs: tuple[int, ...] = ()
    devices: dict[str, Device] = field(default_factory=dict)
    model: str = field(default="", compare=False)  # as the machine calls itself
    caches: tuple[Cache, ...] = field(default=(), compare=False)
    reserved: tuple[Reserved, ...] = field(default=(), compare=False)
    timer: Timer = field(default=Timer(), compare=False)
    psci: str = field(default="smc", compare=False)  # smc, hvc or none
    stdout: str = field(default="", compare=False)  # device of the machine's console
    io_apics: tuple[IoApic, ...] = ()
    dtb: str = field(default="", compare=False)  # path of its device tree blob
    where: Where = field(default=NOWHERE, compare=False)

    @property
    def mmconfig(self) -> Range:
        """x86: PCI configuration space in memory, if that is known from bus 0 on."""
        for device in self.devices.values():
            host = device.pci_host
            if host and not host.segment and not host.first_bus and host.ecam.size:
                size = min(host.last_bus + 1, host.ecam.size // abi.X86_MMCONFIG_BUS)
                return Range(host.ecam.start, size * abi.X86_MMCONFIG_BUS, "MMCONFIG")
        return Range(0, 0)


@dataclass(frozen=True)
class Region:
    """Memory that a cell may access."""

    type: str  # a key of abi.REGION_TYPES
    phys: int
    guest: int
    size: int
    flags: int  # abi.REGION_*
    name: str = field(default="", compare=False)  # of the device or shared region
    where: Where = field(default=NOWHERE, compare=False)
    irq: int = 0  # shared: raised when others ring; 0: none
    rung: bool = False  # shared, root: by its own doorbell
    ring: bool = False  # shared: it may ring the others

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
    irq: int = 0  # 0: polled only
    where: Where = field(default=NOWHERE, compare=False)

    @property
    def pages(self) -> int:
        """How many pages of the cell's memory it occupies: ports are none."""
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
    abort: bool = False  # a violation is an abort in the guest, not its end
    args: str = ""
    linux: bool = field(default=False, compare=False)  # has a device tree
    bootargs: str = field(default="", compare=False)  # in it
    devices: tuple[str, ...] = field(default=(), compare=False)
    # Devices that came along because their registers are in the same pages.
    neighbours: tuple[str, ...] = field(default=(), compare=False)
    unplaced: bool = field(default=False, compare=False)  # lacks what had no room
    not_with: tuple[str, ...] = field(default=(), compare=False)  # ("all",): with none
    where: Where = field(default=NOWHERE, compare=False)
    # Lines of single keys, by their names: "cpus", "entry", "image" ...
    lines: dict[str, Where] = field(default_factory=dict, compare=False)

    def line(self, key: str) -> Where:
        return self.lines.get(key, self.where)

    @property
    def shared(self) -> dict[int, Region]:
        """The shared regions that have a name, by their place in regions."""
        regions = enumerate(self.regions)
        return {i: x for i, x in regions if x.type == "shared" and x.name}

    def never_with(self, other: "Cell") -> bool:
        """Whether the config says that the two don't exist at the same time."""
        return any(
            "all" in one.not_with or two.name in one.not_with
            for one, two in ((self, other), (other, self))
        )


@dataclass(frozen=True)
class System:
    """Who gets what of a platform."""

    name: str
    platform: Platform
    hypervisor: Range
    protect: bool
    root: Cell
    cells: tuple[Cell, ...]
    # Bytes from the start of RAM that the root Linux is told to use; 0: as much
    # as lies below the first byte that is somebody else's.
    mem: int = field(default=0, compare=False)
    shared: dict[str, Region] = field(default_factory=dict, compare=False)
    # Something of the config is left out, as it was wrong or found no room.
    partial: bool = field(default=False, compare=False)
    where: Where = field(default=NOWHERE, compare=False)
    lines: dict[str, Where] = field(default_factory=dict, compare=False)

    def line(self, key: str) -> Where:
        return self.lines.get(key, self.where)

    def cell(self, name: str) -> Cell | None:
        """The cell of that name, root included."""
        for cell in (self.root, *self.cells):
            if cell.name == name:
                return cell
        return None
