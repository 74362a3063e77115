# SPDX-License-Identifier: GPL-2.0
"""An independent look at what the hardware would allow, compared with the YAML.

The machine is paused; the roots of all tables come from each CPU's registers,
not from the hypervisor's books. Findings are sentences; none means all is well.
"""

import struct
from dataclasses import dataclass, field

from hvconfig import abi
from hvconfig.model import Cell, Range, System, subtract

from gdbstub import GdbError, GdbStub
from tables import Mapping, Tables, el2_stage1, stage2

_PAGE = abi.PAGE_SIZE
_SMC = 0xD4000003  # smc #0
_HCR_VM = 1
_HCR_NEEDED = 1 | 1 << 19  # VM, TSC: memory and firmware are out of direct reach
_SCTLR_M = 1
_SCTLR_WXN = 1 << 19
_LOG_MAGIC = 0x474F4C42
_CONSOLE_MAGIC = 0x534E4F43
CONSOLE_PAGES = 5  # BH_CONSOLE_BYTES
_STATS_BYTES = 256  # struct bh_cpu_stats


@dataclass
class Expected:
    """What exists, by name."""

    created: list[str] = field(default_factory=list)
    running: list[str] = field(default_factory=list)
    # Root may be able to load these, so long as they don't run.
    open: list[str] = field(default_factory=list)
    enabled: bool = False


@dataclass
class _Cpu:
    number: int
    el: int
    off: bool
    hcr: int
    vttbr: int
    vtcr: int
    ttbr0: int
    tcr: int
    mair: int
    sctlr: int


_REGISTERS = ("HCR", "VTTBR", "VTCR", "TTBR0", "TCR", "MAIR", "SCTLR")


def _cpu_state(stub: GdbStub, number: int) -> _Cpu:
    el = stub.register(number, "cpsr") >> 2 & 3
    registers = (stub.register(number, f"{n}_EL2") for n in _REGISTERS)
    return _Cpu(number, el, _is_off(stub, number), *registers)


def _is_off(stub: GdbStub, number: int) -> bool:
    """Firmware keeps a CPU that is off at the instruction that called it."""
    pc = stub.register(number, "pc")
    try:
        return _SMC in struct.unpack("<II", stub.virtual(number, pc - 4, 8))
    except GdbError:
        return False


def second_stage(stub: GdbStub, number: int) -> Tables:
    """What the guest on this CPU reaches."""
    cpu = _cpu_state(stub, number)
    return stage2(stub.physical, cpu.vttbr, cpu.vtcr)


def audit(stub: GdbStub, system: System, expected: Expected) -> list[str]:
    """Everything that is not as the config says."""
    cpus = [_cpu_state(stub, number) for number in range(len(stub.cpus))]
    # What is at EL2 is switched off, or on its way into or out of the hypervisor.
    guests = [cpu for cpu in cpus if cpu.el < 2 and not cpu.off]
    if not expected.enabled:
        return [
            f"CPU {cpu.number}: the second stage is on although disabled"
            for cpu in guests
            if cpu.hcr & _HCR_VM
        ]
    findings = [
        f"CPU {cpu.number}: HCR_EL2 is {cpu.hcr:#x}, below no hypervisor"
        for cpu in guests
        if cpu.hcr & _HCR_NEEDED != _HCR_NEEDED
    ]
    on = [cpu for cpu in cpus if cpu.hcr & _HCR_VM]
    hypervisor = Range(system.hypervisor.start, system.hypervisor.size)
    # Copying or wiping right now takes two pages of cells' memory at a time.
    windows = 2 * sum(1 for cpu in cpus if cpu.el == 2 and not cpu.off)
    findings += _check_el2(stub, on, hypervisor, windows)
    cells = {cell.name: cell for cell in system.cells}
    created = [cells[name] for name in expected.created]
    owner = {n: cell for cell in created for n in cell.cpus}
    walked: dict[int, tuple[Cell, Tables]] = {}
    for cpu in (cpu for cpu in guests if cpu.hcr & _HCR_VM):
        cell = owner.get(cpu.number, system.root)
        if not cell.root and cell.name not in expected.running:
            findings.append(f"CPU {cpu.number} runs, but {cell.name} doesn't")
        if cpu.vttbr not in walked:
            walked[cpu.vttbr] = (cell, stage2(stub.physical, cpu.vttbr, cpu.vtcr))
        elif walked[cpu.vttbr][0].name != cell.name:
            findings.append(
                f"CPU {cpu.number} of {cell.name} runs on the tables of "
                f"{walked[cpu.vttbr][0].name}"
            )
    findings += _check_vmids(walked)
    tables = {page for _, result in walked.values() for page in result.pages}
    for cell, result in walked.values():
        if cell is system.root:
            findings += _check_root(stub, system, expected, created, result, tables)
        else:
            findings += _check_cell(cell, result, hypervisor)
    findings += _check_writers(system, [w for w in walked.values()])
    return findings


def _check_vmids(walked: dict[int, tuple[Cell, Tables]]) -> list[str]:
    """Tables of different cells have different VMIDs, or TLBs would mix them."""
    owners: dict[int, str] = {}
    findings: list[str] = []
    for vttbr, (cell, _) in walked.items():
        vmid = vttbr >> 48
        if vmid in owners:
            findings.append(f"{cell.name} has the VMID of {owners[vmid]}: {vmid}")
        owners[vmid] = cell.name
    return findings


