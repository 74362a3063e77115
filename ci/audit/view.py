# SPDX-License-Identifier: GPL-2.0
"""The interface by which the audit sees a machine, whatever its architecture."""

from dataclasses import dataclass
from typing import Protocol

from audit.tables import Mapping, Tables
from hvconfig.model import Cell, Range, System


@dataclass(frozen=True)
class Cpu:
    """The state of a CPU by its registers. A CPU that is off is neither guest nor
    inside."""

    number: int
    guest: bool  # executes root or a cell
    inside: bool  # executes the hypervisor
    on: bool  # the hypervisor controls the CPU
    tables: int  # the root of its second stage
    tag: int  # the tag of its TLB entries: VMID, ASID, VPID
    freedom: str  # a finding, if its controls allow a guest too much; else empty


class View(Protocol):
    typed: bool  # the second stage has the memory type of devices
    open_pages: int  # guest pages that each CPU may map for the hypervisor, read-only
    cpus: list[Cpu]

    def physical(self, address: int, size: int) -> bytes:
        ...

    def second_stage(self, cpu: Cpu) -> Tables:
        """Returns what the guest on this CPU reaches."""
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
