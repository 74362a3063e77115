# SPDX-License-Identifier: GPL-2.0
"""A step of a demonstration."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    title: str
    command: str
    expect: str = ""  # a regular expression that the output must match
    status: int = 0
    until: str = ""  # when the output matches, the command is interrupted (Ctrl-C)
    timeout: float = 60


ONLINE = "cat /sys/devices/system/cpu/online"
