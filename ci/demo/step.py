# SPDX-License-Identifier: GPL-2.0
"""What the demos are made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    title: str
    command: str
    expect: str = ""  # a regular expression that the output has to match
    status: int = 0
    until: str = ""  # seen this, the command is interrupted (Ctrl-C)
    timeout: float = 60


ONLINE = "cat /sys/devices/system/cpu/online"
