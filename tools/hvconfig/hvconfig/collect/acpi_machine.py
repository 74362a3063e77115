# SPDX-License-Identifier: GPL-2.0
"""Builds a platform from ACPI tables, /proc and sysfs."""

import re
from dataclasses import replace

from ..arch import ARM64, X86_64
from ..model import (
    NO_GIC,
    Cpu,
    Device,
    IrqRange,
    PciHost,
    PciWindow,
    Platform,
    Range,
    Reserved,
    merge,
    subtract,
)
from ..problems import refuse
from . import acpi, machine, pci, proc
from .devicetree import Choices, spare_irqs
from .inputs import Inputs

_RESERVED = ("Reserved", "ACPI Tables", "ACPI Non-volatile Storage", "reserved")
# x86: what is never RAM for programs, whatever firmware says: page 0, VGA and ROMs.
_NEVER_RAM = [Range(0, 0x1000), Range(0xA0000, 0x60000)]
# Pins of a PC's own devices: timers, keyboard, first serial port, clock, ACPI, mouse;
# 10 and 11 are those of PCI.
_FIXED_PINS = {0, 1, 2, 4, 8, 9, 10, 11, 12}
_ISA_PINS = 16
# Pins of devices that may be absent, with their ports: COM2, LPT2, floppy, LPT1, IDE.
_LEGACY = ((3, 0x2F8), (5, 0x278), (6, 0x3F2), (7, 0x378), (14, 0x1F0), (15, 0x170))
_LEGACY_PORTS = 16  # a larger range is a bus's
# Names in /proc/iomem that are not devices.
_NO_DEVICE = re.compile(
    r"System RAM|PCI Bus.*|PCI ECAM.*|PCI MMCONFIG.*|IOAPIC.*|Local APIC|Kernel .*"
    r"|Video (RAM|ROM) area|System ROM|Adapter ROM|GIC.*|.*Persistent.*|RAM buffer"
    r"|[0-9a-f]{4}:[0-9a-f]{2}:.*|dmar[0-9]*|pnp .*|bulkhead.*|" + "|".join(_RESERVED),
    re.IGNORECASE,
)


def platform(files: Inputs, file: str, choices: Choices) -> Platform:
    """The platform that ACPI tables and Linux describe."""
    madt = acpi.Madt(files)
    x86 = not madt.arm64
    ids = _apic_ids(files, madt) if x86 else madt.mpidrs()
    gic = NO_GIC if x86 else madt.gic()
    if not ids or gic is None:
        raise refuse(file, "its ACPI tables (APIC) name no CPUs or no controller")
    ram = machine.whole_pages([*(choices.ram or _ram(files))])
    if not ram:
        raise refuse(
            file,
            "its /proc/iomem shows no RAM: only root can see addresses there; run "
            "it as root, or use --ram AT:SIZE",
        )
    kind = proc.cpu_model(files)
    cpus = tuple(Cpu(hw_id, number, None, kind) for number, hw_id in enumerate(ids))
    caches = proc.caches(files, len(cpus))
    devices = _devices(files, ram, x86)
    base = Platform(
        name=choices.name,
        arch=(X86_64 if x86 else ARM64).name,
        cpus=proc.with_cores(files, proc.with_clusters(cpus, caches)),
        ram=tuple(ram),
        gic=gic,
        devices=devices,
        model=proc.machine_model(files)[:200],
        caches=tuple(caches),
        reserved=_reserved(files, ram),
        io_apics=tuple(madt.io_apics()) if x86 else (),
    )
    return _x86(base, files) if x86 else _arm64(base, files, choices)


def _apic_ids(files: Inputs, madt: acpi.Madt) -> list[int]:
    """In Linux's order. CPUs that are offline are only in the MADT."""
    online = proc.apic_ids(files)
    rest = [x for x in madt.apic_ids() if x not in online.values()]
    count = len(online) + len(rest)
    found = [
        online[i] if i in online else rest.pop(0)
        for i in range(count)
        if i in online or rest
    ]
    return found + [x for x in online.values() if x not in found]


def _ram(files: Inputs) -> list[Range]:
    """All RAM, also what kernel arguments keep from Linux."""
    told = proc.firmware_ram(files)
    if not told or not proc.ram(files):
        return proc.ram(files)
    return subtract(told, _NEVER_RAM)


def _x86(base: Platform, files: Inputs) -> Platform:
    """The vector that Linux reserves for hypervisors, and pins without a device."""
    used = proc.pins(files) | _FIXED_PINS
    used |= {x.first for device in base.devices.values() for x in device.irqs}
    taken = [x.range for x in proc.resources(files, "ioports")]
    legacy = [x for x in taken if x.size <= _LEGACY_PORTS]
    for pin, port in _LEGACY:
        if any(x.contains(Range(port, 1)) for x in legacy):
            used.add(pin)
    first = any(chip.first_irq == 0 for chip in base.io_apics)
    spare = [x for x in range(_ISA_PINS) if x not in used] if first else []
    # The last one: the first ones are the best choice for consoles of cells.
    doorbell = spare.pop() if spare else 0
    return replace(base, root_doorbell=doorbell, spare_irqs=tuple(spare))


