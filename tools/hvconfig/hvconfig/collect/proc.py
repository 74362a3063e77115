# SPDX-License-Identifier: GPL-2.0
"""Reads /proc and /sys of Linux."""

import re
from typing import NamedTuple

from ..model import Cache, Cpu, Range
from . import inputs
from .inputs import Inputs

_LINE = re.compile(r"( *)([0-9a-f]{1,16})-([0-9a-f]{1,16}) : (.*)")


class Resource(NamedTuple):
    """A line of /proc/iomem or /proc/ioports."""

    depth: int  # number of ranges around it, by the indentation
    range: Range
    name: str


def resources(files: Inputs, name: str) -> list[Resource]:
    """Lines of proc/iomem or proc/ioports; empty without the right to see addresses."""
    found = []
    for line in _text(files, f"proc/{name}").splitlines():
        match = _LINE.fullmatch(line)
        if match:
            start, end = int(match[2], 16), int(match[3], 16)
            if end >= start and end:
                area = Range(start, end - start + 1)
                found.append(Resource(len(match[1]) // 2, area, match[4].strip()))
    return found


def ram(files: Inputs) -> list[Range]:
    return [
        item.range
        for item in resources(files, "iomem")
        if item.depth == 0 and item.name == "System RAM"
    ]


def gic_irqs(files: Inputs) -> set[int]:
    """INTIDs in /proc/interrupts."""
    found = re.findall(r"\bGIC\S*\s+(\d{1,4})\s", _text(files, "proc/interrupts"))
    return {int(number) for number in found}


def apic_ids(files: Inputs) -> list[int]:
    """APIC IDs of all CPUs of an x86 machine, in Linux's order."""
    found = re.findall(r"^apicid\s*: (\d{1,9})$", _text(files, "proc/cpuinfo"), re.M)
    return [int(number) for number in found]


def cpu_model(files: Inputs) -> str:
    match = re.search(
        r"^model name\s*: (.{1,100})$", _text(files, "proc/cpuinfo"), re.M
    )
    return match[1].strip() if match else ""


def machine_model(files: Inputs) -> str:
    names = (inputs.DMI + "sys_vendor", inputs.DMI + "product_name")
    return " ".join(x for x in (_text(files, name).strip() for name in names) if x)


def caches(files: Inputs, n_cpus: int) -> list[Cache]:
    """Returns the caches in sysfs.

    CPUs that share a cache describe it several times; it is returned once.
    """
    found: dict[Cache, None] = {}
    for cpu in range(n_cpus):
        for index in range(16):
            base = f"{inputs.CPU}cpu{cpu}/cache/index{index}/"
            cache = _cache(files, base, n_cpus)
            if cache is not None:
                found.setdefault(cache)
    return sorted(found, key=lambda x: (x.cpus[0], x.level, x.kind))


def _cache(files: Inputs, base: str, n_cpus: int) -> Cache | None:
    level = _number(files, base + "level")
    kind = _text(files, base + "type").strip().lower()
    cpus = _cpu_list(_text(files, base + "shared_cpu_list"), n_cpus)
    if not (1 <= level <= 8 and cpus and kind in ("data", "instruction", "unified")):
        return None
    size = re.match(r"(\d{1,9})K", _text(files, base + "size"))
    return Cache(level, kind, cpus, int(size[1]) << 10 if size else 0)


def _cpu_list(text: str, n_cpus: int) -> tuple[int, ...]:
    """The numbers of a list such as 0-3,8."""
    found: set[int] = set()
    for first, last in re.findall(r"(\d{1,9})(?:-(\d{1,9}))?", text):
        found.update(range(int(first), min(int(last or first) + 1, n_cpus)))
    return tuple(sorted(found))


def with_clusters(cpus: tuple[Cpu, ...], known: list[Cache]) -> tuple[Cpu, ...]:
    """The CPUs; those with a common second-level cache get the same cluster."""
    groups = [cache.cpus for cache in known if cache.level == 2]
    number = {cpu: index for index, group in enumerate(groups) for cpu in group}
    return tuple(
        Cpu(cpu.hw_id, cpu.number, number.get(cpu.number, cpu.cluster), cpu.kind)
        for cpu in cpus
    )


def _text(files: Inputs, name: str) -> str:
    return files.get(name, b"").decode("utf-8", "replace")


def _number(files: Inputs, name: str) -> int:
    text = _text(files, name).strip()
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
