# SPDX-License-Identifier: GPL-2.0
"""How long to wait: longer than what is said where the machines are slow or shared."""

import os

from machine.board import Board

_factor = float(os.environ.get("BULKHEAD_PATIENCE", "1"))


def patient(seconds: float) -> float:
    return seconds * _factor


def be_patient_with(board: Board) -> None:
    """Once, in a program whose machines are all of this kind."""
    global _factor
    _factor *= board.slowness