def _arm64(base: Platform, files: Inputs, choices: Choices) -> Platform:
    wired = {irq.first for x in base.devices.values() for irq in x.irqs}
    spare = list(choices.spare) or spare_irqs(wired | proc.gic_irqs(files))
    console = acpi.console(files)
    on = [
        device.name
        for device in base.devices.values()
        if console and any(x.start == console.address for x in device.regs)
    ]
    return replace(
        base,
        psci=acpi.psci(files),
        timer=acpi.timer(files),
        uart=console.address if console and console.pl011 else 0,
        stdout=on[0] if on else "",
        root_doorbell=spare[0] if spare else 0,
        spare_irqs=tuple(spare[1:]),
    )


def _reserved(files: Inputs, ram: list[Range]) -> tuple[Reserved, ...]:
    """What Linux reserves outside RAM; inside, kernel arguments reserve it."""
    return tuple(
        Reserved(part, item.name)
        for item in proc.resources(files, "iomem")
        if item.depth == 0 and item.name in _RESERVED
        for part in subtract([item.range], ram)
    )


def _devices(files: Inputs, ram: list[Range], x86: bool) -> dict[str, Device]:
    """Host bridges, IOMMUs, PCI functions, and other entries of /proc."""
    hosts = _hosts(files)
    found = dict(hosts)
    for number, area in enumerate(acpi.iommus(files)):
        name = f"{area.name}{number}"
        found[name] = Device(name, (Range(area.start, area.size),), dma=True)
    for device in pci.functions(files, hosts, x86):
        found[device.name] = device
    taken = [reg for device in found.values() for reg in device.regs]
    for device in _named(files, taken + ram):
        found.setdefault(device.name, device)
    return found


def _hosts(files: Inputs) -> dict[str, Device]:
    windows_of = _root_buses(files)
    hosts = {}
    for ecam in acpi.ecams(files):
        name = f"pci{ecam.segment}-{ecam.first_bus:02x}"
        areas = [
            area
            for segment, bus, area in windows_of
            if segment == ecam.segment and ecam.first_bus <= bus <= ecam.last_bus
        ]
        windows = [
            PciWindow("mem", Range(x.start, x.size, "mem"), x.start)
            for x in merge(areas)
        ]
        size = (ecam.last_bus - ecam.first_bus + 1) << 20
        host = PciHost(
            segment=ecam.segment,
            first_bus=ecam.first_bus,
            last_bus=ecam.last_bus,
            ecam=Range(ecam.address + (ecam.first_bus << 20), size),
            windows=tuple(windows),
        )
        hosts[name] = Device(name, tuple(host.ranges), dma=True, pci_host=host)
    return hosts


def _root_buses(files: Inputs) -> list[tuple[int, int, Range]]:
    """Segment, bus and address range of the windows of host bridges.

    Several host bridges can have one configuration space. A bus behind a bridge is
    nested below another bus.
    """
    found = []
    inside = Range(0, 0)
    for item in proc.resources(files, "iomem"):
        match = re.fullmatch(r"PCI Bus ([0-9a-f]{4,8}):([0-9a-f]{2})", item.name)
        if match and not inside.contains(item.range):
            inside = item.range
            found.append((int(match[1], 16), int(match[2], 16), item.range))
    return found


def _named(files: Inputs, taken: list[Range]) -> list[Device]:
    """Devices that only their drivers' entries in /proc name."""
    console = acpi.console(files)
    memory: dict[str, list[Range]] = {}
    ports: dict[str, list[Range]] = {}
    for kind, result in (("iomem", memory), ("ioports", ports)):
        around: list[str] = []  # the names of the ranges around, by depth
        for item in proc.resources(files, kind):
            inside = kind == "iomem" and any(item.range.overlaps(x) for x in taken)
            around[item.depth :] = [item.name]
            outer = around[: item.depth]
            top = not [x for x in outer if x not in _RESERVED]
            top = top or kind == "ioports" and item.depth == 1
            if top and not inside and not _NO_DEVICE.fullmatch(item.name):
                name = re.sub(r"[^A-Za-z0-9_-]+", "-", item.name).strip("-")[:31]
                result.setdefault(name or "device", []).append(item.range)
    found = []
    for name in dict.fromkeys([*memory, *ports]):
        regs = tuple(memory.get(name, ()))
        raises = [
            IrqRange(console.irq)
            for reg in regs
            if console and console.irq and reg.start == console.address
        ]
        known = tuple(ports.get(name, ()))
        found.append(Device(name, regs, tuple(raises), dma=False, ports=known))
    return found
