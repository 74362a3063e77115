# SPDX-License-Identifier: GPL-2.0
"""Reads a system file, and has addresses chosen for what has none.

    system = load_system("configs/systems/qemu-virt-arm64-demo.yaml")

check/ checks the result.
"""

import pathlib
from dataclasses import dataclass, replace
from typing import Any

from .. import abi
from ..arch import arch_of
from ..model import Cell, Console, IrqRange, Platform, Range, Region, System, merge
from ..place.guest import place_guest
from ..place.memory import (
    Ground,
    ends_of_ram,
    hypervisor_size,
    place_irqs,
    place_memory,
)
from ..place.request import Piece, Request, never_at_once
from ..problems import Report, Where
from ..units import parse_size
from . import platform, schema, yaml_lines
from .cell import CellReader
from .platform import to_range
from .root import all_irqs, all_memory
from .shared import Shared
from .yaml_lines import Document, Path


def load_system(path: str) -> System:
    """The system of a file. Raises ConfigError with all problems."""
    report = Report()
    system = read_system(path, report)
    report.raise_errors()
    assert system is not None
    return system


def read_system(path: str, report: Report) -> System | None:
    """Like load_system(), but problems go to the report; None: the file has too little.

    With errors in the report, the system may be partial and only good for checks.
    Raises ConfigError for a file that is not YAML.
    """
    return system_from(yaml_lines.load(path), report)


def system_from(document: Document, report: Report) -> System | None:
    """The system of a document."""
    form_is_right = schema.check(document, "system", report)
    machine = _platform(document, report)
    if machine is None:
        return None
    if form_is_right:
        return _Reader(document, machine, report).system()
    usable = schema.usable_part(document, "system")
    if usable is None:
        return None
    # The missing parts may cause further errors, so those are dropped.
    rest = _Reader(usable, machine, Report()).system()
    return replace(rest, partial=True)


def _platform(document: Document, report: Report) -> Platform | None:
    """The platform that a system contains or refers to."""
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
        report.error(
            where,
            "platform",
            f"there is no file {str(path)!r}",
            "the path is relative to this file",
        )
        return None
    return platform.load_platform(str(path), report)


