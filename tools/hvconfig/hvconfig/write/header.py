# SPDX-License-Identifier: GPL-2.0
"""Writes a cell's addresses for a bare-metal program: C header and linker script."""

import re
from typing import NamedTuple

from .. import abi
from ..arch import arch_of
from ..model import Cell, Region, System


class _Value(NamedTuple):
    name: str
    value: int
    comment: str = ""


def render(system: System, cell: Cell) -> str:
    """The header; its numbers fit C, assembler and linker scripts."""
    values = [*_base(system, cell), *_shared(cell), *_devices(system, cell)]
    lines = [
        *_head(system, cell),
        "#ifndef CELL_CONFIG_H",
        "#define CELL_CONFIG_H",
        "",
    ]
    for item in values:
        lines.append(f"#define {item.name} {item.value:#010x}{item.comment}")
    return "\n".join([*lines, "", "#endif", ""])


def linker(system: System, cell: Cell) -> str:
    """A fragment to INCLUDE in a linker script; sections go into "ram"."""
    lines = [*_head(system, cell), "MEMORY", "{"]
    symbols = []
    for name, region in _named_memory(cell):
        rights = _rights(region)
        span = f"ORIGIN = {region.guest:#x}, LENGTH = {region.size:#x}"
        lines.append(f"\t{name} ({rights}) : {span}")
        symbols.append(f"cell_{name}_base = {region.guest:#x};")
        symbols.append(f"cell_{name}_size = {region.size:#x};")
    symbols.append(f"cell_entry = {cell.entry:#x};")
    return "\n".join([*lines, "}", "", *symbols, ""])


def _head(system: System, cell: Cell) -> list[str]:
    return [
        "/* SPDX-License-Identifier: GPL-2.0 */",
        f"/* Made by hvconfig from the system {system.name}, cell {cell.name}. */",
    ]


def _first(cell: Cell) -> Region:
    """The memory that the program is loaded into."""
    ram = [region for region in cell.regions if region.type == "ram"]
    loadable = [region for region in ram if region.flags & abi.REGION_LOADABLE]
    found = loadable or ram or list(cell.regions)
    return min(found, key=lambda region: (region.guest != cell.entry,))


def _base(system: System, cell: Cell) -> list[_Value]:
    """Macros that every cell has, in the same order."""
    first = _first(cell)
    values = [
        ("CELL_RAM_BASE", first.guest, "memory into which the program is loaded"),
        ("CELL_RAM_SIZE", first.size, "bytes"),
        ("CELL_ENTRY", cell.entry, "first instruction"),
        ("CELL_INFO", cell.info, "struct bh_info, read-only; 0: none"),
        *arch_of(system.platform).header_values(system.platform, cell),
        ("CELL_CPUS", len(cell.cpus), "number of CPUs"),
    ]
    return [_Value(name, value, f" /* {text} */") for name, value, text in values]


def _shared(cell: Cell) -> list[_Value]:
    values = []
    for region in cell.regions:
        if region.type == "shared":
            name = f"CELL_SHARED_{_word(region.name).upper()}"
            values.append(_Value(f"{name}_BASE", region.guest, " /* shared memory */"))
            values.append(_Value(f"{name}_SIZE", region.size))
    for number, region in enumerate(cell.shared.values()):
        name = f"CELL_SHARED_{_word(region.name).upper()}"
        values.append(_Value(f"{name}_INDEX", number, " /* for BH_HC_RING */"))
        if region.irq:
            values.append(_Value(f"{name}_IRQ", region.irq, " /* our doorbell */"))
    return values


def _devices(system: System, cell: Cell) -> list[_Value]:
    """Registers at their exact start, which may be inside a page."""
    values = []
    for name in cell.devices:
        device = system.platform.devices[name]
        word = f"CELL_DEVICE_{_word(name).upper()}"
        for number, reg in enumerate(device.regs):
            more = f"_{number}" if number else ""
            values.append(_Value(f"{word}_BASE{more}", reg.start))
            values.append(_Value(f"{word}_SIZE{more}", reg.size))
        irqs = [x for irq in device.irqs for x in range(irq.first, irq.last + 1)]
        for number, irq in enumerate(irqs):
            values.append(_Value(f"{word}_IRQ{f'_{number}' if number else ''}", irq))
    return values


def _named_memory(cell: Cell) -> list[tuple[str, Region]]:
    """Returns the RAM and shared regions by unique names: ram, ram2, shared_NAME."""
    first = _first(cell)
    found: dict[str, Region] = {"ram": first}
    for region in cell.regions:
        if region is first or region.type == "mmio":
            continue
        name = "ram" if region.type == "ram" else f"shared_{_word(region.name)}"
        number = 2
        while (numbered := name if name not in found else f"{name}{number}") in found:
            number += 1
        found[numbered] = region
    return list(found.items())


def _rights(region: Region) -> str:
    """The access rights in the notation of linker scripts."""
    letters = ((abi.REGION_READ, "r"), (abi.REGION_WRITE, "w"))
    text = "".join(letter for flag, letter in letters if region.flags & flag)
    return text + ("x" if region.flags & abi.REGION_EXECUTE else "")


def _word(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "_", name)
