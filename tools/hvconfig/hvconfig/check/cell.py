# SPDX-License-Identifier: GPL-2.0
"""Checks of a cell or root against the platform and the resources of root."""

import re

from .. import abi
from ..arch import arch_of
from ..model import Cell, Platform, Region, System
from ..problems import Report, did_you_mean
from ..units import format_size, join
from ..write import blob
from .devices import check_devices
from .linux import check_linux
from .memory import check_memory
from .shared import check_shared

NAME = re.compile(rf"[A-Za-z0-9_-]{{1,{abi.NAME_SIZE - 1}}}")


def ram_hint(system: System) -> str:
    parts = [f"{ram.start:#x}-{ram.end - 1:#x}" for ram in system.platform.ram]
    return f"RAM is {join(parts)}"


def check_cell(system: System, cell: Cell, report: Report) -> None:
    _check_form(cell, report)
    _check_cpus(system, cell, report)
    arch_of(system.platform).check_resources(system, cell, report)
    check_memory(system, cell, report)
    check_shared(system, cell, report)
    if cell.root:
        return
    _check_cores(system, cell, report)
    _check_rights(cell, report)
    _check_console(system, cell, report)
    _check_entry(cell, report)
    _check_image(cell, report)
    check_devices(system, cell, report)
    _check_not_with(system, cell, report)
    if cell.linux:
        check_linux(system, cell, report)


def _check_form(cell: Cell, report: Report) -> None:
    """Limits of the cell's part of the blob."""
    if not NAME.fullmatch(cell.name):  # only a blob can have such a name
        report.error(
            cell.where,
            cell.name,
            "is not a name",
            "1 to 31 letters, digits, '_' and '-'",
        )
    length = len(cell.args.encode("utf-8", "replace"))
    if length >= abi.ARGS_SIZE or "\0" in cell.args:
        report.error(
            cell.line("args"),
            cell.name,
            f"args has {length} bytes or contains a NUL",
            f"at most {abi.ARGS_SIZE - 1} bytes of text are possible",
        )
    counts = (
        (len(cell.regions), abi.MAX_REGIONS, "regions of memory"),
        (len(blob.merge_irqs(cell.irqs)), abi.MAX_IRQ_RANGES, "ranges of interrupts"),
        (len(cell.ports), abi.MAX_IRQ_RANGES, "ranges of I/O ports"),
        (
            len(blob.merge_functions(cell.functions)),
            abi.MAX_IRQ_RANGES,
            "ranges of PCI functions",
        ),
        (len(cell.shared), abi.MAX_SHARED, "named shared regions"),
        (blob.part_size(cell), abi.PART_MAX, "bytes in the blob"),
    )
    for count, limit, what in counts:
        if count > limit:
            message = f"has {count} {what}, at most {limit} are possible"
            report.error(
                cell.where, cell.name, message, "larger pieces, or another cell"
            )


def _check_rights(cell: Cell, report: Report) -> None:
    if "manage" in cell.rights:
        message = "the right 'manage' is only for the root cell"
        report.error(cell.line("rights"), cell.name, message, "remove it from rights")


def _check_cpus(system: System, cell: Cell, report: Report) -> None:
    where = cell.line("cpus")
    machine = {cpu.number for cpu in system.platform.cpus}
    for cpu in sorted(set(cell.cpus)):
        if cpu not in machine:
            hint = f"it has 0 to {len(machine) - 1}"
            report.error(where, cell.name, f"the platform has no CPU {cpu}", hint)
        elif cpu not in system.root.cpus:
            report.error(
                where,
                cell.name,
                f"CPU {cpu} doesn't belong to root",
                "list it in cpus: of root, or remove that key",
            )
        if cell.cpus.count(cpu) > 1:
            report.error(where, cell.name, f"CPU {cpu} is listed twice", "remove one")
    if not cell.cpus:
        report.error(where, cell.name, "has no CPU", f"cpus: [{max(machine)}]")
    if not cell.root and set(cell.cpus) >= set(system.root.cpus):
        report.error(
            where, cell.name, "leaves no CPU to the root cell", "root needs one CPU"
        )


def _cores(platform: Platform) -> list[set[int]]:
    """The CPUs of each core; without cores in the platform, of each L1 cache."""
    cores: dict[int, set[int]] = {}
    for cpu in platform.cpus:
        if cpu.core is not None:
            cores.setdefault(cpu.core, set()).add(cpu.number)
    return list(cores.values()) or [
        set(x.cpus) for x in platform.caches if x.level == 1 and x.kind != "instruction"
    ]


