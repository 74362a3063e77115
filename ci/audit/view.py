# SPDX-License-Identifier: GPL-2.0
"""A machine as one architecture shows it to the audit."""

from dataclasses import dataclass
from typing import Protocol

from audit.tables import Mapping, Tables
from hvconfig.model import Cell, Range, System


@dataclass(frozen=True)
class Cpu:
    """What a CPU's registers say. One that is off is neither guest nor inside."""

    number: int
    guest: bool  # runs what is Linux's or a cell's
    inside: bool  # runs the hypervisor
    on: bool  # is below it
    tables: int  # names its second stage
    tag: int  # by which TLBs tell translations apart: VMID, ASID
    freedom: str  # a sentence, if its controls leave to a guest what they mustn't


class View(Protocol):
    """The machine as one architecture shows it."""

    typed: bool  # a second stage says what is a device's register
    open_pages: int  # of its guest that a CPU may keep open to the hypervisor, to read
    cpus: list[Cpu]

    def physical(self, address: int, size: int) -> bytes:
        ...

    def second_stage(self, cpu: Cpu) -> Tables:
        """What the guest on this CPU reaches."""
        ...

    def kept(self, cell: Cell, system: System) -> list[Range]:
        """What the hypervisor keeps of this cell's memory, as the cell would see it."""
        ...

    def host(self) -> tuple[list[str], list[Mapping]]:
        """What is wrong with how the hypervisor runs, and what it reaches."""
        ...

    def beside_memory(
        self, cpu: Cpu, cell: Cell, created: list[Cell], system: System
    ) -> list[str]:
        """What this cell's guest reaches in other ways, and must not."""
        ...
