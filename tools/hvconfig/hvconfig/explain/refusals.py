# SPDX-License-Identifier: GPL-2.0
"""Refusals {code, field, index, value, owner} in the words of hvctl.

Each method of Words writes one {word} of the templates in words/refusals.toml, as
tools/hvctl/words/refusal.c does; a test compares the two.
"""

import os
import re
from collections.abc import Iterable
from typing import Any

from .. import abi
from ..arch import ARM64, arch_of
from ..model import Cell, Range, Region, System, merge
from ..units import format_range
from . import words
from .records import Refusal

OWNER_NONE = 0xFFFFFFFF
OWNER_HYPERVISOR = 0xFFFFFFFE
_MAX_CELLS = 32
_HYPERCALLS = 0xC6000000  # BH_HC_BASE
_RUNNING, _WIPING = 2, 5  # BH_STATE_*
_REGION_FIELDS = range(15, 20)
_SHARED_FIELDS = range(31, 34)
_HEADER, _NAME, _IMAGE, _REGION, _GUEST = 1, 2, 10, 15, 16  # BH_F_*
_KEYS = {5: "cpus", 7: "entry", 8: "info", 9: "console", 10: "image", 11: "rights"}
_KEYS |= {13: "irq_mode", 20: "irqs", 21: "irqs", 22: "args", 28: "ports", 29: "pci"}


def sentence(
    refusal: Refusal, system: System | None = None, cell: Cell | None = None
) -> str:
    """What is wrong, without the full stop."""
    entry = _entry(refusal)
    if entry is None:
        return (
            f"refused with code {refusal.code}, which this hvconfig doesn't know "
            f"(field {refusal.field}, index {refusal.index}, "
            f"value {refusal.value:#x})"
        )
    return Words(refusal, system, cell).fill(entry["sentence"])


def advice(
    refusal: Refusal, system: System | None = None, cell: Cell | None = None
) -> str:
    """What to do about it, without the full stop; may be empty."""
    entry = _entry(refusal)
    text = entry.get("advice", "") if entry else ""
    return Words(refusal, system, cell).fill(text)


def _entry(refusal: Refusal) -> dict[str, Any] | None:
    names = {row[1]: row[0] for row in words.table("fields")}
    numbers = {x["code"]: x["number"] for x in words.table("refusals") if "number" in x}
    for entry in words.table("refusals"):
        fields = entry.get("fields", [names.get(refusal.field)])
        known = numbers[entry["code"]] == refusal.code
        if known and names.get(refusal.field) in fields:
            return dict(entry)
    return None


