# SPDX-License-Identifier: GPL-2.0
"""The device tree of a cell, for Linux and programs with the same boot protocol.

hvctl adds the properties of a start to /chosen: initial RAM disk, seeds, kernel
arguments. Node names and properties follow the Devicetree Specification 0.4 and
Linux's bindings.
"""

from .. import abi
from ..model import Cell, Range, Region, System, merge, subtract
from ..tree.writer import Writer, wide
from . import assigned
from .assigned import Assigned

_SPI, _PPI = 0, 1  # arm,gic-v3.yaml: interrupt cells: type, number, trigger
_EDGE_RISING, _LEVEL_HIGH = 1, 4
_SPI_FIRST, _PPI_FIRST = abi.ARM64_SPI_FIRST, abi.ARM64_PPI_FIRST

# Linux requires a clock; the emulated UART has no rate.
_UART_CLOCK_HZ = 24_000_000
# Of the memory at a Linux cell's entry, hvctl uses the first pages: for its start
# code and for a clock that stands still (hvctl, linux/layout.h).
_CLOCK_OFFSET = abi.PAGE_SIZE
_LINUX_OFFSET = 2 * abi.PAGE_SIZE
_PMU_IRQ = 23  # INTID, Arm Base System Architecture, "PPI assignments"
# Secure, non-secure physical, virtual, hypervisor timer: arm,arch_timer.yaml.
_TIMER_IRQS = (29, 30, 27, 26)


def encode(system: System, cell: Cell) -> bytes:
    """The tree as a blob (version 17)."""
    tree, devices = Writer(), assigned.find(system, cell)
    tree.begin("")
    tree.text("compatible", "bulkhead,cell")
    tree.text("model", f"Bulkhead cell {system.name}/{cell.name}")
    tree.cells("#address-cells", 2)
    tree.cells("#size-cells", 2)
    tree.cells("interrupt-parent", devices.gic)
    _chosen(tree, cell)
    _cpus(tree, system, cell)
    _memory(tree, cell)
    _shared(tree, cell)
    _gic(tree, system, cell, devices)
    _timer(tree, cell)
    _clock(tree, devices)
    if cell.console:
        _console(tree, cell, devices)
    _shared_ports(tree, cell)
    if cell.linux:
        _time_of_day(tree, cell, devices)
    for node in devices.nodes:
        tree.node(node)
    tree.end()
    return tree.content()


def _has_irq(cell: Cell, intid: int) -> bool:
    return any(irq.first <= intid <= irq.last for irq in cell.irqs)


def _chosen(tree: Writer, cell: Cell) -> None:
    tree.begin("chosen")
    tree.text("bootargs", cell.bootargs)
    if cell.console:
        tree.text("stdout-path", f"/serial@{cell.console.guest:x}")
    tree.end()


def _cpus(tree: Writer, system: System, cell: Cell) -> None:
    tree.begin("psci")
    tree.text("compatible", "arm,psci-1.0", "arm,psci-0.2")
    tree.text("method", "hvc")
    tree.end()
    tree.begin("cpus")
    tree.cells("#address-cells", 2)
    tree.cells("#size-cells", 0)
    mpidr = {cpu.number: cpu.hw_id for cpu in system.platform.cpus}
    for number in cell.cpus:
        tree.begin(f"cpu@{mpidr[number]:x}")
        tree.text("device_type", "cpu")
        tree.text("compatible", "arm,armv8")
        tree.cells("reg", *wide(mpidr[number]))
        tree.text("enable-method", "psci")
        tree.end()
    tree.end()


def _is_usable_ram(region: Region) -> bool:
    rights = abi.REGION_READ | abi.REGION_WRITE | abi.REGION_EXECUTE
    return region.type == "ram" and region.flags & rights == rights


def _memory(tree: Writer, cell: Cell) -> None:
    ram = merge(x.guest_range for x in cell.regions if _is_usable_ram(x))
    if cell.linux:
        ram = subtract(ram, [Range(cell.entry, _LINUX_OFFSET)])
    if not ram:
        return
    tree.begin(f"memory@{ram[0].start:x}")
    tree.text("device_type", "memory")
    tree.reg(*ram)
    tree.end()


