# SPDX-License-Identifier: GPL-2.0
"""Linux gets the rate of the time stamp counter where its own calibration can fail."""

import platform

import pytest
from machine.boards import BOARDS
from machine.config import Config
from machine.tsc import host_tsc_khz

ARGUMENT = "tsc_early_khz="


@pytest.mark.skipif(platform.machine() != "x86_64", reason="it is the host's counter")
def test_the_rate_of_the_host() -> None:
    khz = host_tsc_khz()
    assert 100_000 < khz < 10_000_000 and khz % 1000 == 0
    again = host_tsc_khz.__wrapped__()
    assert abs(again - khz) <= khz / 100
    assert f" {ARGUMENT}{khz} " in Config(board=BOARDS["x86"]).command_line()


def test_a_host_that_runs_no_code_made_by_programs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    monkeypatch.setattr("mmap.mmap", refuse)
    assert host_tsc_khz.__wrapped__() == 0


def test_who_is_not_told() -> None:
    assert ARGUMENT not in Config(board=BOARDS["x86"], exact=True).command_line()
    assert ARGUMENT not in Config(board=BOARDS["arm64"]).command_line()
    # Bochs's counter runs at the rate of its clock, which is in its board.
    assert Config(board=BOARDS["x86-vmx"]).command_line().count(ARGUMENT) == 1
