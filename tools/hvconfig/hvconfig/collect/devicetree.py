# SPDX-License-Identifier: GPL-2.0
"""Builds a platform from a device tree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .. import abi
from ..arch import ARM64
from ..model import Device, Platform, Range
from ..problems import refuse
from ..tree.interrupts import Interrupts, gic_node
from ..tree.nodes import Tree
from . import devices, machine

# Root's doorbell and eight interrupts for consoles of cells.
N_SPARE = 9
_SPI_STEP = 32  # a GIC implements a multiple of 32 interrupts


@dataclass(frozen=True)
class Choices:
    """Values that the user gives in place of the machine's."""

    name: str = ""
    ram: Sequence[Range] = ()  # replaces the machine's RAM
    spare: Sequence[int] = ()  # interrupts that no device is wired to


def platform(
    tree: Tree,
    file: str,
    choices: Choices,
    ram: Sequence[Range] = (),
    used: Iterable[int] = (),
) -> Platform:
    """The platform; ram: used if the tree has none; used: further wired interrupts."""
    gic = gic_node(tree, file)
    interrupts = Interrupts(tree, gic)
    cores = machine.cores(tree)
    if not cores.cpus:
        raise refuse(file, "describes no CPUs")
    here = machine.whole_pages([*choices.ram]) or machine.memory(tree) or [*ram]
    if not here:
        raise refuse(
            file,
            "has no addresses of RAM (the boot loader adds them); use --ram " "AT:SIZE",
        )
    found = devices.collect(tree, gic, interrupts, here)
    wired = devices.wired(tree, gic, interrupts) | set(used)
    spare = list(choices.spare) or spare_irqs(wired)
    stdout = _stdout(tree, found)
    return Platform(
        name=choices.name,
        arch=ARM64.name,
        cpus=cores.cpus,
        ram=tuple(here),
        gic=machine.gic(gic, interrupts, file),
        uart=_pl011(found, stdout),
        root_doorbell=spare[0] if spare else 0,
        spare_irqs=tuple(spare[1:]),
        devices=found,
        model=tree.root.text("model")[:200],
        caches=cores.caches,
        reserved=tuple(machine.reserved(tree)),
        timer=machine.timer(tree, interrupts),
        psci=machine.psci(tree),
        stdout=stdout,
    )


def spare_irqs(wired: set[int]) -> list[int]:
    """The highest implemented interrupts that no device is wired to.

    The number of implemented interrupts is only in a GIC register: interrupts in the
    same block of 32 as a wired one certainly exist.
    """
    last = max((irq for irq in wired if irq >= abi.ARM64_SPI_FIRST), default=0)
    end = min((last // _SPI_STEP + 1) * _SPI_STEP - 1, abi.ARM64_SPI_LAST)
    free = [irq for irq in range(abi.ARM64_SPI_FIRST, end + 1) if irq not in wired]
    return free[-N_SPARE:]


def _stdout(tree: Tree, found: dict[str, Device]) -> str:
    """The device of stdout-path in /chosen."""
    chosen = tree.root.child("chosen")
    if chosen is None:
        return ""
    node = tree.find(chosen.text("stdout-path") or chosen.text("linux,stdout-path"))
    for device in found.values():
        if node is not None and device.path == node.path:
            return device.name
    return ""


def _pl011(found: dict[str, Device], name: str) -> int:
    """The address of a PL011; the hypervisor drives no other UART."""
    device = found.get(name)
    if device is None or "arm,pl011" not in device.compatible or not device.regs:
        return 0
    return device.regs[0].start
