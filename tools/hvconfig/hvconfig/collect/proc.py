# SPDX-License-Identifier: GPL-2.0
"""Reads /proc and /sys of Linux."""

import re
from dataclasses import replace
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


def firmware_ram(files: Inputs) -> list[Range]:
    """RAM of the map that firmware gave to Linux; empty if Linux doesn't keep it.

    Unlike /proc/iomem, kernel arguments (mem=, memmap=) don't change it.
    """
    kinds = {
        name.removesuffix("/type")
        for name in files
        if name.startswith(inputs.FIRMWARE_MAP) and name.endswith("/type")
        if _text(files, name).strip() == "System RAM"
    }
    found = []
    for name in sorted(kinds):
        ends = [_text(files, f"{name}/{key}").strip() for key in ("start", "end")]
        if all(re.fullmatch("0x[0-9a-f]{1,16}", x) for x in ends):
            start, end = (int(x, 16) for x in ends)
            if start < end:
                found.append(Range(start, end - start + 1))
    return found


def ram(files: Inputs) -> list[Range]:
    return [
        item.range
        for item in resources(files, "iomem")
        if item.depth == 0 and item.name == "System RAM"
    ]


def _interrupts(files: Inputs) -> str:
    """/proc/interrupts without root's doorbell: no device raises it."""
    lines = _text(files, "proc/interrupts").splitlines(keepends=True)
    return "".join(x for x in lines if x.split()[-1:] != ["bulkhead"])


def gic_irqs(files: Inputs) -> set[int]:
    """INTIDs in /proc/interrupts."""
    found = re.findall(r"\bGIC\S*\s+(\d{1,4})\s", _interrupts(files))
    return {int(number) for number in found}


def pins(files: Inputs) -> set[int]:
    """Global system interrupts in /proc/interrupts, and those of PNP devices."""
    found = re.findall(r"^ *(\d{1,4}):.* IO-APIC ", _interrupts(files), re.M)
    for name in files:
        if name.startswith(inputs.PNP):
            found += re.findall(r"^irq (\d{1,4})\b", _text(files, name), re.M)
    return {int(number) for number in found}


def apic_ids(files: Inputs) -> dict[int, int]:
    """APIC IDs of the online CPUs of an x86 machine, by Linux's numbers."""
    found: dict[int, int] = {}
    number = 0
    for key, value in re.findall(
        r"^(processor|apicid)\s*: (\d{1,9})$", _text(files, "proc/cpuinfo"), re.M
    ):
        if key == "processor":
            number = int(value)
        else:
            found[number if number not in found else len(found)] = int(value)
    return found


def threads(files: Inputs, n_cpus: int) -> dict[int, int]:
    """The core of each CPU, as the number of the core's first CPU."""
    found = {}
    for cpu in range(n_cpus):
        name = f"{inputs.CPU}cpu{cpu}/topology/thread_siblings_list"
        cpus = _cpu_list(_text(files, name), n_cpus)
        if cpu in cpus:
            found[cpu] = cpus[0]
    return found


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
        replace(cpu, cluster=number.get(cpu.number, cpu.cluster)) for cpu in cpus
    )


def with_cores(files: Inputs, cpus: tuple[Cpu, ...]) -> tuple[Cpu, ...]:
    """The CPUs with their cores, where some core has several CPUs."""
    core = threads(files, len(cpus))
    if len(set(core.values())) == len(core):
        return cpus
    return tuple(replace(cpu, core=core.get(cpu.number)) for cpu in cpus)


def _text(files: Inputs, name: str) -> str:
    return files.get(name, b"").decode("utf-8", "replace")


def _number(files: Inputs, name: str) -> int:
    text = _text(files, name).strip()
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0
