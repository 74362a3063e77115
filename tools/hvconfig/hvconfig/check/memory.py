# SPDX-License-Identifier: GPL-2.0
"""Checks of a cell's memory: form, place, overlaps."""

from typing import NamedTuple

from .. import abi
from ..arch import arch_of
from ..arch.base import Architecture
from ..model import (
    REST,
    Cell,
    Range,
    Region,
    System,
    merge,
    page_range,
    subtract,
)
from ..problems import Report, Where
from ..units import format_range, format_size, join


class _Spot(NamedTuple):
    """A named address range."""

    range: Range
    what: str
    where: Where
    fixed: bool = False  # the config can't move the range


def check_memory(system: System, cell: Cell, report: Report) -> None:
    """Checks the regions, pages and image of a cell."""
    arch = arch_of(system.platform)
    good = [x for x in cell.regions if _check_form(arch, cell, x, report)]
    for region in good:
        _check_place(system, cell, region, report)
    _overlaps(cell, "guest address", _guest_spots(system, cell, good, report), report)
    physical = [_Spot(x.range, _title(x), x.where) for x in good]
    if cell.image.size and _check_image_form(system, cell, report):
        physical.append(_Spot(cell.image, "the image", cell.line("image")))
    _overlaps(cell, "physical address", physical, report)
    if not cell.regions and not cell.unplaced:
        where = cell.line("memory")
        report.error(where, cell.name, "has no memory", "ram: 16M")


def _title(region: Region) -> str:
    shown = format_range(region.phys, region.size)
    return f"{region.name} ({shown})" if region.name else f"memory {shown}"


def _check_form(arch: Architecture, cell: Cell, region: Region, report: Report) -> bool:
    """Whether the region consists of pages that the hypervisor can address."""
    before = len(report.problems)
    for value, what in ((region.phys, "physical"), (region.guest, "guest")):
        if value % abi.PAGE_SIZE:
            report.error(
                region.where,
                cell.name,
                f"the {what} address {value:#x} is not aligned to 4 KiB",
                f"nearest: {value & -abi.PAGE_SIZE:#x}",
            )
        if value + region.size > arch.address_limit:
            report.error(
                region.where,
                cell.name,
                f"the {what} addresses from {value:#x} on "
                f"({format_size(region.size)}) exceed the hypervisor's address "
                f"space ({arch.address_bits} bits)",
                "use lower ones, or none, so that they are chosen",
            )
    if region.size % abi.PAGE_SIZE or not region.size:
        report.error(
            region.where,
            cell.name,
            f"the size {format_size(region.size)} is not a multiple of 4 KiB",
            f"nearest: {format_size(region.size + abi.PAGE_SIZE & -abi.PAGE_SIZE)}",
        )
    problem = _flags_problem(cell, region)
    if problem:
        report.error(
            region.where,
            cell.name,
            f"{_title(region)} {problem}",
            "remove it, or change type:",
        )
    if cell.root and region.phys != region.guest:
        message = "root's guest addresses are its physical addresses"
        report.error(region.where, cell.name, message, "remove guest:")
    return len(report.problems) == before


def _flags_problem(cell: Cell, region: Region) -> str:
    """Returns why the flags are impossible; empty if they are possible."""
    flags = region.flags
    if region.type != "ram" and flags & abi.REGION_LOADABLE:
        return f"is {region.type}: only RAM can be loadable"
    if region.type == "mmio" and flags & abi.REGION_EXECUTE:
        return "is mmio: it can't be executed"
    if cell.root and flags & (abi.REGION_LOADABLE | abi.REGION_SMALL_PAGES):
        return "belongs to root: it can't be loadable or small_pages"
    if not flags & abi.REGION_READ and not (cell.root and region.type == "shared"):
        return "has no rights"
    return ""


def _check_place(system: System, cell: Cell, region: Region, report: Report) -> None:
    """Checks that the memory exists, and that the cell may have it."""
    title = _title(region)
    ram = system.platform.ram
    if region.type == "mmio":
        for part in arch_of(system.platform).own_registers(system.platform):
            if part.overlaps(region.range):
                report.error(
                    region.where,
                    cell.name,
                    f"{title} contains registers of the interrupt controller "
                    f"({format_range(part.start, part.size)}), which belong to the "
                    "hypervisor",
                    "remove it: the cell has an emulated one",
                )
        if any(item.overlaps(region.range) for item in ram):
            report.error(region.where, cell.name, f"{title} is RAM", "type: ram")
    elif subtract([region.range], [*ram, *_kept(system, cell)]):
        shown = join([format_range(x.start, x.size) for x in merge(ram)])
        message = f"{title} is outside RAM"
        report.error(region.where, cell.name, message, f"RAM is {shown}")
    if cell.root and region.range.overlaps(system.hypervisor):
        message = f"{title} overlaps the hypervisor's memory"
        report.error(region.where, cell.name, message, "move it")
    if not cell.root:
        _check_source(system, cell, region, report)
        if region.type != "mmio":
            where, span = region.where, region.range
            check_reserved(system, cell.name, span, title, where, report)


