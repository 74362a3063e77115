# SPDX-License-Identifier: GPL-2.0
"""Kernel arguments of the root Linux."""

from ..arch import arch_of
from ..arch.arm64 import STAY_AT_EL1
from ..model import System
from ..problems import refuse
from ..units import format_size
from . import reserve

LEAST = 32 << 20  # the least amount of RAM in which Linux boots


def linux_memory(system: System) -> int:
    """Bytes of RAM below the first reserved byte; mem= doesn't count holes."""
    end = first_reserved(system)
    return sum(min(x.end, end) - x.start for x in system.platform.ram if x.start < end)


def first_reserved(system: System) -> int:
    """The lowest RAM address of the hypervisor or a cell."""
    taken = reserve.ranges(system)
    return taken[0].start if taken else max(x.end for x in system.platform.ram)


def can_exclude(system: System) -> bool:
    """Whether arguments alone leave Linux enough memory to boot."""
    by_mem = arch_of(system.platform).limits_root_by_mem
    return not by_mem or (system.mem or linux_memory(system)) >= LEAST


def render(system: System) -> str:
    """The kernel arguments, on one line. Raises ConfigError if none can do it."""
    mem = system.mem or linux_memory(system)
    arch = arch_of(system.platform)
    if not can_exclude(system):
        raise refuse(
            system.name,
            f"mem= would leave Linux {format_size(mem)}, as it can exclude only the "
            "end of RAM: use the reserved-memory node (build -o DIR/), or move "
            "hypervisor and cells to the end",
        )
    arguments = arch.kernel_arguments(system.platform, reserve.ranges(system), mem)
    return " ".join(arguments)


def render_reserved() -> str:
    """Returns the arguments for use together with a reserved-memory node."""
    return " ".join(STAY_AT_EL1)
