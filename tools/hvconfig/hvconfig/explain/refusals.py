# SPDX-License-Identifier: GPL-2.0
"""Refusals {code, field, index, value, owner} in words, with places in the YAML.

The numbers are those of include/bulkhead/refusal.h and ioctl.h; a test compares.
"""

from ..model import Cell, System
from ..units import format_range
from .records import Refusal

OWNER_NONE = 0xFFFFFFFF
OWNER_HYPERVISOR = 0xFFFFFFFE

# {subject}: the field; {value}, {number}: the value in both ways; {owner}.
CODES = {
    0: "nothing was refused",
    1: "{subject} is not that of a Bulkhead config",
    2: "{subject} has another ABI version",
    3: "{subject} is for another architecture",
    4: "{subject} is of another kind than asked for",
    5: "{subject} has a wrong size: {value}",
    6: "{subject} has a value that is not allowed: {value}",
    7: "{subject} uses a reserved bit or field: {value}",
    8: "{subject} is not aligned: {value}",
    9: "{subject} is out of range: {value}",
    10: "{subject} overlaps something else of the same config at {value}",
    11: "{subject} belongs to {owner} ({value})",
    12: "{subject} is not the root cell's to give ({value})",
    13: "{subject} is shared, but nobody else names it as shared ({value})",
    14: "a cell of this name exists already",
    15: "there is no cell with id {number}",
    16: "the cell is in another state: {number}",
    17: "the hypervisor has too few free pages: {number} are needed",
    18: "there is no room for {subject}: a table of fixed size is full",
    19: "CPU {number} still runs Linux",
    20: "CPU {number} did not answer in time",
    21: "the caller's rights don't allow it",
    22: "the hypervisor is locked until the machine is reset",
    23: "another request is under way",
    24: "{number} cells still exist",
    25: "{subject} doesn't match the machine, which has {value}",
    26: "{subject} asks for what this machine doesn't offer ({value})",
    27: "{subject} is in use by Linux's LPI tables or ITS ({value})",
    28: "the hypervisor doesn't know hypercall {value}",
    29: "it isn't finished: the same request has to be made again",
    30: "the hypervisor itself failed: no more cells can be managed until a reset",
    256: "a system is enabled already",
    257: "no system is enabled",
    258: "Linux was not booted at EL2",
    259: "Linux itself runs at EL2 (VHE)",
    260: "KVM is resident at EL2",
    261: "PSCI is missing, or is not called by SMC",
    262: "the hypervisor image can't be loaded: error {number}",
    263: "the hypervisor image is not for this machine and release ({value})",
    264: "memory is not reserved: Linux uses it at {value}",
    265: "machine and config differ: MPIDR or APIC ID {value} is not in both",
    266: "the cell did not answer within {number} ms",
    267: "{value} is outside of the cell's loadable memory",
    268: "a device that the cell gets is in use by Linux",
    269: "interrupt {number} is in use by Linux",
    270: "Linux doesn't give CPU {number} away",
    271: "Linux is out of memory",
    272: "it was interrupted before it was done",
    273: "Linux couldn't bring CPU {number} back",
    274: "Linux masks interrupts by priority: direct interrupts aren't possible",
    275: "the CPUs lack what the hypervisor needs",
    276: "another hypervisor uses the CPUs' virtualization",
    277: "the local APICs are in x2APIC mode",
    278: "CPU {number} of Linux is offline",
    279: "{subject} shares its core with CPU {number}, which the cell doesn't get",
}
FIELDS = {
    0: "the request",
    1: "the header",
    2: "the name",
    3: "the hypervisor's memory",
    4: "the system's flags",
    5: "CPU {index}",
    6: "the platform (byte {index})",
    7: "the entry address",
    8: "the info page",
    9: "the console",
    10: "the memory for the kept image",
    11: "the rights",
    12: "the flags",
    13: "the interrupt mode",
    14: "the number of regions",
    15: "region {index}",
    16: "the guest address of region {index}",
    17: "the size of region {index}",
    18: "the type of region {index}",
    19: "the flags of region {index}",
    20: "the number of interrupt ranges",
    21: "interrupt {number}",
    22: "the command line",
    23: "the cell's id",
    24: "the cell's state",
    25: "the hypercall",
    26: "a boot parameter of the module",
    27: "the hypervisor's pool of pages",
    28: "I/O port {value}",
    29: "PCI function {value}",
    30: "the number of named shared regions",
    31: "named shared region {index}",
    32: "the name of shared region {index}",
    33: "the doorbell of named shared region {index}",
}
_REGION_FIELDS = range(15, 20)
_SHARED_FIELDS = range(31, 34)
_KEYS = {5: "cpus", 7: "entry", 8: "info", 9: "console", 10: "image", 11: "rights"}
_KEYS |= {13: "irq_mode", 20: "irqs", 21: "irqs", 22: "args", 28: "ports", 29: "pci"}


def sentence(refusal: Refusal) -> str:
    """Without the full stop."""
    words = CODES.get(refusal.code)
    if words is None:
        return f"code {refusal.code}, which this hvconfig doesn't know"
    subject = FIELDS.get(refusal.field, f"field {refusal.field}").format(
        index=refusal.index, number=refusal.value, value=f"{refusal.value:#x}"
    )
    return words.format(
        subject=subject,
        value=f"{refusal.value:#x}",
        number=refusal.value,
        owner=_owner(refusal.owner),
    )


def _owner(number: int) -> str:
    if number == OWNER_NONE:
        return "nobody"
    if number == OWNER_HYPERVISOR:
        return "the hypervisor"
    return f"the cell with id {number}" if number else "the root cell"


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
