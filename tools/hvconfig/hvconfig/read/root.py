# SPDX-License-Identifier: GPL-2.0
"""The default resources of the root cell: all that belongs to no one else.

A blob holds a limited number of ranges. On machines with more, root also gets the
smallest gaps between registers or between interrupts, at which nothing exists.
"""

from .. import abi
from ..arch import arch_of
from ..model import IrqRange, Platform, Range, Region, merge, page_range, subtract
from ..problems import Where
from ..write.blob import merge_irqs

_RWX = abi.REGION_READ | abi.REGION_WRITE | abi.REGION_EXECUTE
_RW = abi.REGION_READ | abi.REGION_WRITE


def all_memory(
    machine: Platform, taken: list[Range], others: int, where: Where
) -> list[Region]:
    """Returns RAM that is not taken, and all registers.

    others: the number of root's further regions.
    """
    ram = subtract(machine.ram, taken)
    devices = machine.devices.values()
    registers = [page_range(reg) for device in devices for reg in device.regs]
    foreign = [*machine.ram, *arch_of(machine).own_registers(machine), *taken]
    room = abi.MAX_REGIONS - len(ram) - others
    firmware = [item.range for item in machine.reserved]
    mmio = close_gaps(subtract(registers, foreign), room, [*foreign, *firmware])
    return [
        Region("ram", item.start, item.start, item.size, _RWX, "RAM", where)
        for item in ram
    ] + [
        Region("mmio", item.start, item.start, item.size, _RW, "devices", where)
        for item in mmio
    ]


def all_irqs(machine: Platform) -> list[IrqRange]:
    """The default interrupts of root, in as many ranges as a blob holds."""
    listed = arch_of(machine).root_irqs(machine)
    if len(merge_irqs(listed)) <= abi.MAX_IRQ_RANGES:
        return listed
    ranges = [Range(irq.first, irq.count) for irq in listed]
    return [
        IrqRange(item.start, item.size)
        for item in close_gaps(merge(ranges), abi.MAX_IRQ_RANGES, [])
    ]


def close_gaps(ranges: list[Range], limit: int, foreign: list[Range]) -> list[Range]:
    """Merges ranges across the smallest gaps until at most limit are left.

    Gaps that overlap a foreign range stay open. The ranges are sorted and disjoint.
    """
    gaps = [Range(one.end, two.start - one.end) for one, two in zip(ranges, ranges[1:])]
    free = [gap for gap in gaps if gap.size and not any(map(gap.overlaps, foreign))]
    free.sort(key=lambda gap: (gap.size, gap.start))
    return merge([*ranges, *free[: max(0, len(ranges) - limit)]])
