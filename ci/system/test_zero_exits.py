# SPDX-License-Identifier: GPL-2.0
"""A real-time cell with direct interrupts has no exits: the figure of "make bench" with
fewer periods."""

import pytest
from bench.exit_count import exits_of_rt
from bulkhead.hv import Hv


@pytest.mark.timeout(300)
def test_no_exit_in_2000_periods_and_20_lives_of_a_neighbour(enabled: Hv) -> None:
    assert exits_of_rt(enabled, "alpha", 2000, 20) == 0


@pytest.mark.thorough
@pytest.mark.timeout(1800)
def test_no_exit_in_10000_periods_and_200_lives_of_a_neighbour(enabled: Hv) -> None:
    assert exits_of_rt(enabled, "alpha", 10000, 200) == 0
