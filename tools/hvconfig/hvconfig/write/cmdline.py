# SPDX-License-Identifier: GPL-2.0
"""What the root Linux has to be told on its command line."""

from ..model import System
from . import reserve

# Keep Linux at EL1 with its hyp stub at EL2, on every CPU and kernel.
_STAY_AT_EL1 = ["kvm-arm.mode=none", "id_aa64mmfr1.vh=0"]


# The hypervisor reaches the local APICs through their page only.
_XAPIC = "nox2apic"


def linux_memory(system: System) -> int:
    """Bytes of RAM up to what Linux must not use: mem= counts no holes."""
    end = first_reserved(system)
    return sum(min(x.end, end) - x.start for x in system.platform.ram if x.start < end)


def first_reserved(system: System) -> int:
    """The lowest address of RAM that is the hypervisor's or a cell's."""
    taken = reserve.ranges(system)
    return taken[0].start if taken else max(x.end for x in system.platform.ram)


def render(system: System) -> str:
    """The kernel arguments, on one line."""
    if system.platform.arch == "x86":
        kept = [f"memmap={x.size:#x}${x.start:#x}" for x in reserve.ranges(system)]
        return " ".join([*kept, _XAPIC])
    size = system.mem or linux_memory(system)
    if size % (1 << 20) == 0:
        shown = f"{size >> 20}M"
    else:
        shown = f"{size >> 10}K"
    return " ".join([f"mem={shown}", *_STAY_AT_EL1])


def render_reserved() -> str:
    """Those for a device tree with a reserved-memory node."""
    return " ".join(_STAY_AT_EL1)
