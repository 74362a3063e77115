# SPDX-License-Identifier: GPL-2.0
"""Reads the YAML of a cell into a request."""

from dataclasses import dataclass
from typing import Any

from .. import abi
from ..arch import arch_of
from ..model import IrqRange, Platform, Range, function_number, page_range
from ..place.request import ConsoleRequest, Piece, Request
from ..problems import Report, Where, did_you_mean
from ..units import join, join_irqs, parse_size
from .platform import to_irqs, to_range
from .yaml_lines import Document, Path

_RIGHTS = {
    "r": abi.REGION_READ,
    "w": abi.REGION_WRITE,
    "x": abi.REGION_EXECUTE,
}
_RW = abi.REGION_READ | abi.REGION_WRITE


def flags_of(item: dict[str, Any], default_rights: str, loadable: bool = False) -> int:
    """The region flags of an entry of a memory list."""
    flags = 0
    rights = item.get("rights", default_rights)
    for letter in rights if rights != "none" else "":
        flags |= _RIGHTS[letter]
    if item.get("loadable", loadable):
        flags |= abi.REGION_LOADABLE
    if item.get("small_pages"):
        flags |= abi.REGION_SMALL_PAGES
    return flags


def optional_size(item: dict[str, Any], key: str) -> int | None:
    return parse_size(item[key]) if key in item else None


def _is_linux(data: dict[str, Any]) -> bool:
    return data.get("linux", False) is not False


