# SPDX-License-Identifier: GPL-2.0
"""Checks of a whole system, required before a blob is built.

The hypervisor repeats the checks that its safety depends on. Here all problems are
reported together, in terms of the YAML.
"""

from .. import abi
from ..arch import arch_of
from ..model import System, subtract
from ..problems import Report
from ..units import format_range, format_size
from .cell import NAME, check_cell, ram_hint
from .memory import check_reserved
from .owners import check_conflicts, check_owners
from .platform import check_platform
from .root import check_root


def check_system(system: System, report: Report) -> None:
    """Reports all problems of the system and its platform.

    For a partial system: only problems that its missing parts couldn't solve.
    """
    check_platform(system.platform, report)
    if system.partial:
        check_conflicts(system, report)
        return
    _check_hypervisor(system, report)
    for cell in (system.root, *system.cells):
        check_cell(system, cell, report)
    _check_names(system, report)
    check_owners(system, report)
    check_root(system, report)


def _check_hypervisor(system: System, report: Report) -> None:
    if system.deny_firmware and not arch_of(system.platform).calls_firmware:
        report.error(
            system.line("hypervisor"),
            "deny_firmware",
            "Linux makes no such calls on this architecture",
            "leave it out",
        )
    memory, where = system.hypervisor, system.line("hypervisor")
    align = abi.HYPERVISOR_ALIGN
    if memory.start % align or memory.size % align:
        report.error(
            where,
            "hypervisor",
            f"its memory at {memory.start:#x} with {format_size(memory.size)} is not "
            "aligned to 2 MiB",
            f"nearest: {{at: {memory.start & -align:#x}, "
            f"size: {format_size(max(align, memory.size + align - 1 & -align))}}}",
        )
    if not align <= memory.size <= abi.HYPERVISOR_MAX:
        report.error(
            where,
            "hypervisor",
            f"needs 2M to 512M of memory, {format_size(memory.size)} is not possible",
            "memory: 4M is enough for most",
        )
    elif subtract([memory], system.platform.ram):
        report.error(
            where,
            "hypervisor",
            f"its memory {format_range(memory.start, memory.size)} is not in RAM",
            ram_hint(system),
        )
    check_reserved(system, "hypervisor", memory, "its memory", where, report)


def _check_names(system: System, report: Report) -> None:
    if not NAME.fullmatch(system.name):
        report.error(
            system.line("name"),
            "system",
            f"'{system.name:.40}' is not a valid name: 1 to 31 letters, digits, "
            "'_' and '-'",
            "set name:",
        )
    names = {cell.name for cell in system.cells}
    for cell in system.cells:
        if cell.name == system.root.name:
            report.error(
                cell.where,
                cell.name,
                "is the name of the root cell",
                "rename the cell, or root: name:",
            )
    if len(names) != len(system.cells):  # possible in blobs only
        report.error(
            system.where, system.name, "two cells have the same name", "rename one"
        )