class Words:
    """The words of a refusal's template. Methods have their names, with _ for -."""

    def __init__(
        self, refusal: Refusal, system: System | None, cell: Cell | None
    ) -> None:
        self._refusal, self._system = refusal, system
        self._cell = None if cell is None or cell.root else cell
        self._part = cell or (system.root if system else None)
        self._value = refusal.value

    def fill(self, template: str) -> str:
        return re.sub(r"\{([\w-]+)\}", lambda found: self._word(found[1]), template)

    def _word(self, key: str) -> str:
        return str(getattr(self, key.replace("-", "_"))())

    def subject(self) -> str:
        field = self._refusal.field
        template = words.by_number("fields").get(field)
        return f"field {field}" if template is None else self.fill(template)

    def value(self) -> str:
        small = self._value < 4096 and not self._is_address()
        return str(self._value) if small else f"{self._value:#x}"

    def hex(self) -> str:
        return f"{self._value:#x}"

    def number(self) -> int:
        return self._value

    def index(self) -> int:
        return self._refusal.index

    def index_hex(self) -> str:
        return f"{self._refusal.index:#x}"

    def version(self) -> str:
        return f"{self._value >> 16}.{self._value & 0xFFFF}"

    def size(self) -> str:
        return _size(self._value)

    def cpus(self) -> str:
        return _cpus(self._value)

    def lost_cpus(self) -> str:
        one = self._value == self._refusal.index
        return str(self._value) if one else self.cpus()

    def errno(self) -> str:
        return _error(self._value)

    def index_errno(self) -> str:
        return _error(self._refusal.index)

    def state(self) -> str:
        return words.by_number("states").get(self._value, "unknown")

    def state_advice(self) -> str:
        if self._value == _RUNNING:
            return f"stop it first: hvctl cell shutdown {self.cell_plain()}"
        if self._value == _WIPING:
            return f"finish that first: hvctl cell destroy {self.cell_plain()}"
        return ""

    def function(self) -> str:
        name = words.by_number("functions").get(self._value - _HYPERCALLS)
        return self.hex() if name is None else f'"{name}"'

    # The module names a part or device in some refusals. A record does not contain this
    # name.

    def name(self) -> str:
        return "something"

    def quoted_name(self) -> str:
        return ""

    # The system and its cells.

    def arch(self) -> str:
        return self._system.platform.arch if self._system else "ARCH"

    def cpu_id(self) -> str:
        if self._system is None:
            return "MPIDR or APIC ID"
        return arch_of(self._system.platform).hw_id_name

    def system(self) -> str:
        return f'system "{self._system.name}"' if self._system else "the system"

    def cell(self) -> str:
        return f'cell "{self._cell.name}"' if self._cell else "the cell"

    def cell_plain(self) -> str:
        return self._cell.name if self._cell else "CELL"

    part_name = cell_plain

    def part(self) -> str:
        if self._cell:
            return self.cell()
        whole = self._refusal.field in (_HEADER, _NAME)
        return "the config" if whole else "the root cell"

    def owner(self) -> str:
        number = self._refusal.owner
        known = {OWNER_NONE: "nobody", OWNER_HYPERVISOR: "the hypervisor"}
        known[0] = "the root cell"
        return known.get(number, f"cell {number}")

    def owner_id(self) -> str:
        number = self._refusal.owner
        return f" (id {number})" if number < _MAX_CELLS else ""

    def owner_region(self) -> str:
        # the region's name would need the owner's, which only the module knows
        return ""

    def platform_field(self) -> str:
        arch = self._system.platform.arch if self._system else ARM64.name
        found = "the platform"
        for _, offset, text in words.table(f"{arch}_platform"):
            if offset <= self._refusal.index < abi.PLATFORM_BYTES:
                found = text
        return found

    def hyp_memory(self) -> str:
        if self._system is None:
            return ""
        memory = self._system.hypervisor
        return f" ({memory.start:#x}, {_size(memory.size)})"

    # Regions.

    def region(self) -> str:
        index = self._refusal.index
        regions = self._part.regions if self._part else ()
        return f" ({_shown(regions[index])})" if index < len(regions) else ""

    def other(self) -> str:
        field = self._refusal.field
        phys = field in (_REGION, _IMAGE)
        for index, region in enumerate(self._part.regions if self._part else ()):
            if field in (_REGION, _GUEST) and index == self._refusal.index:
                continue
            if _has(region.range if phys else region.guest_range, self._value):
                return f"its region {index} ({_shown(region)})"
        return "another entry of the same config"

    def at(self) -> str:
        if not self._is_address():
            return ""
        regions = self._part.regions if self._part else ()
        index = self._refusal.index
        if self._refusal.field == _REGION and index < len(regions):
            if regions[index].phys == self._value:
                return ""
        return f", at {self._value:#x}"

    def place(self) -> str:
        if self._system is None:
            return "memory of the config"
        if _has(self._system.hypervisor, self._value):
            return "the hypervisor's memory" + self.hyp_memory()
        for cell in self._system.cells:
            for index, region in enumerate(cell.regions):
                if _has(region.range, self._value):
                    return f'region {index} of cell "{cell.name}" ({_shown(region)})'
        return "memory of the config"

    def loadable(self) -> str:
        regions = self._cell.regions if self._cell else ()
        ranges = [x.guest_range for x in regions if x.flags & abi.REGION_LOADABLE]
        shown = ", ".join(f"{x.start:#x} to {x.end - 1:#x}" for x in ranges)
        return f", which is {shown}" if shown else ""

    def reserve_advice(self) -> str:
        if self._system and not arch_of(self._system.platform).limits_root_by_mem:
            return _memmap_advice(self._system)
        tree = "reserve it in the device tree (reserved-memory with no-map)"
        if self._system is None:
            return tree
        start = min((x.start for x in _ram([self._system.root])), default=2**64)
        taken = [self._system.hypervisor, *_ram(self._system.cells, shared=True)]
        size = min(x.start for x in taken) - start
        if size <= 0:
            return tree
        line = f"add 'mem={size >> 20}M' to the kernel's command line and reboot"
        return f"{line}, or {tree}"

    def _is_address(self) -> bool:
        field = self._refusal.field
        return any(row[1] == field and row[3] for row in words.table("fields"))


