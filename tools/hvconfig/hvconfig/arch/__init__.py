# SPDX-License-Identifier: GPL-2.0
"""What differs between architectures: one object for each, behind one interface."""

from ..model import Platform
from .arm64 import Arm64
from .base import Architecture
from .x86 import X86

ARM64, X86_64 = Arm64(), X86()
ARCHITECTURES: dict[str, Architecture] = {x.name: x for x in (ARM64, X86_64)}


def arch_of(platform: Platform) -> Architecture:
    """Returns the architecture of a platform. Readers have refused unknown ones."""
    return ARCHITECTURES[platform.arch]
