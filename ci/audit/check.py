# SPDX-License-Identifier: GPL-2.0
"""The audit: compares what the hardware allows with the system's YAML.

It shares no code with the hypervisor. The machine is paused; the roots of all tables
come from the CPUs' registers, not from the hypervisor's data. Findings are sentences;
without findings the machine is as the config says.
"""

import struct
from dataclasses import dataclass, field

from audit.tables import Mapping, Tables
from audit.view import View
from hvconfig import abi
from hvconfig.model import Cell, Range, System, subtract

_PAGE = abi.PAGE_SIZE
_LOG_MAGIC = 0x474F4C42
_CONSOLE_MAGIC = 0x534E4F43
CONSOLE_PAGES = 5  # as BH_CONSOLE_BYTES
_STATS_BYTES = 256  # the size of struct bh_cpu_stats


@dataclass
class Expected:
    """The names of the existing cells, by state."""

    created: list[str] = field(default_factory=list)
    running: list[str] = field(default_factory=list)
    # Cells that do not run. Root may access their loadable memory.
    open: list[str] = field(default_factory=list)
    enabled: bool = False


def audit(look: View, system: System, expected: Expected) -> list[str]:
    """Returns every difference between the machine and the config, as sentences."""
    # CPUs inside the hypervisor show no guest state; _check_host checks them.
    guests = [cpu for cpu in look.cpus if cpu.guest]
    if not expected.enabled:
        return [
            f"CPU {cpu.number}: the second stage is on although disabled"
            for cpu in guests
            if cpu.on
        ]
    findings = [f"CPU {cpu.number}: {cpu.freedom}" for cpu in look.cpus if cpu.freedom]
    hypervisor = Range(system.hypervisor.start, system.hypervisor.size)
    findings += _check_host(look, hypervisor)
    cells = {cell.name: cell for cell in system.cells}
    created = [cells[name] for name in expected.created]
    owner = {n: cell for cell in created for n in cell.cpus}
    walked: dict[int, tuple[Cell, Tables]] = {}
    tags: dict[int, int] = {}
    for cpu in (cpu for cpu in guests if cpu.on):
        cell = owner.get(cpu.number, system.root)
        if not cell.root and cell.name not in expected.running:
            findings.append(f"CPU {cpu.number} runs, but {cell.name} does not")
        findings += look.beside_memory(cpu, cell, created, system)
        tags[cpu.tables] = cpu.tag
        if cpu.tables not in walked:
            walked[cpu.tables] = (cell, look.second_stage(cpu))
        elif walked[cpu.tables][0].name != cell.name:
            findings.append(
                f"CPU {cpu.number} of {cell.name} runs on the tables of "
                f"{walked[cpu.tables][0].name}"
            )
    findings += _check_tags([(walked[x][0], tag) for x, tag in tags.items()])
    tables = {page for _, result in walked.values() for page in result.pages}
    single, differences = _without_copies(list(walked.values()))
    findings += differences
    for cell, result in single:
        if cell is system.root:
            findings += _check_root(look, system, expected, created, result, tables)
        else:
            findings += _check_cell(look, system, cell, result)
    findings += _check_writers(system, single)
    return findings


def _check_tags(tags: list[tuple[Cell, int]]) -> list[str]:
    """Two cells with one tag would use each other's TLB entries.

    The tables of one cell have one tag, by which the hypervisor invalidates them.
    Root has one table: its entries change while it runs.
    """
    owners: dict[int, str] = {}
    own: dict[str, int] = {}
    findings: list[str] = []
    for cell, tag in tags:
        if tag in owners and (cell.root or owners[tag] != cell.name):
            findings.append(f"{cell.name} has the tag of {owners[tag]}: {tag}")
        owners[tag] = cell.name
        if own.setdefault(cell.name, tag) != tag:
            findings.append(f"{cell.name} has two tags: {own[cell.name]} and {tag}")
    return findings