@dataclass
class _Reader:
    document: Document
    machine: Platform
    report: Report

    def __post_init__(self) -> None:
        self._data: dict[str, Any] = self.document.data
        self._root_data: dict[str, Any] = self._data.get("root", {})
        self._root_name: str = self._root_data.get("name", "root")
        self._cells = CellReader(self.document, self.machine, self.report)
        names = {self._root_name, *self._data["cells"]}
        self._shared = Shared(self.document, self.report, names)

    def system(self) -> System:
        """Reads requests, places them, and builds the system."""
        data = self._data
        mem = parse_size(self._root_data.get("mem", 0))
        self._shared.read(self._root_name)
        requests = self._requests()
        placed = self._place(requests, mem)
        hypervisor = placed or Range(0, 0)
        return System(
            name=data.get("name", pathlib.Path(self.document.file).stem),
            platform=self.machine,
            hypervisor=hypervisor,
            protect=data.get("hypervisor", {}).get("protect", False),
            deny_firmware=tuple(data.get("hypervisor", {}).get("deny_firmware", ())),
            root=self._root(hypervisor),
            cells=tuple(
                self._cell(request, data["cells"][request.name]) for request in requests
            ),
            mem=mem,
            shared={k: x.region() for k, x in self._shared.regions.items()},
            partial=placed is None,
            where=self.document.where(()),
            lines={
                "name": self.document.where(("name",)),
                "hypervisor": self.document.where(("hypervisor", "memory")),
                "mem": self.document.where(("root", "mem")),
            },
        )

    def _requests(self) -> list[Request]:
        requests = [
            self._cells.cell(x, item) for x, item in self._data["cells"].items()
        ]
        for request in requests:
            request.shared = self._shared.of(request.name)
            beside = [
                x
                for x in requests
                if x is not request and not never_at_once(x, request)
            ]
            listed = {name for other in beside for name in other.devices}
            if request.devices:
                self._cells.bring_devices(request, listed)
            if request.image and request.image.phys is None:
                request.image.size = sum(
                    x.size for x in request.memory if x.flags & abi.REGION_LOADABLE
                )
        return requests

    def _place(self, requests: list[Request], mem: int) -> Range | None:
        """Chooses all addresses; returns the hypervisor's memory, None without room."""
        hypervisor = self._hypervisor()
        regions = list(self._shared.regions.values())
        holes = [item.range for item in self.machine.reserved]
        holes.append(Range(arch_of(self.machine).address_limit, 1 << 64))
        ends = ends_of_ram(self.machine.ram, arch_of(self.machine).firmware_bytes)
        ground = Ground(self.machine.ram, holes, mem, self._roots_ram(), ends)
        ground.exclusive(requests)
        place_memory(ground, hypervisor, regions, requests, self.report)
        self._shared.finish()
        place_guest(self.machine, requests, self.report)
        for region in [*regions, *self._shared.of(self._root_name)]:
            region.guest = region.phys if region.guest is None else region.guest
        place_irqs(self.machine, requests, self.report)
        return None if hypervisor.phys is None else hypervisor.range

    def _hypervisor(self) -> Piece:
        wanted = self._data.get("hypervisor", {}).get("memory")
        where = self.document.where(("hypervisor", "memory"))
        if isinstance(wanted, dict):
            at, size = to_range(wanted).start, to_range(wanted).size
            return Piece("ram", size, 0, at, None, "hypervisor", where)
        size = parse_size(wanted or hypervisor_size(self.machine))
        return Piece("ram", size, 0, None, None, "hypervisor", where)

    def _roots_ram(self) -> list[Range] | None:
        if "memory" not in self._root_data:
            return None
        memory = self._cells.memory(("root",), self._root_data)
        return [x.range for x in memory if x.type == "ram"]

    def _root(self, hypervisor: Range) -> Cell:
        path: Path = ("root",)
        data = self._root_data
        numbers = tuple(cpu.number for cpu in self.machine.cpus)
        shared = self._root_shared()
        if "memory" in data:
            memory = [x.region() for x in self._cells.memory(path, data)]
        else:
            taken = [hypervisor, *(region.range for region in shared)]
            where = self.document.where(path)
            memory = all_memory(self.machine, taken, where)
        irqs = all_irqs(self.machine)
        if "irqs" in data:
            irqs = self._cells.irqs(path, data)
        return Cell(
            name=self._root_name,
            cpus=tuple(sorted(data.get("cpus", numbers))),
            regions=_in_order((*memory, *shared)),
            irqs=tuple(irqs),
            irq_mode=data.get("irq_mode", "direct"),
            rights=tuple(data.get("rights", abi.RIGHTS)),
            root=True,
            abort=data.get("on_violation", "abort") == "abort",
            args=data.get("args", ""),
            where=self.document.where(path),
            lines=self._lines(path, data),
        )

    def _root_shared(self) -> list[Region]:
        """All shared regions are in root's list, some without rights for root."""
        listed = [x.region() for x in self._shared.of(self._root_name)]
        names = [region.name for region in listed]
        others = [x for name, x in self._shared.regions.items() if name not in names]
        return [*listed, *(replace(x.region(), rung=False) for x in others)]

    def _cell(self, request: Request, data: dict[str, Any]) -> Cell:
        path: Path = ("cells", request.name)
        console = _console(request)
        linux = _linux(data)
        default = "stop" if linux is None else "abort"
        bootargs = "" if linux is None else _bootargs(linux, console)
        irqs = list(request.irqs)
        if console and console.irq:
            irqs.append(IrqRange(console.irq, 1, "console", console.where))
        for piece in request.doorbells:
            bell = f"doorbell of {piece.name}"
            irqs.append(IrqRange(int(piece.doorbell), 1, bell, piece.where))
        image = request.image
        return Cell(
            name=request.name,
            cpus=request.cpus,
            regions=_in_order(tuple(piece.region() for piece in request.pieces)),
            irqs=tuple(irqs),
            irq_mode=data.get("irq_mode", "list"),
            ports=tuple(merge(request.ports)),
            functions=tuple(sorted(set(request.functions))),
            rights=tuple(data.get("rights", ["console"])),
            entry=_entry(request),
            info=request.info or 0,
            console=console,
            image=image.range if image else Range(0, 0),
            abort=data.get("on_violation", default) == "abort",
            # Linux without a device tree gets its arguments in args.
            args=data.get(
                "args", "" if arch_of(self.machine).has_device_tree else bootargs
            ),
            devices=request.devices,
            neighbours=request.neighbours,
            not_with=request.not_with,
            linux=linux is not None,
            bootargs=bootargs,
            unplaced=request.unplaced,
            where=request.where,
            lines=self._lines(path, data),
        )

    def _lines(self, path: Path, data: dict[str, Any]) -> dict[str, Where]:
        said = (key for key, value in data.items() if value is not False)
        return {key: self.document.where((*path, key)) for key in said}


def _console(request: Request) -> Console | None:
    console = request.console
    if console is None:
        return None
    assert console.guest is not None and console.irq is not None
    return Console(console.kind, console.guest, console.irq, console.where)


def _linux(data: dict[str, Any]) -> dict[str, Any] | None:
    """The keys of linux; None: the cell runs no Linux."""
    said = data.get("linux", False)
    if said is False:
        return None
    return said if isinstance(said, dict) else {}


def _bootargs(linux: dict[str, Any], console: Console | None) -> str:
    tty = {"16550": "ttyS0", "pl011": "ttyAMA0"}
    default = f"console={tty[console.kind]}" if console else ""
    return str(linux.get("bootargs", default))


def _entry(request: Request) -> int:
    if request.entry is not None:
        return request.entry
    loadable = [x for x in request.memory if x.flags & abi.REGION_LOADABLE]
    first: Piece | None = next(iter([*loadable, *request.memory]), None)
    return first.guest or 0 if first else 0


def _in_order(regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """In canonical order, so that equal configs have equal blobs."""
    return tuple(sorted(regions, key=lambda x: (x.guest, x.phys, x.size, x.type)))