@dataclass
class CellReader:
    """Reads the root cell and the other cells of a document."""

    document: Document
    machine: Platform
    report: Report

    def cell(self, name: str, data: dict[str, Any]) -> Request:
        """Returns a request that lacks shared memory and devices."""
        path: Path = ("cells", name)
        not_with = data.get("not_with", [])
        # The default for Linux is no info page: Linux does not read it.
        info = data.get("info", "none" if _is_linux(data) else None)
        return Request(
            name=name,
            where=self.document.where(path),
            cpus=tuple(sorted(data["cpus"])),
            not_with=(not_with,) if isinstance(not_with, str) else tuple(not_with),
            memory=[*self.ram(path, data), *self.memory(path, data)],
            devices=self._devices(path, data),
            irqs=self.irqs(path, data),
            ports=[to_range(item) for item in data.get("ports", ())],
            functions=[function_number(item) for item in data.get("pci", ())],
            image=self._image(path, data),
            console=self._console(path, data),
            info=None if info is None else 0 if info == "none" else parse_size(info),
            entry=optional_size(data, "entry"),
            linux=_is_linux(data),
        )

    def ram(self, path: Path, data: dict[str, Any]) -> list[Piece]:
        """From ram: 16M, or a list of sizes and of mappings with more details."""
        listed = data.get("ram", [])
        pieces = []
        for index, item in enumerate(listed if isinstance(listed, list) else [listed]):
            where = self.document.where((*path, "ram", index))
            entry = item if isinstance(item, dict) else {"size": item}
            pieces.append(_piece("ram", entry, flags_of(entry, "rwx", True), where))
        return pieces

    def memory(self, path: Path, data: dict[str, Any]) -> list[Piece]:
        """From memory: without guest, the guest address is the physical one."""
        pieces = []
        for index, item in enumerate(data.get("memory", [])):
            kind = item.get("type", "ram")
            where = self.document.where((*path, "memory", index))
            if "phys" not in item and (kind != "ram" or path == ("root",)):
                who = "root's" if path == ("root",) else kind
                message = f"{who} memory needs a physical address"
                self.report.error(where, str(path[-1]), message, "phys: ADDRESS")
                continue
            flags = flags_of(item, "rwx" if kind == "ram" else "rw")
            piece = _piece(kind, item, flags, where)
            piece.name = item.get("name", "")
            piece.doorbell = item.get("doorbell", False)
            piece.ring = item.get("ring", False)
            piece.guest = piece.phys if piece.guest is None else piece.guest
            pieces.append(piece)
        return pieces

    def irqs(self, path: Path, data: dict[str, Any]) -> list[IrqRange]:
        where = self.document.where(path)
        if "irqs" not in data:
            default = arch_of(self.machine).cell_irqs(self.machine)
            return [IrqRange(irq, where=where) for irq in default]
        name = str(path[-1])
        irqs = to_irqs(self.document, (*path, "irqs"), data["irqs"], self.report, name)
        return [IrqRange(x.first, x.count, "", x.where) for x in irqs]

    def _image(self, path: Path, data: dict[str, Any]) -> Piece | None:
        item = data.get("image", False)
        if item is False:
            return None
        where = self.document.where((*path, "image"))
        if item is True:
            return Piece("ram", 0, _RW, None, 0, "image", where)
        return _image_at(item, where)

    def _console(self, path: Path, data: dict[str, Any]) -> ConsoleRequest | None:
        item = data.get("console", False)
        if item is False:
            return None
        where = self.document.where((*path, "console"))
        arch = arch_of(self.machine)
        default = arch.console
        no_irq = None if arch.console_needs_irq or _is_linux(data) else 0
        if item is True:
            return ConsoleRequest(default, None, no_irq, where)
        # With an explicit address, the console is polled unless irq is given.
        irq = item.get("irq", 0 if "at" in item else no_irq)
        kind = item.get("type", default)
        return ConsoleRequest(kind, optional_size(item, "at"), irq, where)

    def _devices(self, path: Path, data: dict[str, Any]) -> tuple[str, ...]:
        found = []
        for index, name in enumerate(data.get("devices", [])):
            if name in self.machine.devices:
                found.append(name)
                continue
            where = self.document.where((*path, "devices", index))
            hint = did_you_mean(name, self.machine.devices)
            message = f"there is no device '{name}'"
            self.report.error(where, str(path[-1]), message, hint)
        return tuple(found)

    def bring_devices(self, request: Request, foreign: set[str]) -> None:
        """Adds registers (whole pages), interrupts and ports of the cell's devices.

        A device with all its registers in these pages is added, too, unless it is
        foreign: another cell lists it.
        """
        devices = self.machine.devices
        where = self._places(request)
        pages = _pages(self.machine, request.devices)
        request.registers = [
            Piece("mmio", page.size, _RW, page.start, page.start, name, where[name])
            for page, name in pages
        ]
        request.neighbours = tuple(
            other
            for other in _inside(self.machine, [page for page, _ in pages])
            if other not in request.devices and other not in foreign
        )
        for name in (*request.devices, *request.neighbours):
            place = where.get(name, request.where)
            for irq in devices[name].irqs:
                request.irqs.append(IrqRange(irq.first, irq.count, name, place))
            request.ports += devices[name].ports
            function = devices[name].pci
            if function and arch_of(self.machine).has_pci_functions:
                request.functions.append(function_number(function.address))
        request.same_addresses = any(
            devices[name].dma for name in (*request.devices, *request.neighbours)
        )
        self._tell(request, where)
        self._tell_touched(request, where, foreign)

    def _places(self, request: Request) -> dict[str, Where]:
        listed = self.document.data["cells"][request.name].get("devices", [])
        path = ("cells", request.name, "devices")
        return {x: self.document.where((*path, i)) for i, x in enumerate(listed)}

    def _tell(self, request: Request, where: dict[str, Where]) -> None:
        """Warns once of each device that was added because it shares pages."""
        left = list(request.neighbours)
        for name in request.devices:
            pages = [page_range(reg) for reg in self.machine.devices[name].regs]
            brought = [x for x in left if x in _inside(self.machine, pages)]
            left = [x for x in left if x not in brought]
            if not brought:
                continue
            irqs = self._irqs_of(brought)
            wired = f" with interrupt {join_irqs(irqs)}" if irqs else ""
            pronoun = "it" if len(brought) == 1 else "them"
            listed = ", ".join([*request.devices, *brought])
            self.report.warning(
                where[name],
                request.name,
                f"a page with registers of {name} also contains those of "
                f"{join(brought)}: the cell can access them, so it also gets "
                f"{pronoun}{wired}, and root loses {pronoun}",
                f"if that is intended: devices: [{listed}]",
            )

    def _irqs_of(self, names: list[str]) -> list[int]:
        return sorted(
            {
                number
                for name in names
                for irq in self.machine.devices[name].irqs
                for number in range(irq.first, min(irq.last, abi.ARM64_SPI_LAST) + 1)
            }
        )

    def _tell_touched(
        self, request: Request, where: dict[str, Where], foreign: set[str]
    ) -> None:
        """Warns of devices that have only some registers in the cell's pages."""
        known = {*request.devices, *request.neighbours, *foreign}
        others = [x for x in self.machine.devices.values() if x.name not in known]
        for name in request.devices:
            pages = [page_range(reg) for reg in self.machine.devices[name].regs]
            touched = [
                x.name
                for x in others
                if any(page.overlaps(reg) for page in pages for reg in x.regs)
            ]
            others = [x for x in others if x.name not in touched]
            if touched:
                self.report.warning(
                    where[name],
                    request.name,
                    f"a page with registers of {name} also contains some of "
                    f"{join(touched)}: the cell can access these, and root can't "
                    "any more",
                    "give all of them to one cell",
                )


def _inside(machine: Platform, pages: list[Range]) -> list[str]:
    """Names of the devices that have all their registers in the pages."""
    return [
        name
        for name, device in machine.devices.items()
        if device.regs
        and all(any(page.contains(reg) for page in pages) for reg in device.regs)
    ]


def _pages(machine: Platform, names: tuple[str, ...]) -> list[tuple[Range, str]]:
    """The pages of the devices' registers, merged, each with the name of one device."""
    found = [
        (page_range(reg), name) for name in names for reg in machine.devices[name].regs
    ]
    pages: list[tuple[Range, str]] = []
    for page, name in sorted(found, key=lambda x: x[0]):
        if pages and pages[-1][0].overlaps(page):
            before, first = pages[-1]
            end = max(before.end, page.end)
            pages[-1] = (Range(before.start, end - before.start), first)
        else:
            pages.append((page, name))
    return pages


def _piece(kind: str, item: dict[str, Any], flags: int, where: Where) -> Piece:
    return Piece(
        kind,
        parse_size(item["size"]),
        flags,
        optional_size(item, "phys"),
        optional_size(item, "guest"),
        "",
        where,
    )


def _image_at(item: dict[str, Any], where: Where) -> Piece:
    at, size = parse_size(item["at"]), parse_size(item["size"])
    return Piece("ram", size, _RW, at, 0, "image", where)
