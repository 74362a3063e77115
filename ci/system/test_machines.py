# SPDX-License-Identifier: GPL-2.0
"""Machines that are fit, but unlike the usual one."""

from collections.abc import Callable
from typing import Any

import pytest
from hv import Hv
from machine import Config, Machine

# What of the Config is different, and what shows inside that it is so.
DIFFERENT: dict[str, tuple[dict[str, Any], str]] = {
    "five-levels": ({"cpu": "EPYC,+svm,+npt,+la57"}, "grep -qw la57 /proc/cpuinfo"),
    "two-tables": ({"append": "pti=on"}, "grep -qw pti /proc/cpuinfo"),
}


@pytest.mark.parametrize(
    "name", ["five-levels", pytest.param("two-tables", marks=pytest.mark.once)]
)
def test_the_whole_way(
    new_machine: Callable[[Config], Machine], config: Config, name: str
) -> None:
    changes, shown = DIFFERENT[name]
    machine = new_machine(config.with_changes(**changes)).boot()
    machine.check(shown)
    hv = Hv.of(machine)
    hv.ready("test")
    hv.run("alpha", "hello")
    hv.wait_console("alpha", "Hello from cell")
    hv.audit()
    hv.end("alpha")
    hv.disable()
    machine.check("rmmod bulkhead")