def _check_cores(system: System, cell: Cell, report: Report) -> None:
    """Reports a core whose CPUs have several owners."""
    for cpus in _cores(system.platform):
        own = sorted(cpus & set(cell.cpus))
        others = [str(cpu) for cpu in sorted(cpus - set(cell.cpus))]
        if not own or not others:
            continue
        report.error(
            cell.line("cpus"),
            cell.name,
            f"CPU {own[0]} shares its core with CPU {join(others)}, which the cell "
            "doesn't get",
            "give it all CPUs of a core or none",
        )


def _check_console(system: System, cell: Cell, report: Report) -> None:
    """Checks the kind, place, right and interrupt of the emulated UART."""
    console = cell.console
    if console is None:
        return
    arch = arch_of(system.platform)
    if console.kind != arch.console:
        message = f"a console on {arch.name} can't be of type {console.kind}"
        report.error(console.where, cell.name, message, f"type: {arch.console}")
    elif console.kind == "16550" and not (
        0 < console.guest <= abi.IO_PORTS - abi.CONSOLE_16550_PORTS
    ):
        report.error(
            console.where,
            cell.name,
            f"the console can't be at {console.guest:#x}: it has "
            f"{abi.CONSOLE_16550_PORTS} I/O ports, below {abi.IO_PORTS:#x}",
            "at: 0x3f8, or remove it",
        )
    if "console" not in cell.rights:
        message = "has a console but not the right 'console' to write to it"
        report.warning(cell.line("rights"), cell.name, message, "rights: [console]")
    spare = system.platform.spare_irqs
    if not spare and not arch.spare_irqs_in_blobs:
        return
    if console.irq and console.irq not in spare:
        listed = join([str(irq) for irq in spare]) or "none"
        report.error(
            console.where,
            cell.name,
            f"the console's interrupt {console.irq} is not one of the spare interrupts",
            f"spare_irqs of the platform: {listed}; without irq it is polled",
        )


def _check_entry(cell: Cell, report: Report) -> None:
    where = cell.line("entry")
    start = [x for x in cell.regions if x.guest == cell.entry]
    wrong = cell.unplaced or any(x.size == 0 or x.guest % 4 for x in start)
    if "entry" not in cell.lines and (wrong or not cell.regions):
        return  # that the memory is wrong is said elsewhere
    if cell.entry % 4:
        report.error(
            where,
            cell.name,
            f"the entry {cell.entry:#x} is not aligned to 4",
            f"nearest: {cell.entry & -4:#x}",
        )
    executable = [x for x in cell.regions if x.flags & abi.REGION_EXECUTE]
    if not any(x.guest <= cell.entry < x.guest + x.size for x in executable):
        report.error(
            where,
            cell.name,
            f"the entry {cell.entry:#x} is not in executable memory",
            "mark memory as loadable, or set entry:",
        )
    if not _loadable(cell):
        message = "no memory is loadable: no program can be loaded into the cell"
        report.warning(where, cell.name, message, "loadable: true")


def _loadable(cell: Cell) -> list[Region]:
    return [x for x in cell.regions if x.flags & abi.REGION_LOADABLE]


def _check_image(cell: Cell, report: Report) -> None:
    """Checks that a cell which may reset has an image of all its loadable memory.

    A reset restores the memory from the image.
    """
    where = cell.line("image")
    needed = sum(region.size for region in _loadable(cell))
    if cell.image.size and cell.image.size < needed:
        report.error(
            where,
            cell.name,
            f"the image has {format_size(cell.image.size)}, but the loadable "
            f"memory has {format_size(needed)}",
            "image: true",
        )
    if "image" in cell.lines and not cell.image.size:
        report.error(where, cell.name, "the image has no bytes", "image: true")
    if cell.image.size and "reset" not in cell.rights:
        message = "has an image but not the right 'reset' that uses it"
        report.warning(where, cell.name, message, "rights: [console, reset]")
    if "reset" in cell.rights and not cell.image.size:
        message = "has the right 'reset' but no image: a reset stops it"
        hint = "image: true"
        report.warning(cell.line("rights"), cell.name, message, hint)


def _check_not_with(system: System, cell: Cell, report: Report) -> None:
    names = {other.name for other in system.cells} - {cell.name}
    for name in cell.not_with:
        if name == "all" or name in names:
            continue
        message = f"not_with names '{name}', which is not another cell"
        hint = did_you_mean(name, names)
        report.error(cell.line("not_with"), cell.name, message, hint)
