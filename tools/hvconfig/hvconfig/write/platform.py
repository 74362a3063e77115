# SPDX-License-Identifier: GPL-2.0
"""Converts a platform to YAML data, without default values."""

from typing import Any

from ..arch import arch_of
from ..model import Device, Gic, PciHost, Platform, Range, Timer
from ..units import format_irqs
from .yaml_text import Hex, OneLine, OneLineMap, range_data, size_data

Data = dict[str, Any]


def platform_data(platform: Platform) -> Data:
    """Data that read/platform.py reads back to an equal platform, without the name."""
    data: Data = {}
    if platform.model:
        data["model"] = platform.model
    data["arch"] = platform.arch
    data["cpus"] = _cpus(platform)
    if platform.caches:
        data["caches"] = [
            OneLineMap(
                {"level": x.level, "type": x.kind}
                | ({"size": size_data(x.size)} if x.size else {})
                | {"cpus": list(x.cpus)}
            )
            for x in platform.caches
        ]
    data["ram"] = [range_data(x.start, x.size) for x in platform.ram]
    if platform.reserved:
        data["reserved"] = [
            range_data(x.range.start, x.range.size)
            | ({"name": x.name} if x.name else {})
            | ({"no_map": True} if x.no_map else {})
            for x in platform.reserved
        ]
    if platform.gic.version:
        data |= _gic_machine(platform)
    else:
        if platform.root_doorbell:
            data["root_doorbell"] = platform.root_doorbell
        if platform.spare_irqs:
            data["spare_irqs"] = list(platform.spare_irqs)
    if platform.io_apics:
        data["io_apics"] = [
            {"id": x.id, "at": Hex(x.address), "first_irq": x.first_irq}
            for x in platform.io_apics
        ]
    if platform.stdout:
        data["stdout"] = platform.stdout
    if platform.devices:
        data["devices"] = {
            name: _device(device) for name, device in platform.devices.items()
        }
    return data


def _cpus(platform: Platform) -> list[Data]:
    key = arch_of(platform).hw_id_key
    return [
        {"number": cpu.number, key: Hex(cpu.hw_id)}
        | ({"cluster": cpu.cluster} if cpu.cluster is not None else {})
        | ({"core": cpu.core} if cpu.core is not None else {})
        | ({"type": cpu.kind} if cpu.kind else {})
        for cpu in platform.cpus
    ]


def _gic_machine(platform: Platform) -> Data:
    data: Data = {}
    if platform.psci != "smc":
        data["psci"] = platform.psci
    if platform.timer != Timer():
        timer = platform.timer
        data["timer"] = {
            "physical": timer.physical,
            "virtual": timer.virtual,
            "hypervisor": timer.hypervisor,
            "secure": timer.secure,
            "hypervisor_virtual": timer.hypervisor_virtual,
        }
    data["gic"] = _gic(platform.gic)
    if platform.uart:
        data["uart"] = Hex(platform.uart)
    if platform.root_doorbell:
        data["root_doorbell"] = platform.root_doorbell
    data["spare_irqs"] = list(platform.spare_irqs)
    return data


def _gic(gic: Gic) -> Data:
    data: Data = {"version": gic.version, "maintenance_irq": gic.maintenance_irq}
    data["distributor"] = Hex(gic.distributor)
    for key, area in (("redistributors", gic.redistributors), ("its", gic.its)):
        if area.size:
            data[key] = range_data(area.start, area.size)
    if gic.other:
        data["other"] = _blocks(gic.other)
    return data


def _device(device: Device) -> Data:
    data: Data = {}
    if device.path:
        data["path"] = device.path
    if device.compatible:
        data["compatible"] = list(device.compatible)
    if device.disabled:
        data["disabled"] = True
    of_host = len(device.pci_host.ranges) if device.pci_host else 0
    regs = device.regs[: len(device.regs) - of_host]
    for key, blocks in (("regs", regs), ("ports", device.ports)):
        if blocks:
            data[key] = _blocks(blocks)
    if device.irqs:
        data["irqs"] = [format_irqs(irq.first, irq.count) for irq in device.irqs]
    for key in ("msi", "dma"):
        if getattr(device, key):
            data[key] = True
    if device.iommu:
        data["iommu"] = device.iommu
    if device.stream_ids:
        data["stream_ids"] = [_ids(item) for item in device.stream_ids]
    if device.needs:
        data["needs"] = list(device.needs)
    if device.pci_host:
        data["pci_host"] = _host(device.pci_host)
    if device.pci:
        data["pci"] = _function(device)
    return data


def _blocks(blocks: tuple[Range, ...]) -> list[Data]:
    data = [
        range_data(x.start, x.size) | ({"name": x.name} if x.name else {})
        for x in blocks
    ]
    return OneLine(data) if len(data) == 1 else data


def _ids(item: Range) -> Any:
    if item.size == 1:
        return Hex(item.start)
    return f"{item.start:#x}-{item.end - 1:#x}"


def _host(host: PciHost) -> Data:
    data: Data = {"segment": host.segment} if host.segment else {}
    data["buses"] = [host.first_bus, host.last_bus]
    if host.ecam.size:
        data["ecam"] = range_data(host.ecam.start, host.ecam.size)
    if host.windows:
        data["windows"] = [
            {"type": x.kind, **range_data(x.range.start, x.range.size)}
            | ({"bus": Hex(x.bus)} if x.bus != x.range.start else {})
            for x in host.windows
        ]
    return data


def _function(device: Device) -> Data:
    assert device.pci is not None
    pci = device.pci
    data: Data = {"address": pci.address, "id": pci.id}
    for key, value in (
        ("class", pci.kind),
        ("host", pci.host),
        ("msi", pci.msi),
        ("msix", pci.msix),
    ):
        if value:
            data[key] = value
    return data
