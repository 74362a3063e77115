# SPDX-License-Identifier: GPL-2.0
"""What the root Linux has to be told on its command line."""

from .model import System

# Keep Linux at EL1 with its hyp stub at EL2, on every CPU and kernel.
_STAY_AT_EL1 = ["kvm-arm.mode=none", "id_aa64mmfr1.vh=0"]


def linux_memory(system: System) -> int:
    """Bytes from the start of RAM up to what Linux must not use."""
    ram = system.platform.ram
    start = min(item.start for item in ram)
    return first_reserved(system) - start


def first_reserved(system: System) -> int:
    """The lowest address of RAM that is the hypervisor's or a cell's."""
    taken = [system.hypervisor]
    taken += [region.range for region in system.shared.values()]
    for cell in system.cells:
        taken += [x.range for x in cell.regions if x.type != "mmio"]
        taken += [cell.image] if cell.image.size else []
    ram = system.platform.ram
    inside = [x.start for x in taken if any(y.overlaps(x) for y in ram)]
    return min(inside, default=max(item.end for item in ram))


def render(system: System) -> str:
    """The kernel arguments, on one line."""
    size = system.mem or linux_memory(system)
    if size % (1 << 20) == 0:
        shown = f"{size >> 20}M"
    else:
        shown = f"{size >> 10}K"
    return " ".join([f"mem={shown}", *_STAY_AT_EL1])
