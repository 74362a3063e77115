# SPDX-License-Identifier: GPL-2.0
"""The interface by which the audit sees a machine, whatever its architecture."""

from dataclasses import dataclass
from typing import Protocol

from audit.tables import Mapping, Tables
from hvconfig.model import Cell, Range, System


@dataclass(frozen=True)
class Cpu:
    """The state of a CPU, read from its registers.

    If the CPU is off, guest and inside are false.
    """

    number: int
    guest: bool  # executes root or a cell
    inside: bool  # executes the hypervisor
    on: bool  # the hypervisor controls the CPU
    tables: int  # the root of its second stage
    tag: int  # the tag of its TLB entries: VMID, ASID, VPID
    freedom: str  # a finding, if the CPU's controls allow a guest too much; else empty


class View(Protocol):
    typed: bool  # entries of the second stage tell devices from memory
    # guest pages that the hypervisor may map on each CPU, read-only
    open_pages: int
    cpus: list[Cpu]

    def physical(self, address: int, size: int) -> bytes:
        ...

    def second_stage(self, cpu: Cpu) -> Tables:
        """Returns the second stage's mappings for the guest on this CPU."""
        ...

    def kept(self, cell: Cell, system: System) -> list[Range]:
        """Returns the guest pages within the cell's regions that the hypervisor
        emulates."""
        ...

    def host(self) -> tuple[list[str], list[Mapping]]:
        """Returns findings about the hypervisor's own state, and what it reaches."""
        ...

    def beside_memory(
        self, cpu: Cpu, cell: Cell, created: list[Cell], system: System
    ) -> list[str]:
        """Returns findings about the guest's access to registers and ports."""
        ...
