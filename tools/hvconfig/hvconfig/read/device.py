# SPDX-License-Identifier: GPL-2.0
"""Reads a device of a platform."""

from typing import Any

from ..model import Device, IrqRange, PciFunction, PciHost, PciWindow, Range
from ..problems import Report, Where
from ..units import parse_number, parse_size


def load_device(
    name: str,
    data: dict[str, Any],
    irqs: tuple[IrqRange, ...],
    where: Where,
    report: Report,
) -> Device:
    """The device of a YAML mapping; the caller has read irqs."""
    host = _host(data["pci_host"]) if "pci_host" in data else None
    return Device(
        name=name,
        regs=(*_blocks(data.get("regs", ())), *(host.ranges if host else ())),
        irqs=irqs,
        dma=data.get("dma", False),
        path=data.get("path", ""),
        compatible=tuple(data.get("compatible", ())),
        disabled=data.get("disabled", False),
        needs=tuple(data.get("needs", ())),
        iommu=data.get("iommu", ""),
        stream_ids=_stream_ids(name, data.get("stream_ids", ()), where, report),
        msi=data.get("msi", False),
        ports=_blocks(data.get("ports", ())),
        pci_host=host,
        pci=_function(data["pci"]) if "pci" in data else None,
        where=where,
    )


def _blocks(data: list[dict[str, Any]]) -> tuple[Range, ...]:
    return tuple(_block(item) for item in data)


def _block(data: dict[str, Any], name: str = "") -> Range:
    name = data.get("name", name)
    return Range(parse_size(data["at"]), parse_size(data["size"]), name)


def _host(data: dict[str, Any]) -> PciHost:
    windows = [
        PciWindow(
            kind=item["type"],
            range=_block(item, item["type"]),
            bus=parse_size(item.get("bus", item["at"])),
        )
        for item in data.get("windows", ())
    ]
    first, last = data["buses"]
    none = {"at": 0, "size": 0}
    return PciHost(
        segment=data.get("segment", 0),
        first_bus=first,
        last_bus=last,
        ecam=_block(data.get("ecam", none)),
        windows=tuple(windows),
    )


def _function(data: dict[str, Any]) -> PciFunction:
    return PciFunction(
        address=data["address"],
        id=data["id"],
        kind=data.get("class", ""),
        host=data.get("host", ""),
        msi=data.get("msi", 0),
        msix=data.get("msix", 0),
    )


def _stream_ids(
    name: str, data: list[int | str], where: Where, report: Report
) -> tuple[Range, ...]:
    result = []
    for item in data:
        first, _, last = str(item).partition("-")
        start, end = parse_number(first), parse_number(last or first)
        if end < start:
            message = f"the stream IDs '{item}' are a descending range"
            report.error(where, name, message)
            continue
        result.append(Range(start, end - start + 1))
    return tuple(result)
