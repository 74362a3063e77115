# SPDX-License-Identifier: GPL-2.0
"""Typed keys reach the machine, except the escape sequence Ctrl-A X."""

import io
import os
import pathlib
import pty
import socket
import subprocess
import sys
import termios

from machine.console import Console
from machine.paths import SOURCE
from machine.terminal import Keys

# A model of a machine that prints the input of its serial line.
PROGRAM = """
import socket, sys, threading, types
sys.path.insert(0, "ci")
from machine import terminal
ours, theirs = socket.socketpair()
def echo():
    while data := theirs.recv(100):
        sys.stdout.write(f"got {data!r}\\n")
        sys.stdout.flush()
threading.Thread(target=echo, daemon=True).start()
console = types.SimpleNamespace(send=lambda text: ours.sendall(text.encode()))
print("ready", flush=True)
terminal.attach(types.SimpleNamespace(console=console, has_ended=False))
"""


def test_keys_reach_the_machine() -> None:
    keys = Keys()
    assert keys.take(b"ls\r") == "ls\r"
    assert keys.take(b"\x03\x04") == "\x03\x04"
    assert keys.take("größe".encode()[:3]) == "gr"  # a character in two pieces
    assert keys.take("größe".encode()[3:]) == "öße"
    assert not keys.end


def test_the_escape_key() -> None:
    keys = Keys()
    assert keys.take(b"a\x01") == "a"
    assert keys.take(b"\x01b\x01c") == "\x01b"
    assert not keys.end
    keys.take(b"\x01")
    keys.take(b"x")
    assert keys.end


def test_what_the_machine_says_is_copied(tmp_path: pathlib.Path) -> None:
    ours, theirs = socket.socketpair()
    screen = io.BytesIO()
    console = Console(ours, tmp_path / "log", screen)
    theirs.sendall(b"[    1.000000] hello\r\n# ")
    theirs.close()
    console.close()
    assert screen.getvalue() == b"[    1.000000] hello\r\n# "


def read_until(end: int, wanted: bytes) -> bytes:
    said = b""
    while wanted not in said:
        said += os.read(end, 1000)
    return said


def test_the_terminal_is_as_before() -> None:
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=SOURCE, stdin=theirs, stdout=theirs
    )
    read_until(ours, b"ready")
    while termios.tcgetattr(theirs)[3] & termios.ICANON:
        assert process.poll() is None
    os.write(ours, b"\x03")
    read_until(ours, b"got b'\\x03'")
    os.write(ours, b"\x01x")
    assert process.wait(60) == 0
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)
