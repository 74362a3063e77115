# SPDX-License-Identifier: GPL-2.0
"""The emulated machines, by their names on command lines."""

from machine.boards.arm64 import UNKIND, VIRT
from machine.boards.x86 import BOCHS, Q35

BOARDS = {board.key: board for board in (VIRT, UNKIND, Q35, BOCHS)}
