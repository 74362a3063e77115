# SPDX-License-Identifier: GPL-2.0
"""The systems in configs/ for a board."""

import functools
import pathlib

from hvconfig.model import System
from hvconfig.read.system import load_system
from machine.board import Board


def system_file(board: Board, name: str) -> pathlib.Path:
    return board.systems / f"{board.name}-{name}.yaml"


@functools.cache
def load(board: Board, name: str) -> System:
    """Loads the board's system of this name."""
    return load_system(str(system_file(board, name)))
