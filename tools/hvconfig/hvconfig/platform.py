# SPDX-License-Identifier: GPL-2.0
"""From a platform's YAML to the model."""

import pathlib
from typing import Any

from . import schema, yamlpos
from .model import Cpu, Device, Gic, IrqRange, Platform, Range
from .problems import Report
from .units import parse_irqs, parse_size
from .yamlpos import Document, Path


def load_platform(path: str, report: Report) -> Platform | None:
    """Reads a platform file; None if its form is wrong, which report then says."""
    document = yamlpos.load(path)
    return from_document(document, (), report, pathlib.Path(path).stem)


def from_document(
    document: Document, base: Path, report: Report, name: str
) -> Platform | None:
    """The platform at base in the document."""
    if not schema.check(document, "platform", report, base):
        return None
    data = document.data
    for step in base:
        data = data[step]
    return Platform(
        name=data.get("name", name),
        arch=data["arch"],
        cpus=_cpus(document, base, data["cpus"], report),
        ram=tuple(to_range(item) for item in data["ram"]),
        gic=_gic(data["gic"]),
        uart=parse_size(data.get("uart", 0)),
        root_doorbell=data.get("root_doorbell", 0),
        spare_irqs=tuple(data.get("spare_irqs", ())),
        devices=_devices(document, base, data.get("devices", {}), report),
        where=document.where(base),
    )


def to_range(data: dict[str, Any]) -> Range:
    return Range(parse_size(data["at"]), parse_size(data["size"]))


def to_irqs(
    document: Document, path: Path, data: list[int | str], report: Report, name: str
) -> tuple[IrqRange, ...]:
    """Ranges of interrupts; one that is none is reported and left out."""
    result = []
    for index, item in enumerate(data):
        where = document.where((*path, index))
        try:
            first, count = parse_irqs(item)
        except ValueError as error:
            report.error(where, name, str(error))
            continue
        result.append(IrqRange(first, count, name, where))
    return tuple(result)


def _cpus(
    document: Document, base: Path, data: list[dict[str, Any]], report: Report
) -> tuple[Cpu, ...]:
    cpus = []
    for index, item in enumerate(data):
        where = document.where((*base, "cpus", index))
        if item["number"] != index:
            report.error(
                where,
                f"CPU {item['number']}",
                f"is at place {index} of the list",
                "number them 0, 1, 2 ... in this order",
            )
        cpus.append(Cpu(parse_size(item["mpidr"]), item["number"], where))
    return tuple(cpus)


def _gic(data: dict[str, Any]) -> Gic:
    return Gic(
        version=data["version"],
        maintenance_irq=data["maintenance_irq"],
        distributor=parse_size(data["distributor"]),
        redistributors=to_range(data["redistributors"]),
        its=to_range(data["its"]) if "its" in data else Range(0, 0),
    )


def _devices(
    document: Document, base: Path, data: dict[str, dict[str, Any]], report: Report
) -> dict[str, Device]:
    devices = {}
    for name, item in data.items():
        path = (*base, "devices", name)
        irqs = to_irqs(document, (*path, "irqs"), item.get("irqs", []), report, name)
        devices[name] = Device(
            name=name,
            regs=tuple(to_range(reg) for reg in item.get("regs", [])),
            irqs=irqs,
            dma=item.get("dma", False),
            where=document.where(path),
        )
    return devices
