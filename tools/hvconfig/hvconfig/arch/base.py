# SPDX-License-Identifier: GPL-2.0
"""The interface of an architecture."""

from abc import ABC, abstractmethod
from collections.abc import Iterable

from ..model import Cell, Cpu, IrqRange, Platform, Range, System
from ..problems import Report

# BH_ARCH_* of include/bulkhead/limits.h, without those that are not supported yet.
NUMBERS = {"arm64": 1, "x86": 2, "riscv64": 3, "fake": 255}


class Malformed(Exception):
    """A value in a blob that has no meaning."""


def require_zero(values: Iterable[int], what: str) -> None:
    if any(values):
        raise Malformed(f"{what}: a reserved field is not zero")


class Architecture(ABC):
    """Facts and rules that depend on the architecture of a platform."""

    name: str  # the value of the YAML key arch
    address_bits: int  # of physical and guest addresses: what a second stage maps
    console: str  # the kind of emulated UART, a key of abi.CONSOLES
    console_needs_irq: bool  # programs expect an interrupt from the console
    hw_id_key: str  # the YAML key of a CPU's hardware ID
    hw_id_name: str  # the words for a CPU's hardware ID in sentences
    required_keys: tuple[str, ...] = ()  # required keys of a platform's YAML
    has_device_tree: bool  # Linux in a cell gets a device tree; else ACPI tables
    limits_root_by_mem: bool  # mem= limits the root Linux; else memmap= excludes ranges
    lists_root_irqs: bool  # root lists its interrupts; else it has all that no cell has
    has_pci_functions: bool  # a cell can have PCI functions, by their numbers
    spare_irqs_in_blobs: bool  # blobs have spare interrupts, and 'collect' finds them
    first_global_irq: int  # each CPU has its own interrupts below this number
    decodes_syndrome: bool  # a stop record's syndrome is decoded by explain/esr.py
    # Platforms list memory in `reserved`, not registers that firmware keeps.
    reserves_memory: bool
    calls_firmware: bool  # Linux calls it, through the hypervisor
    # Bytes from guest address 0 that Linux in a cell never uses for DMA.
    dma_free_bytes: int = 0
    # Bytes at the ends of RAM where UEFI firmware and the kernel's EFI stub keep what
    # Linux reads after its kernel arguments (initrd, tables).
    firmware_bytes: int = 0
    # Accesses that compilers emit and the hypervisor doesn't emulate.
    unemulated: str = ""

    @property
    def address_limit(self) -> int:
        """The first address beyond those that the hypervisor can map."""
        return 1 << self.address_bits

    @abstractmethod
    def own_registers(self, platform: Platform) -> list[Range]:
        """Registers of interrupt controllers: they belong to the hypervisor."""

    @abstractmethod
    def controller(self, platform: Platform, cpus: int) -> list[tuple[Range, str]]:
        """Returns guest addresses of the emulated interrupt controller, with names."""

    @abstractmethod
    def controller_title(self, platform: Platform) -> str:
        """Returns the name of own_registers() for pictures."""

    @abstractmethod
    def irq_exists(self, irq: IrqRange) -> bool:
        """Whether a config can name all these interrupts."""

    @abstractmethod
    def root_irqs(self, platform: Platform) -> list[IrqRange]:
        """Returns the interrupts of a root cell whose config lists none."""

    @abstractmethod
    def cell_irqs(self, platform: Platform) -> list[int]:
        """Returns the interrupts of a cell whose config lists none."""

    @abstractmethod
    def first_ram(self, linux: bool) -> int | None:
        """Returns the guest address of a cell's first RAM; None: the common default."""

    @abstractmethod
    def kernel_arguments(
        self, platform: Platform, reserved: list[Range], mem: int
    ) -> list[str]:
        """Returns arguments for the root Linux.

        reserved: ranges that it must not use. mem: the bytes from the start of RAM
        that it may use.
        """

    @abstractmethod
    def encode_platform(self, platform: Platform) -> bytes:
        """Returns the part of bh_system_part that depends on the architecture."""

    @abstractmethod
    def decode_platform(self, raw: bytes, cpus: tuple[Cpu, ...]) -> Platform:
        """Reads the bytes that encode_platform() returns. Raises Malformed."""

    @abstractmethod
    def header_values(
        self, platform: Platform, cell: Cell
    ) -> list[tuple[str, int, str]]:
        """Yields the macros of a cell's C header: name, value, comment."""

    @abstractmethod
    def check_platform(self, platform: Platform, report: Report) -> None:
        """Reports values that no machine can have."""

    @abstractmethod
    def unsupported(self, platform: Platform) -> list[str]:
        """Returns reasons why the hypervisor can't run on the machine."""

    @abstractmethod
    def check_resources(self, system: System, cell: Cell, report: Report) -> None:
        """Checks interrupts, I/O ports and PCI functions of a cell or root."""

    @abstractmethod
    def check_linux(self, cell: Cell, report: Report) -> None:
        """Checks what Linux in a cell needs on this architecture."""

    def irq_numbers(self, irqs: Iterable[IrqRange]) -> set[int]:
        """Returns the interrupts of all ranges that exist."""
        return {
            number
            for irq in irqs
            if self.irq_exists(irq)
            for number in range(irq.first, irq.last + 1)
        }
