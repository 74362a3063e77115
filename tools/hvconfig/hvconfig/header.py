# SPDX-License-Identifier: GPL-2.0
"""The C header with a cell's addresses, for a bare-metal program in it."""

from . import abi
from .model import Cell, System


def render(system: System, cell: Cell) -> str:
    """The header's text. The numbers fit C, assembler and linker scripts."""
    gic = system.platform.gic
    ram = [region for region in cell.regions if region.type == "ram"]
    loadable = [region for region in ram if region.flags & abi.REGION_LOADABLE]
    first = min(loadable or ram, key=lambda region: (region.guest != cell.entry,))
    console = cell.console
    values = [
        ("CELL_RAM_BASE", first.guest, "memory into which the program is loaded"),
        ("CELL_RAM_SIZE", first.size, "bytes"),
        ("CELL_ENTRY", cell.entry, "first instruction"),
        ("CELL_INFO", cell.info, "struct bh_info, read-only; 0: none"),
        ("CELL_CONSOLE", console.guest if console else 0, "emulated UART; 0: none"),
        ("CELL_GICD", gic.distributor, "interrupt distributor"),
        ("CELL_GICR", gic.redistributors.start, "redistributor of the first CPU"),
    ]
    lines = [
        "/* SPDX-License-Identifier: GPL-2.0 */",
        f"/* Made by hvconfig from the system {system.name}, cell {cell.name}. */",
        "#ifndef CELL_CONFIG_H",
        "#define CELL_CONFIG_H",
        "",
    ]
    for name, value, comment in values:
        lines.append(f"#define {name:<13} {value:#010x} /* {comment} */")
    return "\n".join([*lines, "", "#endif", ""])