def _error(number: int) -> str:
    """Returns the text of an errno.

    Drivers report it with or without minus sign, in 32 bits.
    """
    low = number & 0xFFFFFFFF
    return os.strerror(low if low < 1 << 31 else (1 << 32) - low)


def _size(size: int) -> str:
    """16 MiB: the largest unit that divides it."""
    unit = 0
    while size and size % 1024 == 0 and unit < 4:
        size, unit = size // 1024, unit + 1
    return f"{size} {('bytes', 'KiB', 'MiB', 'GiB', 'TiB')[unit]}"


def _cpus(mask: int) -> str:
    """The set bits: 0-2,5."""
    bits = [x for x in range(64) if mask >> x & 1]
    firsts = [x for x in bits if x - 1 not in bits]
    lasts = [x for x in bits if x + 1 not in bits]
    shown = [str(a) if a == b else f"{a}-{b}" for a, b in zip(firsts, lasts)]
    return ",".join(shown) or "none"


def _has(memory: Range, address: int) -> bool:
    return memory.start <= address < memory.end


def _shown(region: Region) -> str:
    kind = words.by_number("region_types")[abi.REGION_TYPES[region.type]]
    return f"{kind} {region.phys:#x}, {_size(region.size)}"


def _ram(cells: Iterable[Cell], shared: bool = False) -> list[Range]:
    kinds = ("ram", "shared") if shared else ("ram",)
    return [x.range for cell in cells for x in cell.regions if x.type in kinds]


def _memmap_advice(system: System) -> str:
    """GRUB starts a variable with $."""
    images = [cell.image for cell in system.cells if cell.image.size]
    taken = merge([system.hypervisor, *_ram(system.cells, shared=True), *images])
    arguments = " ".join(f"memmap={x.size:#x}${x.start:#x}" for x in taken)
    line = f"add '{arguments}' to the kernel's command line"
    return f"{line} (in GRUB's files, $ is written \\$) and reboot"


def place(refusal: Refusal, system: System, cell: Cell | None) -> str:
    """Where the field is in the YAML, as a sentence; empty if that isn't known."""
    if refusal.field == 3:
        return f"That is at {system.line('hypervisor')}."
    if cell is None:
        return ""
    if refusal.field in _REGION_FIELDS and refusal.index < len(cell.regions):
        region = cell.regions[refusal.index]
        shown = format_range(region.phys, region.size)
        name = f" '{region.name}'" if region.name else ""
        at = f", at {region.where}" if region.where.file else ""
        return (
            f"Region {refusal.index} of {cell.name} is {region.type}{name} {shown}{at}."
        )
    if refusal.field in _SHARED_FIELDS and refusal.index < len(cell.shared):
        region = list(cell.shared.values())[refusal.index]
        at = f", at {region.where}" if region.where.file else ""
        return (
            f"Named shared region {refusal.index} of {cell.name} is {region.name}{at}."
        )
    key = _KEYS.get(refusal.field, "")
    where = cell.line(key)
    return f"That is {cell.name}'s {key} at {where}." if key and where.file else ""
