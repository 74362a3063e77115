# SPDX-License-Identifier: GPL-2.0
"""The emulator of each board."""

from machine.bochs.emulator import BochsMachine
from machine.config import Config
from machine.qemu import Machine


def machine_of(config: Config, name: str) -> Machine:
    """A machine of whichever emulator its board has."""
    kind = BochsMachine if config.board.program == "bochs" else Machine
    return kind(config, name)
