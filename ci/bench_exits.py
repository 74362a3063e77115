# SPDX-License-Identifier: GPL-2.0
"""Does a real-time cell run without exits? Not exact: in a machine as it is."""

from hv import Hv
from machine import Config, Machine


def exits_of_rt(hv: Hv, periods: int, cycles: int, period_us: int) -> int:
    """Exits of the running real-time cell "rt" in so many periods, and while
    another cell is created, started and destroyed so many times. The cell's
    exits until it has come to its loop are not among them."""
    hv.run("rt", "rt-timer", f"period_us={period_us} report=0")
    hv.wait_beats("rt", 10)
    before = hv.json("cell stats rt")["cpus"][0]["exits"]["total"]
    beats = hv.heartbeat("rt").beats
    hv.machine.check(f"cycle cells {cycles} hello hello", 10 + 4 * cycles)
    done = hv.heartbeat("rt").beats - beats
    hv.wait_beats("rt", max(periods - done, 1), periods * period_us / 200_000)
    after = hv.json("cell stats rt")["cpus"][0]["exits"]["total"]
    return int(after - before)


def measure(periods: int = 10_000, cycles: int = 200) -> int:
    with Machine(Config(), name="bench-exits") as machine:
        machine.boot()
        hv = Hv.of(machine)
        hv.insmod()
        hv.enable("demo")
        return exits_of_rt(hv, periods, cycles, period_us=1000)
