# SPDX-License-Identifier: GPL-2.0
"""Converts a system to YAML that builds the same blob."""

from typing import Any

from .. import abi
from ..check.owners import needed_exclusions
from ..model import Cell, Region, System, function_name
from ..units import format_irqs, format_size
from ..write import yaml_text
from ..write.platform import platform_data
from ..write.yaml_text import Hex, range_data


def render(system: System) -> str:
    """The YAML, with the platform included."""
    return yaml_text.render(to_data(system))


def to_data(system: System) -> dict[str, Any]:
    """The data, with a not_with for cells that have the same resources."""
    not_with = needed_exclusions(system)
    hypervisor: dict[str, Any] = {
        "memory": range_data(system.hypervisor.start, system.hypervisor.size)
    }
    if system.protect:
        hypervisor["protect"] = True
    if system.deny_firmware:
        hypervisor["deny_firmware"] = list(system.deny_firmware)
    return {
        "name": system.name,
        "platform": platform_data(system.platform),
        "hypervisor": hypervisor,
        "root": _root(system.root),
        "cells": {cell.name: _cell(cell, not_with[cell.name]) for cell in system.cells},
    }


def _root(root: Cell) -> dict[str, Any]:
    return {"name": root.name, **_common(root)}


def _cell(cell: Cell, not_with: list[str]) -> dict[str, Any]:
    data = _common(cell)
    data["entry"] = Hex(cell.entry)
    data["info"] = Hex(cell.info) if cell.info else "none"
    if cell.console:
        data["console"] = {"type": cell.console.kind, "at": Hex(cell.console.guest)}
        if cell.console.irq:
            data["console"]["irq"] = cell.console.irq
    if cell.image.size:
        data["image"] = range_data(cell.image.start, cell.image.size)
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
    if cell.ports:
        data["ports"] = [range_data(port.start, port.size) for port in cell.ports]
    if cell.functions:
        data["pci"] = [function_name(function) for function in cell.functions]
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
    data: dict[str, Any] = {"type": region.type, "phys": Hex(region.phys)}
    if region.guest != region.phys:
        data["guest"] = Hex(region.guest)
    data |= {"size": format_size(region.size), "rights": rights or "none"}
    if region.type == "shared" and region.name:
        data["name"] = region.name
    if region.irq or region.rung:
        data["doorbell"] = region.irq or True
    if region.ring:
        data["ring"] = True
    if region.flags & abi.REGION_LOADABLE:
        data["loadable"] = True
    if region.flags & abi.REGION_SMALL_PAGES:
        data["small_pages"] = True
    return data
