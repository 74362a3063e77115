# SPDX-License-Identifier: GPL-2.0
"""This terminal as the serial line of a machine whose emulator can't do that itself."""

import codecs
import os
import select
import sys
import termios
import tty

from machine.qemu import Machine

ESCAPE = b"\x01"  # Ctrl-A, as with QEMU
PAUSE = 0.2  # between two looks whether the machine has ended


class Keys:
    """What is typed, but for what is meant for us: Ctrl-A X. Ctrl-A twice is one."""

    def __init__(self) -> None:
        self.end = False
        self._escaped = False
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def take(self, data: bytes) -> str:
        """What the machine gets of it."""
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
    """Until the machine ends, or Ctrl-A X is typed."""
    keys, typing = Keys(), True
    while not machine.has_ended and not keys.end:
        ready, _, _ = select.select([sys.stdin] if typing else [], [], [], PAUSE)
        if ready:
            data = os.read(sys.stdin.fileno(), 1024)
            typing = bool(data)
            machine.console.send(keys.take(data))


def attach(machine: Machine) -> None:
    """As it is typed, if it is typed; the terminal is as before when it ends."""
    if not sys.stdin.isatty():
        converse(machine)
        return
    before = termios.tcgetattr(sys.stdin)
    tty.setraw(sys.stdin)
    try:
        converse(machine)
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