def _kept(system: System, cell: Cell) -> list[Range]:
    """Reserved memory, which root has and no other cell."""
    return [page_range(x.range) for x in system.platform.reserved if cell.root]


def _check_source(system: System, cell: Cell, region: Region, report: Report) -> None:
    """Checks that the memory is also root's, with the same type."""
    if region.type != "mmio" and subtract([region.range], system.platform.ram):
        return  # reported by another check
    source = [x for x in system.root.regions if x.type == region.type]
    missing = subtract([region.range], [x.range for x in source] + [system.hypervisor])
    if missing:
        hint = "it is shared memory, or root doesn't list it"
        shown = format_range(missing[0].start, missing[0].size)
        message = f"{_title(region)}: {shown} doesn't belong to root"
        report.error(region.where, cell.name, message, hint)
    elif region.type == "mmio" and any(x.name == REST for x in source):
        _check_registers(system, cell, region, report)
    if region.type == "shared":
        return
    rights = abi.REGION_READ | abi.REGION_WRITE | abi.REGION_EXECUTE
    for item in source:
        if item.range.overlaps(region.range) and region.flags & ~item.flags & rights:
            message = f"{_title(region)} has rights there that root doesn't have"
            report.error(region.where, cell.name, message, "fewer rights")


def _check_registers(
    system: System, cell: Cell, region: Region, report: Report
) -> None:
    """Warns of registers that no device of the platform has."""
    unknown = subtract([region.range], system.platform.registers)
    if unknown:
        report.warning(
            region.where,
            cell.name,
            f"no device of the platform has registers at "
            f"{format_range(unknown[0].start, unknown[0].size)}",
            "see devices of the platform",
        )


def check_reserved(
    system: System, name: str, span: Range, what: str, where: Where, report: Report
) -> None:
    """Checks that the memory is not used by firmware or a device."""
    for item in system.platform.reserved:
        if item.range.overlaps(span):
            whose = f" ({item.name})" if item.name else ""
            shown = format_range(item.range.start, item.range.size)
            message = f"{what} overlaps {shown}, which is reserved{whose}"
            report.error(where, name, message, "remove the address, or change it")


def _check_image_form(system: System, cell: Cell, report: Report) -> bool:
    image, where = cell.image, cell.line("image")
    if image.start % abi.PAGE_SIZE or image.size % abi.PAGE_SIZE:
        message = f"the image {image.start:#x} with {format_size(image.size)}"
        report.error(
            where, cell.name, f"{message} is not aligned to 4 KiB", "image: true"
        )
        return False
    if subtract([image], system.platform.ram):
        shown = format_range(image.start, image.size)
        report.error(
            where, cell.name, f"the image {shown} is outside RAM", "image: true"
        )
        return False
    check_reserved(system, cell.name, image, "the image", where, report)
    return True


def _guest_spots(
    system: System, cell: Cell, regions: list[Region], report: Report
) -> list[_Spot]:
    """Returns guest addresses of regions, pages and the interrupt controller."""
    spots = [_Spot(x.guest_range, _title(x), x.where) for x in regions]
    if not cell.root:
        arch = arch_of(system.platform)
        for item, what in arch.controller(system.platform, len(cell.cpus)):
            spots.append(_Spot(item, f"the {what}", cell.where, True))
    limit = arch_of(system.platform).address_limit
    pages = [("the info page", cell.info, cell.line("info"))] if cell.info else []
    if cell.console and cell.console.pages:
        pages.append(("the console", cell.console.guest, cell.console.where))
    for what, address, where in pages:
        if address % abi.PAGE_SIZE or address >= limit:
            message = (
                f"{what} can't be at {address:#x}: it is not the address of a page"
            )
            hint = f"nearest: {address % limit & -abi.PAGE_SIZE:#x}"
            report.error(where, cell.name, message, hint)
        else:
            spots.append(_Spot(Range(address, abi.PAGE_SIZE), what, where))
    return spots


def _overlaps(cell: Cell, space: str, spots: list[_Spot], report: Report) -> None:
    """Reports each range that overlaps one before it."""
    furthest: _Spot | None = None
    for spot in sorted(spots, key=lambda x: x.range):
        if furthest and furthest.range.overlaps(spot.range):
            later, other = spot, furthest
            if later.fixed or (not other.fixed and other.where > later.where):
                later, other = other, later
            address = max(spot.range.start, furthest.range.start)
            report.error(
                later.where,
                cell.name,
                f"{later.what} overlaps {other.what} at {space} {address:#x}",
                "move one of them, or remove its address",
            )
        if furthest is None or spot.range.end > furthest.range.end:
            furthest = spot
