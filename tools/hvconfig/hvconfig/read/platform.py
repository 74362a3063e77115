# SPDX-License-Identifier: GPL-2.0
"""Reads a platform file."""

import pathlib
from typing import Any

from ..arch import ARCHITECTURES
from ..model import (
    NO_GIC,
    Cache,
    Cpu,
    Device,
    Gic,
    IoApic,
    IrqRange,
    Platform,
    Range,
    Reserved,
    Timer,
)
from ..problems import Report, did_you_mean
from ..units import parse_irqs, parse_size
from . import schema, yaml_lines
from .device import load_device
from .yaml_lines import Document, Path


def load_platform(path: str, report: Report) -> Platform | None:
    """The platform; None, with errors in the report, if its form is wrong."""
    document = yaml_lines.load(path)
    return from_document(document, (), report, pathlib.Path(path).stem)


def from_document(
    document: Document, base: Path, report: Report, name: str
) -> Platform | None:
    """The platform at the path base of the document."""
    if not schema.check(document, "platform", report, base):
        return None
    data = document.data
    for step in base:
        data = data[step]
    missing = [x for x in ARCHITECTURES[data["arch"]].required_keys if x not in data]
    if missing:
        report.error(document.where(base), name, f"the key '{missing[0]}' is missing")
        return None
    cpus = _cpus(document, base, data, report)
    if cpus is None:
        return None
    platform = Platform(
        name=data.get("name", name),
        arch=data["arch"],
        cpus=cpus,
        ram=tuple(to_range(item) for item in data["ram"]),
        gic=_gic(data["gic"]) if "gic" in data else NO_GIC,
        uart=parse_size(data.get("uart", 0)),
        root_doorbell=data.get("root_doorbell", 0),
        spare_irqs=tuple(data.get("spare_irqs", ())),
        devices=_devices(document, base, data.get("devices", {}), report),
        model=data.get("model", ""),
        caches=tuple(_cache(item) for item in data.get("caches", ())),
        reserved=_reserved(document, base, data.get("reserved", [])),
        timer=Timer(**data.get("timer", {})),
        psci=data.get("psci", "smc"),
        stdout=data.get("stdout", ""),
        io_apics=tuple(_io_apic(item) for item in data.get("io_apics", ())),
        dtb=_dtb(document, base, data.get("dtb", ""), report),
        where=document.where(base),
    )
    _check_names(document, base, platform, report)
    return platform


def is_platform(document: Document) -> bool:
    """Whether the document is a platform, not a system."""
    data = document.data
    return isinstance(data, dict) and "cpus" in data and "platform" not in data


def to_range(data: dict[str, Any]) -> Range:
    return Range(parse_size(data["at"]), parse_size(data["size"]), data.get("name", ""))


def to_irqs(
    document: Document, path: Path, data: list[int | str], report: Report, name: str
) -> tuple[IrqRange, ...]:
    """Ranges of interrupts; malformed ones are reported and left out."""
    result = []
    for index, item in enumerate(data):
        where = document.where((*path, index))
        try:
            first, count = parse_irqs(item)
        except ValueError as error:
            report.error(where, name, str(error), "48 or 48-51")
            continue
        result.append(IrqRange(first, count, name, where))
    return tuple(result)


def _cpus(
    document: Document, base: Path, data: dict[str, Any], report: Report
) -> tuple[Cpu, ...] | None:
    key = ARCHITECTURES[data["arch"]].hw_id_key
    cpus = []
    for index, item in enumerate(data["cpus"]):
        where = document.where((*base, "cpus", index))
        name = f"CPU {item['number']}"
        if key not in item:
            report.error(where, name, f"the key '{key}' is missing")
            return None
        if item["number"] != index:
            report.error(
                where,
                name,
                f"has index {index} in the list",
                "number them 0, 1, 2 ... in this order",
            )
        hw_id, cluster = parse_size(item[key]), item.get("cluster")
        kind, core = item.get("type", ""), item.get("core")
        cpus.append(Cpu(hw_id, item["number"], cluster, kind, where, core))
    return tuple(cpus)


def _cache(data: dict[str, Any]) -> Cache:
    size = parse_size(data.get("size", 0))
    return Cache(data["level"], data["type"], tuple(data["cpus"]), size)


def _reserved(
    document: Document, base: Path, data: list[dict[str, Any]]
) -> tuple[Reserved, ...]:
    return tuple(
        Reserved(
            range=Range(parse_size(item["at"]), parse_size(item["size"])),
            name=item.get("name", ""),
            no_map=item.get("no_map", False),
            where=document.where((*base, "reserved", index)),
        )
        for index, item in enumerate(data)
    )


def _gic(data: dict[str, Any]) -> Gic:
    none = {"at": 0, "size": 0}
    return Gic(
        version=data["version"],
        maintenance_irq=data.get("maintenance_irq", 0),
        distributor=parse_size(data["distributor"]),
        redistributors=to_range(data.get("redistributors", none)),
        its=to_range(data.get("its", none)),
        other=tuple(to_range(item) for item in data.get("other", ())),
    )


def _io_apic(data: dict[str, Any]) -> IoApic:
    return IoApic(data["id"], parse_size(data["at"]), data["first_irq"])


def _dtb(document: Document, base: Path, name: str, report: Report) -> str:
    """The path of the blob; a relative name is relative to the platform's file."""
    if not name:
        return ""
    path = pathlib.Path(document.file).parent / name
    if "\0" in name or not path.is_file():
        where = document.where((*base, "dtb"))
        report.error(where, "dtb", f"there is no file {str(path)!r}")
    return str(path)


def _devices(
    document: Document, base: Path, data: dict[str, dict[str, Any]], report: Report
) -> dict[str, Device]:
    devices = {}
    for name, item in data.items():
        path = (*base, "devices", name)
        irqs = to_irqs(document, (*path, "irqs"), item.get("irqs", []), report, name)
        where = document.where(path)
        devices[name] = load_device(name, item, irqs, where, report)
    return devices


def _check_names(
    document: Document, base: Path, platform: Platform, report: Report
) -> None:
    """Reports references to devices that don't exist."""
    known = platform.devices
    named: list[tuple[Path, str, str]] = [(("stdout",), "stdout", platform.stdout)]
    for device in known.values():
        path: Path = ("devices", device.name)
        named += [((*path, "needs"), device.name, need) for need in device.needs]
        named.append(((*path, "iommu"), device.name, device.iommu))
        if device.pci:
            named.append(((*path, "pci"), device.name, device.pci.host))
    for key, who, name in named:
        if name and name not in known:
            where = document.where((*base, *key))
            message = f"there is no device '{name}'"
            report.error(where, who, message, did_you_mean(name, known))