def _check_el2(
    stub: GdbStub, on: list[_Cpu], hypervisor: Range, windows: int
) -> list[str]:
    findings: list[str] = []
    if not on:
        return ["no CPU runs under the hypervisor"]
    for cpu in on:
        if not cpu.sctlr & _SCTLR_M or not cpu.sctlr & _SCTLR_WXN:
            findings.append(f"CPU {cpu.number}: EL2 without MMU or without WXN")
    for ttbr0, tcr, mair in {(c.ttbr0, c.tcr, c.mair) for c in on}:
        for item in el2_stage1(stub.physical, ttbr0, tcr, mair).mappings:
            if item.write and item.execute:
                findings.append(f"EL2: writable and executable: {item}")
            inside = hypervisor.contains(Range(item.phys, item.size))
            if item.size == _PAGE and not inside and not item.execute and windows:
                windows -= 1
            elif not item.device and not inside:
                findings.append(f"EL2: memory that is not the hypervisor's: {item}")
            if item.device and (inside or item.execute):
                findings.append(f"EL2: odd device mapping: {item}")
    return findings


def _allowed(cell: Cell) -> list[Mapping]:
    """What the config gives the cell, as mappings."""
    return [
        Mapping(
            region.guest,
            region.phys,
            region.size,
            bool(region.flags & abi.REGION_READ),
            bool(region.flags & abi.REGION_WRITE),
            bool(region.flags & abi.REGION_EXECUTE),
            region.type == "mmio",
        )
        for region in cell.regions
    ]


def _excess(item: Mapping, allowed: list[Mapping]) -> list[str]:
    """Where a mapping goes beyond what is allowed, by pieces of the allowed."""
    left = [Range(item.start, item.size)]
    findings: list[str] = []
    for gift in allowed:
        start, end = max(item.start, gift.start), min(item.end, gift.end)
        if start >= end:
            continue
        if start - item.start + item.phys != start - gift.start + gift.phys:
            findings.append(f"{item}: not where the config says ({gift})")
        for right in ("read", "write", "execute"):
            if getattr(item, right) and not getattr(gift, right):
                findings.append(f"{item}: may {right}, unlike {gift}")
        if gift.device and not item.device:
            findings.append(f"{item}: registers mapped as memory")
        left = subtract(left, [Range(start, end - start)])
    return findings + [
        f"{item}: {piece.start:#x}-{piece.end - 1:#x} is nowhere in the config"
        for piece in left
    ]


def _missing(mappings: list[Mapping], wanted: list[Range]) -> list[Range]:
    return subtract(wanted, [Range(m.start, m.size) for m in mappings])


def _check_cell(cell: Cell, result: Tables, hypervisor: Range) -> list[str]:
    allowed = _allowed(cell)
    findings: list[str] = []
    for item in result.mappings:
        inside = hypervisor.contains(Range(item.phys, item.size))
        if cell.info and item.start == cell.info and inside:
            if item.size != _PAGE or item.write or item.execute:
                findings.append(f"{cell.name}: info page: {item}")
            continue
        findings += [f"{cell.name}: {text}" for text in _excess(item, allowed)]
    wanted = [r.guest_range for r in cell.regions if r.flags & abi.REGION_READ]
    lacking = _missing(result.mappings, wanted)
    return findings + [
        f"{cell.name}: lacks {piece.start:#x}-{piece.end - 1:#x}" for piece in lacking
    ]


def _taken(cell: Cell, is_open: bool) -> list[Range]:
    """What root may not reach while the cell exists."""
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
    stub: GdbStub,
    system: System,
    expected: Expected,
    created: list[Cell],
    result: Tables,
    tables: set[int],
) -> list[str]:
    hypervisor = Range(system.hypervisor.start, system.hypervisor.size)
    allowed = _allowed(system.root)
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
    findings += _check_published(stub, system, created, published, tables)
    reach = [r.range for r in system.root.regions if r.flags & abi.REGION_READ]
    wanted = subtract(reach, all_taken)
    return findings + [
        f"root: lacks {piece.start:#x}-{piece.end - 1:#x}"
        for piece in _missing(result.mappings, wanted)
    ]


def _check_published(
    stub: GdbStub,
    system: System,
    created: list[Cell],
    published: list[Mapping],
    tables: set[int],
) -> list[str]:
    """The hypervisor's pages that root sees: boot, comm, log, statistics, consoles."""
    findings: list[str] = []
    logs = consoles = writable = readable = 0
    for item in published:
        if item.execute or item.device or item.start != item.phys:
            findings.append(f"root: hypervisor page: {item}")
        for page in range(item.phys, item.phys + item.size, _PAGE):
            if page in tables:
                findings.append(f"root: sees a page table: {page:#x}")
            magic = struct.unpack("<I", stub.physical(page, 4))[0]
            logs += magic == _LOG_MAGIC
            consoles += magic == _CONSOLE_MAGIC
            writable += item.write
            readable += not item.write
            if magic == _LOG_MAGIC and item.write:
                findings.append("root: can write the log")
    with_console = sum(1 for cell in created if cell.console)
    stats = -(-len(system.platform.cpus) * _STATS_BYTES // _PAGE)
    if logs != 1 or readable != 2 + stats:
        findings.append(f"root: {logs} logs, {readable} read-only hypervisor pages")
    if consoles != with_console or writable != 1 + CONSOLE_PAGES * with_console:
        findings.append(
            f"root: {consoles} consoles, {writable} writable hypervisor pages"
        )
    return findings


def _check_writers(system: System, walked: list[tuple[Cell, Tables]]) -> list[str]:
    """No page is writable in two cells but a shared one."""
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