def _without_copies(
    walked: list[tuple[Cell, Tables]]
) -> tuple[list[tuple[Cell, Tables]], list[str]]:
    """Returns one result for each cell, and findings about its other tables.

    A cell may have a copy of its root table for each CPU. A copy has the same entries,
    or none, so that its CPU faults into the hypervisor.
    """
    single: dict[str, tuple[Cell, Tables]] = {}
    findings: list[str] = []
    for cell, result in walked:
        _, first = single.setdefault(cell.name, (cell, result))
        if not first.mappings:
            single[cell.name] = (cell, result)
        elif result.mappings:
            findings += [
                f"{cell.name}: not on all of its CPUs: {item}"
                for item in set(first.mappings) ^ set(result.mappings)
            ]
    return list(single.values()), findings


def _check_host(look: View, hypervisor: Range) -> list[str]:
    if not any(cpu.on for cpu in look.cpus):
        return ["no CPU runs under the hypervisor"]
    # A CPU that copies or wipes maps at most two pages of cells' memory at a time.
    windows = 2 * sum(1 for cpu in look.cpus if cpu.inside)
    to_read = look.open_pages * sum(1 for cpu in look.cpus if cpu.on)
    findings, mappings = look.host()
    for item in mappings:
        if item.write and item.execute:
            findings.append(f"hypervisor: writable and executable: {item}")
        inside = hypervisor.contains(Range(item.phys, item.size))
        window = item.size == _PAGE and not (inside or item.execute or item.device)
        only_read = not (inside or item.write or item.execute or item.device)
        if only_read and item.size <= to_read * _PAGE:
            to_read -= item.size // _PAGE
        elif window and windows:
            windows -= 1
        elif not item.device and not inside:
            findings.append(f"hypervisor: maps foreign memory: {item}")
        if item.device and (inside or item.execute):
            findings.append(f"hypervisor: bad device mapping: {item}")
    return findings


def _allowed(look: View, cell: Cell, arch: str) -> list[Mapping]:
    """Returns the cell's regions in the config as mappings.

    On x86, root may execute firmware outside RAM, whose type is that of the MTRRs.
    """
    free = cell.root and arch == "x86"
    return [
        Mapping(
            region.guest,
            region.phys,
            region.size,
            bool(region.flags & abi.REGION_READ),
            bool(region.flags & abi.REGION_WRITE),
            bool(region.flags & abi.REGION_EXECUTE) or free and region.type == "mmio",
            look.typed and region.type == "mmio" and not free,
        )
        for region in cell.regions
    ]


def _excess(item: Mapping, allowed: list[Mapping]) -> list[str]:
    """Reports the parts of a mapping, and the rights, that no allowed mapping has."""
    left = [Range(item.start, item.size)]
    findings: list[str] = []
    for gift in allowed:
        start, end = max(item.start, gift.start), min(item.end, gift.end)
        if start >= end:
            continue
        if start - item.start + item.phys != start - gift.start + gift.phys:
            findings.append(f"{item}: the config maps it elsewhere ({gift})")
        for right in ("read", "write", "execute"):
            if getattr(item, right) and not getattr(gift, right):
                findings.append(f"{item}: may {right}, but the config says {gift}")
        if gift.device and not item.device:
            findings.append(f"{item}: registers mapped as memory")
        left = subtract(left, [Range(start, end - start)])
    return findings + [
        f"{item}: {piece.start:#x}-{piece.end - 1:#x} is not in the config"
        for piece in left
    ]


def _missing(mappings: list[Mapping], wanted: list[Range]) -> list[Range]:
    return subtract(wanted, [Range(m.start, m.size) for m in mappings])


def _check_cell(look: View, system: System, cell: Cell, result: Tables) -> list[str]:
    hypervisor = Range(system.hypervisor.start, system.hypervisor.size)
    allowed = _allowed(look, cell, system.platform.arch)
    kept = look.kept(cell, system)
    findings: list[str] = []
    for item in result.mappings:
        inside = hypervisor.contains(Range(item.phys, item.size))
        if cell.info and item.start == cell.info and inside:
            if item.size != _PAGE or item.write or item.execute:
                findings.append(f"{cell.name}: info page: {item}")
            continue
        findings += [f"{cell.name}: {text}" for text in _excess(item, allowed)]
        findings += [
            f"{cell.name}: {item} reaches into {k.start:#x}-{k.end - 1:#x}, "
            "which the hypervisor emulates"
            for k in kept
            if k.overlaps(Range(item.start, item.size))
        ]
    wanted = [r.guest_range for r in cell.regions if r.flags & abi.REGION_READ]
    lacking = _missing(result.mappings, subtract(wanted, kept))
    return findings + [
        f"{cell.name}: lacks {piece.start:#x}-{piece.end - 1:#x}" for piece in lacking
    ]


