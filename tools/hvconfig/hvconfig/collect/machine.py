# SPDX-License-Identifier: GPL-2.0
"""CPUs, memory, GIC and timer of a device tree."""

from dataclasses import dataclass

from .. import abi
from ..model import Cache, Cpu, Gic, Range, Reserved, Timer, merge
from ..problems import refuse
from ..tree import address
from ..tree.interrupts import GICV3, Interrupts
from ..tree.nodes import Node, Tree

_AFFINITY = 0xFF00FFFFFF
_ITS = "arm,gic-v3-its"
_TIMERS = ("sec-phys", "phys", "virt", "hyp-phys", "hyp-virt")


def cpu_nodes(tree: Tree) -> list[Node]:
    """The CPUs in Linux's order: the boot CPU, then as in the tree."""
    parent = tree.root.child("cpus")
    nodes = [
        node
        for node in (parent.children if parent else [])
        if node.text("device_type") == "cpu" or node.base_name == "cpu"
        if "reg" in node.props and node.enabled
    ]
    boot = [node for node in nodes if mpidr(node) == tree.boot_cpu][:1]
    return boot + [node for node in nodes if node not in boot]


def mpidr(cpu: Node) -> int:
    value = 0
    for cell in cpu.cells("reg")[:2]:
        value = value << 32 | cell
    return value & _AFFINITY


@dataclass
class Cores:
    """The CPUs and their caches."""

    cpus: tuple[Cpu, ...]
    caches: tuple[Cache, ...]


def cores(tree: Tree) -> Cores:
    nodes = cpu_nodes(tree)
    caches = _caches(tree, nodes)
    clusters = _clusters_by_cache(caches, len(nodes)) or _clusters_by_map(tree, nodes)
    cpus = [
        Cpu(mpidr(node), number, clusters.get(number), next(iter(node.compatible), ""))
        for number, node in enumerate(nodes)
    ]
    return Cores(tuple(cpus), tuple(caches))


def _caches(tree: Tree, cpus: list[Node]) -> list[Cache]:
    """First-level caches with a size, and caches that several CPUs refer to."""
    result = []
    users: dict[str, list[int]] = {}
    nodes: dict[str, tuple[Node, int]] = {}
    for number, cpu in enumerate(cpus):
        for prefix, kind in (("d", "data"), ("i", "instruction")):
            size = cpu.cell(f"{prefix}-cache-size")
            if size:
                result.append(Cache(1, kind, (number,), size))
        above = tree.by_phandle(cpu.cell("next-level-cache"))
        for level in range(2, 5):
            if above is None:
                break
            nodes[above.path] = above, above.cell("cache-level") or level
            users.setdefault(above.path, []).append(number)
            above = tree.by_phandle(above.cell("next-level-cache"))
    for path, (node, level) in nodes.items():
        served = tuple(dict.fromkeys(users[path]))
        if 1 <= level <= 8:
            result.append(Cache(level, "unified", served, node.cell("cache-size")))
    return result


def _clusters_by_cache(caches: list[Cache], n_cpus: int) -> dict[int, int]:
    """Each CPU's second-level cache by number; empty unless all have one."""
    groups = [cache.cpus for cache in caches if cache.level == 2]
    found = {cpu: number for number, cpus in enumerate(groups) for cpu in cpus}
    return found if len(found) == n_cpus else {}


def _clusters_by_map(tree: Tree, cpus: list[Node]) -> dict[int, int]:
    """Clusters from /cpus/cpu-map."""
    parent = tree.root.child("cpus")
    top = parent.child("cpu-map") if parent else None
    numbers = {node.path: number for number, node in enumerate(cpus)}
    clusters: dict[str, int] = {}
    found: dict[int, int] = {}
    for node in top or ():
        cpu = tree.by_phandle(node.cell("cpu"))
        above = node.parent
        if above is not None and above.base_name.startswith("core"):
            above = above.parent  # the node is a thread
        if cpu is None or above is None or cpu.path not in numbers:
            continue
        number = clusters.setdefault(above.path, len(clusters))
        found.setdefault(numbers[cpu.path], number)
    return found


