# SPDX-License-Identifier: GPL-2.0
"""From the model back to YAML that builds the same blob."""

from typing import Any

from . import abi, check_owners
from .model import Cell, Platform, Region, System
from .units import format_irqs, format_size

_NO_WRAP = 1000


class _Hex(int):
    """An integer that is written as an address."""


def render(system: System) -> str:
    """The system with its platform inside, as YAML."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

        def represent_address(self, value: int) -> Any:
            return self.represent_scalar("tag:yaml.org,2002:int", f"{value:#x}")

    Dumper.add_representer(_Hex, Dumper.represent_address)
    text: str = yaml.dump(
        to_data(system),
        Dumper=Dumper,
        sort_keys=False,
        width=_NO_WRAP,
        default_flow_style=None,
    )
    return text


def to_data(system: System) -> dict[str, Any]:
    """The same as plain data. Cells that can't be at once say so (not_with)."""
    not_with = check_owners.needed_exclusions(system)
    hypervisor: dict[str, Any] = {
        "memory": _range(system.hypervisor.start, system.hypervisor.size)
    }
    if system.protect:
        hypervisor["protect"] = True
    return {
        "name": system.name,
        "platform": _platform(system.platform),
        "hypervisor": hypervisor,
        "root": _root(system.root),
        "cells": {cell.name: _cell(cell, not_with[cell.name]) for cell in system.cells},
    }


def _range(start: int, size: int) -> dict[str, Any]:
    return {"at": _Hex(start), "size": format_size(size)}


def _platform(platform: Platform) -> dict[str, Any]:
    gic = platform.gic
    data: dict[str, Any] = {
        "arch": platform.arch,
        "cpus": [
            {"number": cpu.number, "mpidr": _Hex(cpu.hw_id)} for cpu in platform.cpus
        ],
        "ram": [_range(item.start, item.size) for item in platform.ram],
        "gic": {
            "version": gic.version,
            "maintenance_irq": gic.maintenance_irq,
            "distributor": _Hex(gic.distributor),
            "redistributors": _range(gic.redistributors.start, gic.redistributors.size),
        },
    }
    if gic.its.size:
        data["gic"]["its"] = _range(gic.its.start, gic.its.size)
    if platform.uart:
        data["uart"] = _Hex(platform.uart)
    if platform.root_doorbell:
        data["root_doorbell"] = platform.root_doorbell
    data["spare_irqs"] = list(platform.spare_irqs)
    return data


def _root(root: Cell) -> dict[str, Any]:
    return {"name": root.name, **_common(root)}


def _cell(cell: Cell, not_with: list[str]) -> dict[str, Any]:
    data = _common(cell)
    data["entry"] = _Hex(cell.entry)
    data["info"] = _Hex(cell.info) if cell.info else "none"
    if cell.console:
        data["console"] = {"type": cell.console.kind, "at": _Hex(cell.console.guest)}
        if cell.console.irq:
            data["console"]["irq"] = cell.console.irq
    if cell.image.size:
        data["image"] = _range(cell.image.start, cell.image.size)
    if not_with:
        data["not_with"] = not_with
    return data


def _common(cell: Cell) -> dict[str, Any]:
    data: dict[str, Any] = {
        "cpus": list(cell.cpus),
        "memory": [_region(region) for region in cell.regions],
        "irqs": [format_irqs(irq.first, irq.count) for irq in cell.irqs],
        "irq_mode": cell.irq_mode,
        "rights": list(cell.rights),
        "on_violation": "abort" if cell.abort else "stop",
    }
    if cell.args:
        data["args"] = cell.args
    return data


def _region(region: Region) -> dict[str, Any]:
    rights = ""
    for letter, flag in (
        ("r", abi.REGION_READ),
        ("w", abi.REGION_WRITE),
        ("x", abi.REGION_EXECUTE),
    ):
        rights += letter if region.flags & flag else ""
    data: dict[str, Any] = {"type": region.type, "phys": _Hex(region.phys)}
    if region.guest != region.phys:
        data["guest"] = _Hex(region.guest)
    data |= {"size": format_size(region.size), "rights": rights or "none"}
    if region.flags & abi.REGION_LOADABLE:
        data["loadable"] = True
    if region.flags & abi.REGION_SMALL_PAGES:
        data["small_pages"] = True
    return data
