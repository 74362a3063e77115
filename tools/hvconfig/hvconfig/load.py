# SPDX-License-Identifier: GPL-2.0
"""From a system's YAML to the model: names looked up, defaults filled in.

    system = load_system("configs/systems/qemu-virt-arm64-demo.yaml")

What the values mean together is checked by check.py.
"""

import pathlib
from dataclasses import dataclass
from typing import Any

from . import abi, platform, schema, yamlpos
from .model import (
    Cell,
    Console,
    IrqRange,
    Platform,
    Range,
    Region,
    System,
    page_range,
    subtract,
)
from .platform import to_irqs, to_range
from .problems import Report, Where, did_you_mean
from .units import parse_size
from .yamlpos import Document, Path

_RIGHTS = {
    "r": abi.REGION_READ,
    "w": abi.REGION_WRITE,
    "x": abi.REGION_EXECUTE,
}


def load_system(path: str) -> System:
    """Reads a system and its platform. Raises ConfigError with all problems."""
    report = Report()
    system = read_system(path, report)
    report.raise_errors()
    assert system is not None
    return system


def read_system(path: str, report: Report) -> System | None:
    """The same, with problems in the report; None if there is too little.

    Raises ConfigError for a file that is no YAML.
    """
    return from_document(yamlpos.load(path), report)


def from_document(document: Document, report: Report) -> System | None:
    """The system in a document that was read already."""
    form_is_right = schema.check(document, "system", report)
    machine = _platform(document, report)
    if machine is None or not form_is_right:
        return None
    return _Reader(document, machine, report).system()


def _platform(document: Document, report: Report) -> Platform | None:
    """The platform that a system names or contains."""
    data = document.data
    if not isinstance(data, dict) or "platform" not in data:
        return None
    named = data["platform"]
    if isinstance(named, dict):
        return platform.from_document(document, ("platform",), report, "platform")
    if not isinstance(named, str):
        return None
    path = pathlib.Path(document.file).parent / named
    if "\0" in named or not path.exists():
        where = document.where(("platform",))
        report.error(where, "platform", f"there is no file {str(path)!r}")
        return None
    return platform.load_platform(str(path), report)