def psci(tree: Tree) -> str:
    """The PSCI conduit: smc, hvc or none."""
    methods = {cpu.text("enable-method") for cpu in cpu_nodes(tree)}
    if methods - {"psci", ""}:
        return "none"
    for node in tree.root:
        if any(name.startswith("arm,psci") for name in node.compatible):
            method = node.text("method")
            return method if method in ("smc", "hvc") else "none"
    # Some boot loaders add the node at boot; firmware at EL3 is called by smc.
    return "smc" if "psci" in methods else "none"


def memory(tree: Tree) -> list[Range]:
    """All RAM, in whole pages."""
    found = []
    for node in tree.root.children:
        is_memory = node.text("device_type") == "memory" or node.base_name == "memory"
        if is_memory and node.enabled:
            found += address.registers(node)
    return whole_pages(found)


def whole_pages(ranges: list[Range]) -> list[Range]:
    """The whole pages of the ranges, sorted and merged."""
    result = []
    for item in merge(ranges):
        start = item.start + abi.PAGE_SIZE - 1 & -abi.PAGE_SIZE
        end = item.end & -abi.PAGE_SIZE
        if end > start:
            result.append(Range(start, end - start))
    return result


def reserved(tree: Tree) -> list[Reserved]:
    """/memreserve/, and children of /reserved-memory with fixed addresses."""
    found = [
        Reserved(Range(start, size), "memreserve")
        for start, size in tree.reserved
        if size and start + size <= 1 << 64
    ]
    parent = tree.root.child("reserved-memory")
    for node in parent.children if parent else []:
        # Our own node (write/reserve.py) says how a machine is divided.
        if node.enabled and node.base_name != "bulkhead":
            no_map = "no-map" in node.props
            found += [
                Reserved(Range(x.start, x.size), node.base_name[:200], no_map)
                for x in address.registers(node)
            ]
    unique = {(x.range, x.no_map): x for x in reversed(found)}
    return sorted(unique.values(), key=lambda x: (x.range, x.no_map))


def gic(node: Node, interrupts: Interrupts, file: str) -> Gic:
    regs = address.registers(node)
    if not regs:
        raise refuse(file, f"{node.path} has no registers: there is no GIC")
    own = [irq for irq in interrupts.of(node) if irq < abi.ARM64_SPI_FIRST]
    maintenance = own[0] if own else 0
    if not node.is_like(*GICV3):
        names = ("cpu", "hyp", "vcpu")
        other = [_named(reg, name) for reg, name in zip(regs[1:], names)]
        nothing = Range(0, 0)
        return Gic(2, maintenance, regs[0].start, nothing, other=tuple(other))
    regions = min(node.cell("#redistributor-regions", 1), len(regs) - 1)
    if regions < 1:
        raise refuse(file, f"{node.path} has no redistributors: it is not a GICv3")
    others = [_named(reg, "redistributors") for reg in regs[2 : 1 + regions]]
    interfaces = zip(regs[1 + regions :], ("cpu", "hyp", "vcpu"))
    others += [_named(reg, name) for reg, name in interfaces]
    its = [
        reg
        for child in node
        if child.is_like(_ITS) and child.enabled
        for reg in address.registers(child)[:1]
    ]
    others += [_named(reg, "its") for reg in its[1:]]
    return Gic(
        version=3,
        maintenance_irq=maintenance,
        distributor=regs[0].start,
        redistributors=_named(regs[1], ""),
        its=_named(its[0], "") if its else Range(0, 0),
        other=tuple(others),
    )


def _named(reg: Range, name: str) -> Range:
    return Range(reg.start, reg.size, name)


def timer(tree: Tree, interrupts: Interrupts) -> Timer:
    """The PPIs of the CPUs' timers."""
    for node in tree.root:
        if node.is_like("arm,armv8-timer", "arm,armv7-timer"):
            irqs = [irq or 0 for irq in interrupts.each(node)]
            names = node.strings("interrupt-names") or list(_TIMERS)
            found = dict(zip(names, irqs))
            secure, physical, virtual, hyp, hyp_virtual = (
                irq if irq < abi.ARM64_SPI_FIRST else 0
                for irq in (found.get(name, 0) for name in _TIMERS)
            )
            return Timer(physical, virtual, hyp, secure, hyp_virtual)
    return Timer()
