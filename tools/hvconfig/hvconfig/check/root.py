# SPDX-License-Identifier: GPL-2.0
"""Checks that the root Linux keeps enough resources."""

from .. import abi
from ..arch import arch_of
from ..model import Cell, System, subtract
from ..problems import Report
from ..units import format_size, join
from ..write import reserve
from ..write.cmdline import LEAST, linux_memory

_ENOUGH = 128 << 20  # the least amount for normal use


def check_root(system: System, report: Report) -> None:
    _check_mem(system, report)
    _check_left(system, report)
    _check_boot_cpu(system, report)
    for cell in system.cells:
        _check_clusters(system, cell, report)


def _check_mem(system: System, report: Report) -> None:
    """Checks that mem= excludes the memory of the hypervisor and all cells."""
    possible = linux_memory(system)
    where = system.line("mem")
    arch = arch_of(system.platform)
    if system.mem and not arch.limits_root_by_mem:
        message = (
            f"mem: is not available on {arch.name}, where memmap= excludes memory "
            "from Linux"
        )
        report.error(where, "root", message, "remove it")
        return
    if system.mem > possible:
        report.error(
            where,
            "root",
            f"with mem={format_size(system.mem)} Linux would use memory of the "
            "hypervisor or of a cell",
            f"at most {format_size(possible)} is possible",
        )
    if system.mem % (1 << 20):
        report.error(
            where,
            "root",
            f"mem={format_size(system.mem)} is no multiple of 1M",
            f"nearest: {format_size(system.mem & -(1 << 20))}",
        )


def _check_left(system: System, report: Report) -> None:
    where, platform = system.line("mem"), system.platform
    taken = [*reserve.ranges(system), *(x.range for x in platform.reserved)]
    left = sum(x.size for x in subtract(platform.ram, taken))
    if left < _ENOUGH:
        tell = report.error if left < LEAST else report.warning
        tell(
            where,
            "root",
            f"only {format_size(left)} of RAM is left for Linux",
            f"Linux should have {format_size(_ENOUGH)} or more: give less to the cells",
        )
        return
    possible = linux_memory(system)
    by_mem = arch_of(platform).limits_root_by_mem
    if by_mem and possible < max(_ENOUGH, left - left // 4):
        report.warning(
            where,
            "root",
            f"Linux would have {format_size(possible)} of RAM with mem=, but "
            f"{format_size(left)} with the reserved-memory node: mem= can exclude "
            "only the end of RAM",
            "use the node (build -o DIR/), or move hypervisor and cells to the end",
        )


def _check_boot_cpu(system: System, report: Report) -> None:
    if 0 not in system.root.cpus:
        report.warning(
            system.root.line("cpus"),
            system.root.name,
            "doesn't have CPU 0, from which Linux boots: enable is refused while "
            "that CPU is online",
            "remove cpus:, so that root has all CPUs that no cell has",
        )
    _check_cpus_left(system, report)
    for cell in system.cells:
        if 0 in cell.cpus:
            report.note(
                cell.line("cpus"),
                cell.name,
                "has CPU 0, from which Linux boots: Linux must be able to take it "
                "offline, which firmware can refuse (if a trusted OS resides there)",
                "another CPU is the safer choice",
            )


def _check_cpus_left(system: System, report: Report) -> None:
    """Checks that root keeps a CPU while several cells exist."""
    together: list[Cell] = []
    left = set(system.root.cpus)
    for cell in system.cells:
        if any(cell.never_with(other) for other in together):
            continue
        together.append(cell)
        if left and len(together) > 1 and not left - set(cell.cpus):
            report.note(
                cell.line("cpus"),
                cell.name,
                "root has no CPU left if this cell exists at the same time as "
                f"{join([x.name for x in together[:-1]])}: the last one is refused",
                "root needs one",
            )
        left -= set(cell.cpus)
    if len(together) >= abi.MAX_CELLS:
        report.warning(
            together[-1].where,
            together[-1].name,
            f"{len(together)} cells may exist at the same time, but the hypervisor "
            f"supports {abi.MAX_CELLS - 1} beside root: the last one is refused",
            "not_with: names cells that never exist at the same time",
        )


def _check_clusters(system: System, cell: Cell, report: Report) -> None:
    """Warns of cells that share a last-level cache: they slow each other down."""
    clusters = {cpu.number: cpu.cluster for cpu in system.platform.cpus}
    if len(set(clusters.values())) < 2:
        return  # all CPUs of the machine share the cache
    own = {clusters.get(cpu) for cpu in cell.cpus} - {None}
    others = [
        cpu
        for cpu, cluster in clusters.items()
        if cluster in own and cpu not in cell.cpus
    ]
    if not others:
        return
    whose = sorted({_owner(system, cell, cpu) for cpu in others})
    numbers = join([str(cpu) for cpu in others])
    report.note(
        cell.line("cpus"),
        cell.name,
        f"shares the L2 cache of its cluster with CPU {numbers} ({join(whose)}): each "
        "can slow the other down",
        "a cell with whole clusters shares no cache",
    )


def _owner(system: System, cell: Cell, cpu: int) -> str:
    for other in system.cells:
        if cpu in other.cpus and other is not cell and not other.never_with(cell):
            return other.name
    return system.root.name
