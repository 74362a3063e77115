# SPDX-License-Identifier: GPL-2.0
"""Connects this terminal to a machine whose emulator cannot do that itself."""

import codecs
import os
import select
import sys
import termios
import tty

from machine.qemu import Machine

ESCAPE = b"\x01"  # Ctrl-A, as with QEMU
PAUSE = 0.2  # seconds between two checks whether the machine has ended


class Keys:
    """Typed keys without escape sequences: Ctrl-A X ends, Ctrl-A Ctrl-A sends one."""

    def __init__(self) -> None:
        self.end = False
        self._escaped = False
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def take(self, data: bytes) -> str:
        """Returns the part of the input that goes to the machine."""
        kept = b""
        for number in data:
            key = bytes([number])
            if self._escaped:
                self._escaped = False
                self.end = self.end or key in b"xX"
                kept += ESCAPE if key == ESCAPE else b""
            elif key == ESCAPE:
                self._escaped = True
            else:
                kept += key
        return self._decoder.decode(kept)


def converse(machine: Machine) -> None:
    """Sends typed keys until the machine ends or Ctrl-A X is typed."""
    keys, typing = Keys(), True
    while not machine.has_ended and not keys.end:
        ready, _, _ = select.select([sys.stdin] if typing else [], [], [], PAUSE)
        if ready:
            data = os.read(sys.stdin.fileno(), 1024)
            typing = bool(data)
            machine.console.send(keys.take(data))


def attach(machine: Machine) -> None:
    """Converses in raw mode if standard input is a terminal, and restores its mode."""
    if not sys.stdin.isatty():
        converse(machine)
        return
    before = termios.tcgetattr(sys.stdin)
    tty.setraw(sys.stdin)
    try:
        converse(machine)
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
