# SPDX-License-Identifier: GPL-2.0
"""The choice of an emulator."""

from machine.bochs.emulator import BochsMachine
from machine.config import Config
from machine.qemu import Machine


def machine_of(config: Config, name: str) -> Machine:
    """Returns a machine with the emulator that its board names."""
    kind = BochsMachine if config.board.program == "bochs" else Machine
    return kind(config, name)