def _shared(tree: Writer, cell: Cell) -> None:
    """no-map: other cells write to this memory."""
    regions = [x for x in cell.regions if x.type == "shared" and x.flags]
    if not regions:
        return
    tree.begin("reserved-memory")
    tree.cells("#address-cells", 2)
    tree.cells("#size-cells", 2)
    tree.mark("ranges")
    for region in regions:
        tree.begin(f"{region.name or 'shared'}@{region.guest:x}")
        tree.text("compatible", "bulkhead,shared-memory")
        tree.reg(region.guest_range)
        tree.mark("no-map")
        if not region.flags & abi.REGION_WRITE:
            tree.mark("read-only")
        tree.end()
    tree.end()


def _shared_ports(tree: Writer, cell: Cell) -> None:
    """Nodes for the driver in the cell: shared memory and its doorbell."""
    for index, region in enumerate(cell.shared.values()):
        if not region.flags & abi.REGION_READ:
            continue
        tree.begin(f"shared-port@{region.guest:x}")
        tree.text("compatible", "bulkhead,shared-port")
        tree.text("label", region.name)
        tree.reg(region.guest_range)
        if not region.flags & abi.REGION_WRITE:
            tree.mark("read-only")
        if region.irq:
            tree.cells("interrupts", _SPI, region.irq - _SPI_FIRST, _EDGE_RISING)
        tree.cells("bulkhead,index", index)
        tree.end()


def _gic(tree: Writer, system: System, cell: Cell, devices: Assigned) -> None:
    gic = system.platform.gic
    frames = len(cell.cpus) * abi.ARM64_GICR_FRAME
    tree.begin(f"interrupt-controller@{gic.distributor:x}")
    tree.text("compatible", "arm,gic-v3")
    tree.mark("interrupt-controller")
    tree.cells("#interrupt-cells", 3)
    tree.cells("#address-cells", 0)
    tree.reg(
        Range(gic.distributor, abi.ARM64_GICD_SIZE),
        Range(gic.redistributors.start, frames),
    )
    tree.cells("phandle", devices.gic)
    tree.end()


def _timer(tree: Writer, cell: Cell) -> None:
    """Adds the timer node with its four interrupts, in the order of the binding.

    Linux uses the virtual timer.
    """
    tree.begin("timer")
    tree.text("compatible", "arm,armv8-timer")
    interrupts = [(_PPI, x - _PPI_FIRST, _LEVEL_HIGH) for x in _TIMER_IRQS]
    tree.cells("interrupts", *(part for irq in interrupts for part in irq))
    tree.mark("always-on")
    tree.end()
    if _has_irq(cell, _PMU_IRQ):
        tree.begin("pmu")
        tree.text("compatible", "arm,armv8-pmuv3")
        tree.cells("interrupts", _PPI, _PMU_IRQ - _PPI_FIRST, _LEVEL_HIGH)
        tree.end()


def _clock(tree: Writer, devices: Assigned) -> None:
    tree.begin("clock")
    tree.text("compatible", "fixed-clock")
    tree.cells("#clock-cells", 0)
    tree.cells("clock-frequency", _UART_CLOCK_HZ)
    tree.cells("phandle", devices.clock)
    tree.end()


def _time_of_day(tree: Writer, cell: Cell, devices: Assigned) -> None:
    """A read-only page that looks like a PL031 and holds the time of the start."""
    address = cell.entry + _CLOCK_OFFSET
    tree.begin(f"rtc@{address:x}")
    tree.text("compatible", "arm,pl031", "arm,primecell")
    tree.reg(Range(address, abi.PAGE_SIZE))
    tree.cells("clocks", devices.clock)
    tree.text("clock-names", "apb_pclk")
    tree.end()


def _console(tree: Writer, cell: Cell, devices: Assigned) -> None:
    assert cell.console
    tree.begin(f"serial@{cell.console.guest:x}")
    tree.text("compatible", "arm,pl011", "arm,primecell")
    tree.reg(Range(cell.console.guest, abi.PAGE_SIZE))
    if cell.console.irq:
        tree.cells("interrupts", _SPI, cell.console.irq - _SPI_FIRST, _EDGE_RISING)
    tree.cells("clocks", devices.clock, devices.clock)
    tree.text("clock-names", "uartclk", "apb_pclk")
    tree.end()
