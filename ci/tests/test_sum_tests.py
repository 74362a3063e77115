# SPDX-License-Identifier: GPL-2.0
"""ci/sum_tests counts the summary lines of all kinds of tests."""

import pytest
from sum_tests import count_line


@pytest.mark.parametrize(
    "line, counts",
    [
        ("12 passed, 3 failed", (12, 3)),
        ("lint: 7 passed, 1 failed", (7, 1)),
        ("system tests: 7 passed, 0 failed", (7, 0)),
        ("9 passed in 8.20s", (9, 0)),
        ("2 failed, 7 passed, 1 warning in 15.65s", (7, 2)),
        ("1 failed, 2 passed, 3 skipped, 1 error in 70.35s (0:01:10)", (2, 2)),
        ("====== 3 failed, 4 passed in 1.00s ======", (4, 3)),
        ("| 2 failed, 7 passed in 15.65s", (0, 0)),
        ("ok     test_smoke 6.1 cortex-a57 (9 tests in 7 s)", (0, 0)),
        ("the login failed", (0, 0)),
        ("5 seconds passed", (0, 0)),
    ],
)
def test_count_line(line: str, counts: tuple[int, int]) -> None:
    assert count_line(line) == counts
