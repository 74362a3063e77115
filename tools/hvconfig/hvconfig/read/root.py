# SPDX-License-Identifier: GPL-2.0
"""The default resources of the root cell: all that belongs to no one else.

A blob holds a limited number of ranges of interrupts. On machines with more, root also
gets the smallest gaps between them, at which nothing exists.
"""

from dataclasses import replace

from .. import abi
from ..arch import arch_of
from ..model import (
    REST,
    IrqRange,
    Platform,
    Range,
    Region,
    intersect,
    merge,
    page_range,
    subtract,
)
from ..problems import Where
from ..write.blob import merge_irqs

_RWX = abi.REGION_READ | abi.REGION_WRITE | abi.REGION_EXECUTE
_RW = abi.REGION_READ | abi.REGION_WRITE
_GIB = 1 << 30
_LOW = 4 << 30  # all addresses of 32 bits
_FAR = 64 << 30


def all_memory(machine: Platform, taken: list[Range], where: Where) -> list[Region]:
    """Returns RAM that is not taken, and all other addresses but the hypervisor's.

    Firmware, kernel and drivers use addresses that no platform lists.
    """
    arch = arch_of(machine)
    usable = Range(0, arch.address_limit)
    own = arch.own_registers(machine)
    ram = [Region("ram", 0, 0, 0, _RWX, "RAM", where)]
    rest = [Region("mmio", 0, 0, 0, _RW, REST, where)]
    memory = subtract(intersect(machine.ram, [usable]), taken)
    kept = subtract(_reserved_memory(machine), [*own, *taken])
    others = subtract(_addresses(machine), [*machine.ram, *own, *taken, *kept])
    return [
        replace(kind[0], phys=item.start, guest=item.start, size=item.size)
        for kind, found in ((ram, [*memory, *kept]), (rest, others))
        for item in found
    ]


def _reserved_memory(machine: Platform) -> list[Range]:
    """Memory outside RAM: its attributes are those of RAM."""
    if not arch_of(machine).reserves_memory:
        return []
    kept = [page_range(item.range) for item in machine.reserved]
    return subtract(kept, [*machine.ram, *machine.registers])


def _addresses(machine: Platform) -> list[Range]:
    """Addresses at which the machine may have something.

    Page tables need memory: above 4 GiB, large ranges where nothing is listed are left
    out.
    """
    listed = [*machine.ram, *machine.registers]
    listed += [item.range for item in machine.reserved]
    near = [Range(0, _LOW)]
    for item in listed:
        start, end = item.start & -_GIB, (item.end + _GIB - 1) & -_GIB
        near.append(Range(start, end - start))
    found = merge(near)
    gaps = [Range(a.end, b.start - a.end) for a, b in zip(found, found[1:])]
    small = [gap for gap in gaps if gap.size < _FAR]
    return intersect([*found, *small], [Range(0, arch_of(machine).address_limit)])


def all_irqs(machine: Platform) -> list[IrqRange]:
    """The default interrupts of root, in as many ranges as a blob holds."""
    listed = arch_of(machine).root_irqs(machine)
    if len(merge_irqs(listed)) <= abi.MAX_IRQ_RANGES:
        return listed
    ranges = [Range(irq.first, irq.count) for irq in listed]
    return [
        IrqRange(item.start, item.size)
        for item in _close_gaps(merge(ranges), abi.MAX_IRQ_RANGES)
    ]


def _close_gaps(ranges: list[Range], limit: int) -> list[Range]:
    """Merges ranges across the smallest gaps until at most limit are left.

    The ranges are sorted and disjoint.
    """
    gaps = [Range(one.end, two.start - one.end) for one, two in zip(ranges, ranges[1:])]
    gaps.sort(key=lambda gap: (gap.size, gap.start))
    return merge([*ranges, *gaps[: max(0, len(ranges) - limit)]])
