# SPDX-License-Identifier: GPL-2.0
"""Time-outs, which are longer on slow emulators and busy hosts (BULKHEAD_PATIENCE)."""

import os

from machine.board import Board

_factor = float(os.environ.get("BULKHEAD_PATIENCE", "1"))


def patient(seconds: float) -> float:
    return seconds * _factor


def be_patient_with(board: Board) -> None:
    """Multiplies all time-outs by the board's slowness. Call once in a program."""
    global _factor
    _factor *= board.slowness
