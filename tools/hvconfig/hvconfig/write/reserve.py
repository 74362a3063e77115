# SPDX-License-Identifier: GPL-2.0
"""The reserved-memory node, which excludes memory of others from the root Linux.

Devicetree Specification 0.4, 3.5. Unlike mem=, it excludes memory anywhere in RAM.
The node's cell counts must equal those of the root node.
"""

from ..files import read_file
from ..model import Range, System, merge, subtract
from ..problems import refuse

_MAX_TREE = 4 << 20  # bytes; trees of real machines have about 100 KiB


def ranges(system: System) -> list[Range]:
    """Returns the RAM of the hypervisor and of all cells, including shared memory."""
    taken = [system.hypervisor]
    taken += [region.range for region in system.shared.values()]
    for cell in system.cells:
        taken += [x.range for x in cell.regions if x.type != "mmio"]
        taken += [cell.image]
    taken = merge(item for item in taken if item.size)
    ram = system.platform.ram
    return subtract(ram, subtract(ram, taken))


def include(system: System) -> str:
    """For #include in the source of the machine's tree (.dtsi)."""
    return "\n".join([*_head(system), "", "/ {", *_node(system), "};", ""])


def overlay(system: System) -> str:
    """An overlay for the machine's tree, to be compiled with dtc (.dtso)."""
    lines = [*_head(system), "", "/dts-v1/;", "/plugin/;", ""]
    addresses, sizes = _cells(system)  # dtc requires them in the overlay, too
    lines += ["&{/} {", f"\t#address-cells = <{addresses}>;"]
    lines += [f"\t#size-cells = <{sizes}>;", "", *_node(system)]
    return "\n".join([*lines, "};", ""])


def _head(system: System) -> list[str]:
    return [
        "/* SPDX-License-Identifier: GPL-2.0 */",
        f"/* Made by hvconfig from the system {system.name}: memory that isn't "
        "root's. */",
    ]


def _node(system: System) -> list[str]:
    addresses, sizes = _cells(system)
    lines = [
        "\treserved-memory {",
        f"\t\t#address-cells = <{addresses}>;",
        f"\t\t#size-cells = <{sizes}>;",
        "\t\tranges;",
    ]
    for item in ranges(system):
        reg = [*_words(item.start, addresses), *_words(item.size, sizes)]
        lines += [
            "",
            f"\t\tbulkhead@{item.start:x} {{",
            f"\t\t\treg = <{' '.join(reg)}>;",
            "\t\t\tno-map;",
            "\t\t};",
        ]
    return [*lines, "\t};"]


def _words(value: int, cells: int) -> list[str]:
    return [f"{value >> 32 * x & 0xFFFFFFFF:#x}" for x in reversed(range(cells))]


def _cells(system: System) -> tuple[int, int]:
    """Cell counts of the machine's root node; 2 and 2 if it is unknown."""
    if not system.platform.dtb:
        return 2, 2
    import libfdt

    content = read_file(system.platform.dtb, _MAX_TREE)
    try:
        tree = libfdt.FdtRo(content)
        cells = [
            tree.getprop(0, name).as_uint32()
            for name in ("#address-cells", "#size-cells")
        ]
    except (libfdt.FdtException, ValueError):
        raise refuse(system.platform.dtb, "is not a device tree blob") from None
    if not all(0 < number <= 2 for number in cells):
        raise refuse(
            system.platform.dtb,
            "has a root node with unsupported #address-cells or #size-cells",
        )
    return cells[0], cells[1]
