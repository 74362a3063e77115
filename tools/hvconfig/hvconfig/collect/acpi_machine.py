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
)
from ..problems import refuse
from . import acpi, machine, pci, proc
from .devicetree import Choices, spare_irqs
from .inputs import Inputs

_RESERVED = ("Reserved", "ACPI Tables", "ACPI Non-volatile Storage", "reserved")
# Names in /proc/iomem that are not devices.
_NO_DEVICE = re.compile(
    r"System RAM|PCI Bus.*|PCI ECAM.*|PCI MMCONFIG.*|IOAPIC.*|Local APIC|Kernel .*"
    r"|Video (RAM|ROM) area|System ROM|Adapter ROM|GIC.*|.*Persistent.*|RAM buffer"
    r"|[0-9a-f]{4}:[0-9a-f]{2}:.*|dmar[0-9]*|pnp .*|" + "|".join(_RESERVED),
    re.IGNORECASE,
)


def platform(files: Inputs, file: str, choices: Choices) -> Platform:
    """The platform that ACPI tables and Linux describe."""
    madt = acpi.Madt(files)
    x86 = not madt.arm64
    ids = (proc.apic_ids(files) or madt.apic_ids()) if x86 else madt.mpidrs()
    gic = NO_GIC if x86 else madt.gic()
    if not ids or gic is None:
        raise refuse(file, "its ACPI tables (APIC) name no CPUs or no controller")
    ram = machine.whole_pages([*(choices.ram or proc.ram(files))])
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
        cpus=proc.with_clusters(cpus, caches),
        ram=tuple(ram),
        gic=gic,
        devices=devices,
        model=proc.machine_model(files)[:200],
        caches=tuple(caches),
        reserved=_reserved(files),
        io_apics=tuple(madt.io_apics()) if x86 else (),
    )
    return base if x86 else _arm64(base, files, choices)


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


def _reserved(files: Inputs) -> tuple[Reserved, ...]:
    return tuple(
        Reserved(item.range, item.name)
        for item in proc.resources(files, "iomem")
        if item.depth == 0 and item.name in _RESERVED
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
    lines = proc.resources(files, "iomem")
    hosts = {}
    for ecam in acpi.ecams(files):
        name = f"pci{ecam.segment}-{ecam.first_bus:02x}"
        title = f"PCI Bus {ecam.segment:04x}:{ecam.first_bus:02x}"
        areas = [x.range for x in lines if x.name == title]
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


def _named(files: Inputs, taken: list[Range]) -> list[Device]:
    """Devices that only their drivers' entries in /proc name."""
    console = acpi.console(files)
    memory: dict[str, list[Range]] = {}
    ports: dict[str, list[Range]] = {}
    for kind, result in (("iomem", memory), ("ioports", ports)):
        for item in proc.resources(files, kind):
            inside = kind == "iomem" and any(item.range.overlaps(x) for x in taken)
            top = item.depth == 0 or kind == "ioports" and item.depth == 1
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
