# SPDX-License-Identifier: GPL-2.0
"""Kernel arguments of the root Linux."""

from ..arch import arch_of
from ..arch.arm64 import STAY_AT_EL1
from ..model import System
from . import reserve


def linux_memory(system: System) -> int:
    """Bytes of RAM below the first reserved byte; mem= doesn't count holes."""
    end = first_reserved(system)
    return sum(min(x.end, end) - x.start for x in system.platform.ram if x.start < end)


def first_reserved(system: System) -> int:
    """The lowest RAM address of the hypervisor or a cell."""
    taken = reserve.ranges(system)
    return taken[0].start if taken else max(x.end for x in system.platform.ram)


def render(system: System) -> str:
    """The kernel arguments, on one line."""
    mem = system.mem or linux_memory(system)
    arch = arch_of(system.platform)
    arguments = arch.kernel_arguments(system.platform, reserve.ranges(system), mem)
    return " ".join(arguments)


def render_reserved() -> str:
    """Returns the arguments for use together with a reserved-memory node."""
    return " ".join(STAY_AT_EL1)
