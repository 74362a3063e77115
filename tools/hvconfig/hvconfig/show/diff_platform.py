# SPDX-License-Identifier: GPL-2.0
"""Describes changes of a platform."""

from collections.abc import Iterator
from dataclasses import fields, replace

from ..arch import arch_of
from ..model import Device, Platform, Range, subtract
from ..units import about_size, format_range, join

# Fields that are redundant, informative, or compared by other code.
_SILENT = {"name", "where", "devices", "cpus", "ram", "dtb"}
_WORDS = {"regs": "registers", "irqs": "interrupts", "dma": "use of DMA"}


def changes(old: Platform, new: Platform, names: bool) -> Iterator[tuple[str, str]]:
    """Keys and descriptions. names: both sides are from YAML, which has more fields."""
    if [x.hw_id for x in old.cpus] != [x.hw_id for x in new.cpus]:
        words = f"has {len(new.cpus)} CPUs with other hardware IDs, not {len(old.cpus)}"
        if len(old.cpus) == len(new.cpus):
            words = "its CPUs have other hardware IDs"
        yield "cpus", words
    for field in fields(Platform):
        known = names or field.compare
        if field.name == "spare_irqs" and not arch_of(new).spare_irqs_in_blobs:
            known = names
        if field.name in _SILENT or not known:
            continue
        one, two = getattr(old, field.name), getattr(new, field.name)
        if field.name == "gic" and not names:
            one, two = replace(one, other=()), replace(two, other=())
        if one != two:
            yield field.name, _value(field.name, one, two)
    if names:
        if [_about(x) for x in old.cpus] != [_about(x) for x in new.cpus]:
            yield "cpus", "clusters or types of its CPUs differ"
        yield from _ram(old, new)
        yield from _devices(old.devices, new.devices)


def _about(cpu: object) -> tuple[object, object]:
    return getattr(cpu, "cluster", None), getattr(cpu, "kind", "")


def _value(name: str, old: object, new: object) -> str:
    """Shows both values if they are simple."""
    title = name.replace("_", " ")
    if isinstance(old, (int, str)) and isinstance(new, (int, str)):
        shown = [f"{x:#x}" if name == "uart" else str(x or "none") for x in (new, old)]
        return f"its {title} is {shown[0]}, not {shown[1]}"
    if name == "spare_irqs" and isinstance(old, tuple) and isinstance(new, tuple):
        return f"its spare irqs are {_list(new)}, not {_list(old)}"
    return f"its {title} differs"


def _list(values: tuple[object, ...]) -> str:
    return join([str(value) for value in values]) or "none"


def _ram(old: Platform, new: Platform) -> Iterator[tuple[str, str]]:
    for verb, ranges in (
        ("has more", subtract(new.ram, old.ram)),
        ("lacks", subtract(old.ram, new.ram)),
    ):
        for item in ranges:
            yield "ram", f"{verb} RAM: {_shown(item)}"


def _shown(item: Range) -> str:
    return f"{format_range(item.start, item.size)} ({about_size(item.size)})"


def _devices(
    old: dict[str, Device], new: dict[str, Device]
) -> Iterator[tuple[str, str]]:
    for name in [x for x in old if x not in new]:
        yield "devices", f"the device {name} is removed"
    for name, device in new.items():
        if name not in old:
            yield "devices", f"the device {name} is new"
            continue
        changed = [
            _WORDS.get(field.name, field.name.replace("_", " "))
            for field in fields(Device)
            if field.name != "where"
            and getattr(old[name], field.name) != getattr(device, field.name)
        ]
        if changed:
            yield "devices", f"the device {name} has other {join(changed)}"
