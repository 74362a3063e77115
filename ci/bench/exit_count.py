# SPDX-License-Identifier: GPL-2.0
"""Counts the exits of a real-time cell, in a machine without instruction counting."""

from bulkhead.hv import Hv
from machine.config import Config
from machine.qemu import Machine


PERIOD_US = 1000


def exits(hv: Hv) -> int:
    return int(hv.json("cell stats rt")["cpus"][0]["exits"]["total"])


def exits_of_rt(hv: Hv, neighbour: str, periods: int, cycles: int) -> int:
    """Returns the exits of the cell "rt" in at least "periods" periods, during which
    the neighbour is created, started and destroyed "cycles" times. The exits before
    the cell's loop are not counted."""
    hv.run("rt", "rt-timer", f"period_us={PERIOD_US} report=0")
    hv.wait_beats("rt", 10)
    before, beats = exits(hv), hv.heartbeat("rt").beats
    hv.machine.check(f"cycle cells {cycles} {neighbour} hello", 60 + 4 * cycles)
    missing = periods - (hv.heartbeat("rt").beats - beats)
    hv.wait_beats("rt", max(missing, 1), 60 + 10 * periods * PERIOD_US / 1e6)
    return exits(hv) - before


def measure(periods: int = 10_000, cycles: int = 200) -> int:
    with Machine(Config(), name="bench-exits") as machine:
        machine.boot()
        hv = Hv.of(machine)
        hv.insmod()
        hv.enable("demo")
        return exits_of_rt(hv, "hello", periods, cycles)
