# SPDX-License-Identifier: GPL-2.0
"""Time-outs are multiplied by the user's factor and by the board's slowness."""

import pytest
from machine import patience
from machine.boards import BOARDS


def test_time_outs_of_slow_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "_factor", 2.0)
    patience.be_patient_with(BOARDS["arm64"])
    assert patience.patient(10) == 20
    patience.be_patient_with(BOARDS["x86-vmx"])
    assert patience.patient(10) == 60