@dataclass
class _Reader:
    document: Document
    machine: Platform
    report: Report

    def __post_init__(self) -> None:
        self._data: dict[str, Any] = self.document.data
        self._hypervisor = to_range(self._data["hypervisor"]["memory"])
        self._shared = {
            name: self._shared_region(name, to_range(item))
            for name, item in self._data.get("shared", {}).items()
        }

    def system(self) -> System:
        hypervisor = self._data["hypervisor"]
        return System(
            name=self._data.get("name", pathlib.Path(self.document.file).stem),
            platform=self.machine,
            hypervisor=self._hypervisor,
            protect=hypervisor.get("protect", False),
            root=self._root(self._data.get("root", {})),
            cells=tuple(
                self._cell(name, item) for name, item in self._data["cells"].items()
            ),
            mem=parse_size(self._data.get("root", {}).get("mem", 0)),
            shared=self._shared,
            where=self.document.where(()),
            lines={
                "name": self.document.where(("name",)),
                "hypervisor": self.document.where(("hypervisor", "memory")),
                "mem": self.document.where(("root", "mem")),
            },
        )

    def _shared_region(self, name: str, where_it_is: Range) -> Region:
        start, size = where_it_is.start, where_it_is.size
        where = self.document.where(("shared", name))
        return Region("shared", start, start, size, 0, name, where)

    def _root(self, data: dict[str, Any]) -> Cell:
        path: Path = ("root",)
        numbers = tuple(cpu.number for cpu in self.machine.cpus)
        shared = self._root_shared(path, data)
        if "memory" in data:
            regions = (*self._memory(path, data), *shared)
        else:
            regions = (*self._all_memory(shared), *shared)
        if "irqs" in data:
            irqs = self._irqs(path, data)
        else:
            irqs = self._all_irqs()
        return Cell(
            name=data.get("name", "root"),
            cpus=tuple(sorted(data.get("cpus", numbers))),
            regions=_in_order(regions),
            irqs=irqs,
            irq_mode=data.get("irq_mode", "direct"),
            rights=tuple(data.get("rights", abi.RIGHTS)),
            root=True,
            abort=data.get("on_violation", "abort") == "abort",
            args=data.get("args", ""),
            where=self.document.where(path),
            lines=self._lines(path, data),
        )

    def _root_shared(self, path: Path, data: dict[str, Any]) -> tuple[Region, ...]:
        """All shared regions are root's to give; it may be without access itself."""
        listed = self._shared_of(path, data, data.get("name", "root"))
        names = [region.name for region in listed]
        others = [x for name, x in self._shared.items() if name not in names]
        return (*listed, *others)

    def _all_memory(self, shared: tuple[Region, ...]) -> list[Region]:
        """All RAM that isn't the hypervisor's or shared; all registers."""
        taken = [self._hypervisor, *(region.range for region in shared)]
        where = self.document.where(("root",))
        ram = subtract(self.machine.ram, taken)
        devices = self.machine.devices.values()
        registers = [page_range(reg) for device in devices for reg in device.regs]
        not_registers = [*self.machine.ram, *self.machine.gic.ranges]
        rwx = abi.REGION_READ | abi.REGION_WRITE | abi.REGION_EXECUTE
        rw = abi.REGION_READ | abi.REGION_WRITE
        return [
            Region("ram", item.start, item.start, item.size, rwx, "RAM", where)
            for item in ram
        ] + [
            Region("mmio", item.start, item.start, item.size, rw, "devices", where)
            for item in subtract(registers, not_registers)
        ]

    def _all_irqs(self) -> tuple[IrqRange, ...]:
        ppis = IrqRange(abi.ARM64_PPI_FIRST, abi.ARM64_SPI_FIRST - abi.ARM64_PPI_FIRST)
        spare = [IrqRange(irq) for irq in self.machine.spare_irqs]
        if self.machine.root_doorbell:
            spare.append(IrqRange(self.machine.root_doorbell))
        devices = self.machine.devices.values()
        wired = [irq for device in devices for irq in device.irqs]
        return (ppis, *wired, *spare)

    def _cell(self, name: str, data: dict[str, Any]) -> Cell:
        path: Path = ("cells", name)
        console = self._console(path, data)
        memory = self._memory(path, data)
        device_regions, device_irqs = self._devices(path, data, name)
        irqs = [*self._irqs(path, data), *device_irqs]
        if console and console.irq:
            irqs.append(IrqRange(console.irq, 1, "console", console.where))
        regions = (*memory, *self._shared_of(path, data, name), *device_regions)
        not_with = data.get("not_with", [])
        linux = "linux" in data
        return Cell(
            name=name,
            cpus=tuple(sorted(data["cpus"])),
            regions=_in_order(regions),
            irqs=tuple(irqs),
            irq_mode=data.get("irq_mode", "list"),
            rights=tuple(data.get("rights", ["console"])),
            entry=_entry(data, memory),
            info=0 if data.get("info") == "none" else parse_size(data.get("info", 0)),
            console=console,
            image=to_range(data["image"]) if "image" in data else Range(0, 0),
            abort=data.get("on_violation", "abort" if linux else "stop") == "abort",
            args=data.get("args", ""),
            linux=linux,
            bootargs=_bootargs(data["linux"] or {}, console) if linux else "",
            devices=tuple(data.get("devices", ())),
            not_with=(not_with,) if isinstance(not_with, str) else tuple(not_with),
            where=self.document.where(path),
            lines=self._lines(path, data),
        )

    def _lines(self, path: Path, data: dict[str, Any]) -> dict[str, Where]:
        return {key: self.document.where((*path, key)) for key in data}

    def _memory(self, path: Path, data: dict[str, Any]) -> list[Region]:
        regions = []
        for index, item in enumerate(data["memory"]):
            kind = item.get("type", "ram")
            phys = parse_size(item["phys"])
            flags = _flags(item, "rwx" if kind == "ram" else "rw")
            where = self.document.where((*path, "memory", index))
            guest = parse_size(item.get("guest", phys))
            size = parse_size(item["size"])
            regions.append(Region(kind, phys, guest, size, flags, "", where))
        return regions

    def _shared_of(
        self, path: Path, data: dict[str, Any], cell: str
    ) -> tuple[Region, ...]:
        """The shared regions in which the cell takes part."""
        regions = []
        for name, item in data.get("shared", {}).items():
            where = self.document.where((*path, "shared", name))
            if name not in self._shared:
                hint = did_you_mean(name, self._shared)
                message = f"there is no shared region '{name}'"
                self.report.error(where, cell, message, hint)
                continue
            region = self._shared[name]
            guest = parse_size((item or {}).get("guest", region.phys))
            flags = _flags(item or {}, "rw")
            regions.append(
                Region("shared", region.phys, guest, region.size, flags, name, where)
            )
        return tuple(regions)

    def _devices(
        self, path: Path, data: dict[str, Any], cell: str
    ) -> tuple[list[Region], list[IrqRange]]:
        """Registers (whole pages) and interrupts of the devices that it gets."""
        rw = abi.REGION_READ | abi.REGION_WRITE
        regions: dict[Range, Region] = {}
        irqs: list[IrqRange] = []
        for index, name in enumerate(data.get("devices", [])):
            where = self.document.where((*path, "devices", index))
            device = self.machine.devices.get(name)
            if device is None:
                hint = did_you_mean(name, self.machine.devices)
                self.report.error(where, cell, f"there is no device '{name}'", hint)
                continue
            for page in (page_range(reg) for reg in device.regs):
                region = Region(
                    "mmio", page.start, page.start, page.size, rw, name, where
                )
                regions.setdefault(page, region)
            irqs += (IrqRange(x.first, x.count, name, where) for x in device.irqs)
        return list(regions.values()), irqs

    def _irqs(self, path: Path, data: dict[str, Any]) -> tuple[IrqRange, ...]:
        if "irqs" not in data:
            where = self.document.where(path)
            return tuple(IrqRange(irq, where=where) for irq in abi.ARM64_TIMER_PPIS)
        name = str(path[-1])
        irqs = to_irqs(self.document, (*path, "irqs"), data["irqs"], self.report, name)
        return tuple(IrqRange(x.first, x.count, "", x.where) for x in irqs)

    def _console(self, path: Path, data: dict[str, Any]) -> Console | None:
        if "console" not in data:
            return None
        item = data["console"]
        where = self.document.where((*path, "console"))
        kind = item.get("type", "pl011")
        return Console(kind, parse_size(item["at"]), item.get("irq", 0), where)


def _flags(item: dict[str, Any], default_rights: str) -> int:
    flags = 0
    rights = item.get("rights", default_rights)
    for letter in rights if rights != "none" else "":
        flags |= _RIGHTS[letter]
    if item.get("loadable"):
        flags |= abi.REGION_LOADABLE
    if item.get("small_pages"):
        flags |= abi.REGION_SMALL_PAGES
    return flags


def _entry(data: dict[str, Any], memory: list[Region]) -> int:
    if "entry" in data:
        return parse_size(data["entry"])
    for region in memory:
        if region.flags & abi.REGION_LOADABLE:
            return region.guest
    return memory[0].guest if memory else 0


def _bootargs(data: dict[str, Any], console: Console | None) -> str:
    default = "console=ttyAMA0" if console else ""
    return str(data.get("bootargs", default))


def _in_order(regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """One order for equal contents, so that equal configs give equal blobs."""
    return tuple(sorted(regions, key=lambda x: (x.guest, x.phys, x.size, x.type)))
