# SPDX-License-Identifier: GPL-2.0
"""Nothing disturbs a real-time cell with direct interrupts: it has no exits.

The figure of "make bench", in a shorter time.
"""

import pytest
from bench.exit_count import exits_of_rt
from bulkhead.hv import Hv


@pytest.mark.timeout(300)
def test_no_exit_in_2000_periods_and_20_lives_of_a_neighbour(enabled: Hv) -> None:
    assert exits_of_rt(enabled, "alpha", 2000, 20) == 0