def _taken(cell: Cell, is_open: bool) -> list[Range]:
    """Returns the memory that root must not reach while the cell exists."""
    taken = [
        region.range
        for region in cell.regions
        if region.type != "shared"
        and not (is_open and region.flags & abi.REGION_LOADABLE)
    ]
    if cell.image and cell.image.size:
        taken.append(cell.image)
    return taken


def _check_root(
    look: View,
    system: System,
    expected: Expected,
    created: list[Cell],
    result: Tables,
    tables: set[int],
) -> list[str]:
    hypervisor = Range(system.hypervisor.start, system.hypervisor.size)
    allowed = _allowed(look, system.root, system.platform.arch)
    taken = [t for c in created for t in _taken(c, c.name in expected.open)]
    all_taken = [t for c in created for t in _taken(c, False)]
    findings: list[str] = []
    published: list[Mapping] = []
    for item in result.mappings:
        there = Range(item.phys, item.size)
        if hypervisor.overlaps(there):
            published.append(item)
            continue
        findings += [f"root: {text}" for text in _excess(item, allowed)]
        findings += [
            f"root: {item} reaches into {t.start:#x}-{t.end - 1:#x} of a cell"
            for t in taken
            if t.overlaps(there)
        ]
    findings += _check_published(look, system, created, published, tables)
    reach = [r.range for r in system.root.regions if r.flags & abi.REGION_READ]
    wanted = subtract(reach, all_taken)
    return findings + [
        f"root: lacks {piece.start:#x}-{piece.end - 1:#x}"
        for piece in _missing(result.mappings, wanted)
    ]


def _check_published(
    look: View,
    system: System,
    created: list[Cell],
    published: list[Mapping],
    tables: set[int],
) -> list[str]:
    """Checks the hypervisor's pages that root may map: boot, comm, log, rings,
    statistics, consoles."""
    findings: list[str] = []
    logs = consoles = writable = readable = 0
    for item in published:
        if item.execute or item.device or item.start != item.phys:
            findings.append(f"root: hypervisor page: {item}")
        for page in range(item.phys, item.phys + item.size, _PAGE):
            if page in tables:
                findings.append(f"root: sees a page table: {page:#x}")
            magic = struct.unpack("<I", look.physical(page, 4))[0]
            logs += magic == _LOG_MAGIC
            consoles += magic == _CONSOLE_MAGIC
            writable += item.write
            readable += not item.write
            if magic == _LOG_MAGIC and item.write:
                findings.append("root: can write the log")
    with_console = sum(1 for cell in created if cell.console)
    stats = -(-len(system.platform.cpus) * _STATS_BYTES // _PAGE)
    if logs != 1 or readable != 3 + stats:
        findings.append(f"root: {logs} logs, {readable} read-only hypervisor pages")
    if consoles != with_console or writable != 1 + CONSOLE_PAGES * with_console:
        findings.append(
            f"root: {consoles} consoles, {writable} writable hypervisor pages"
        )
    return findings


def _check_writers(system: System, walked: list[tuple[Cell, Tables]]) -> list[str]:
    """Reports pages that two cells can write, except shared memory."""
    shared = [
        region.range
        for cell in [system.root, *system.cells]
        for region in cell.regions
        if region.type == "shared"
    ]
    findings: list[str] = []
    for number, (cell, result) in enumerate(walked):
        own = [Range(m.phys, m.size) for m in result.mappings if m.write]
        for other, others in walked[number + 1 :]:
            for item in others.mappings:
                if not item.write:
                    continue
                for piece in subtract([Range(item.phys, item.size)], shared):
                    findings += [
                        f"{cell.name} and {other.name} both write {piece.start:#x}"
                        for r in own
                        if r.overlaps(piece)
                    ]
    return findings
