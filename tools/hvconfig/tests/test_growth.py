# SPDX-License-Identifier: GPL-2.0
"""Run time grows about linearly with the size of a system.

The tests count Python instructions instead of time, so results are repeatable.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hvconfig.check.system import check_system
from hvconfig.model import System
from hvconfig.problems import Report
from hvconfig.read import yaml_lines
from hvconfig.read.system import system_from
from hvconfig.show import diff, draw_svg, picture

from tests.helpers import good, to_yaml
from tests.large import large_system

# A system of FACTOR times the size may cost at most MOST times the instructions.
FACTOR, MOST = 4, 5.2


def steps(work: Callable[[], object]) -> int:
    """Returns the number of Python instructions that a function executes."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def examine(text: str) -> System:
    report = Report()
    found = system_from(yaml_lines.parse(text, "x"), report)
    assert found is not None
    check_system(found, report)
    assert not report.errors
    return found


def growth(small: Callable[[], object], large: Callable[[], object]) -> float:
    small()  # fills caches
    return steps(large) / steps(small)


SIZES = {
    "regions": ((8, 40), (8, 160)),
    "cells": ((12, 24), (48, 96)),
}


@pytest.mark.parametrize("what", SIZES)
def test_check(what: str) -> None:
    small, large = (to_yaml(large_system(*x)) for x in SIZES[what])
    assert growth(lambda: examine(small), lambda: examine(large)) < MOST


@pytest.mark.parametrize("what", SIZES)
def test_draw_and_diff(what: str) -> None:
    small, large = (good(large_system(*x)) for x in SIZES[what])

    def draw(system: System) -> Callable[[], object]:
        return lambda: picture.compose(system)

    assert growth(draw(small), draw(large)) < MOST
    assert (
        growth(lambda: diff.changes(small, small), lambda: diff.changes(large, large))
        < MOST
    )


def test_the_picture() -> None:
    """A column per cell has its own cost, so only regions are added."""
    small, large = (picture.compose(good(large_system(*x))) for x in SIZES["regions"])
    assert growth(lambda: draw_svg.render(small), lambda: draw_svg.render(large)) < MOST


def test_the_count_sees_what_grows_too_fast() -> None:
    def quadratic(size: int) -> Callable[[], object]:
        return lambda: [x for x in range(size) if all(x != y for y in range(-size, 0))]

    assert growth(quadratic(40), quadratic(160)) > 3 * FACTOR
