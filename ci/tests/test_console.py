# SPDX-License-Identifier: GPL-2.0
"""Kernel messages are separated from programs' output, however the bytes arrive."""

import pathlib
import socket

import pytest
from machine import console
from machine.console import Console, ConsoleError, ConsoleTimeout


class Line:
    def __init__(self, directory: pathlib.Path) -> None:
        ours, self.machine = socket.socketpair()
        self.console = Console(ours, directory / "log")

    def says(self, text: str) -> None:
        self.machine.sendall(text.encode())

    def hangs_up(self) -> None:
        self.machine.close()


@pytest.fixture
def line(tmp_path: pathlib.Path) -> Line:
    return Line(tmp_path)


def test_a_message_within_a_line_is_taken_out(line: Line) -> None:
    line.says("abc[    1.234567] psci: CPU3 killed\r\ndef\r\n")
    line.console.wait_for("^abcdef\n", 5)
    assert line.console.kernel_messages == ["[    1.234567] psci: CPU3 killed"]


def test_a_message_in_pieces_is_taken_out(line: Line) -> None:
    for piece in "x[   12.345678] one [2] three\r\ny\r\n":
        line.says(piece)
    line.console.wait_for("^xy\n", 5)
    assert line.console.kernel_messages == ["[   12.345678] one [2] three"]


def test_brackets_of_programs_stay(line: Line) -> None:
    line.says("a[0] = [ 12 ] [1.5] [x\r\n[end")
    line.hangs_up()
    line.console.wait_for(r"^a\[0\] = \[ 12 \] \[1\.5\] \[x\n\[end$", 5)
    assert not line.console.kernel_messages


def test_each_wait_goes_on_after_the_last(line: Line) -> None:
    line.says("one\none\n")
    first = line.console.wait_for("^one$", 5)
    assert line.console.wait_for("^one$", 5).start() > first.start()
    with pytest.raises(ConsoleTimeout):
        line.console.wait_for("^one$", 0.05)


def test_a_panic_ends_the_waiting(line: Line) -> None:
    line.says("[    1.000000] Kernel panic - not syncing: sysrq\n")
    with pytest.raises(ConsoleError, match="Kernel panic - not syncing: sysrq"):
        line.console.wait_for("never", 5)
    assert "sysrq" in line.console.wait_for_kernel("panic", 5)


def test_a_machine_that_is_gone_ends_the_waiting(line: Line) -> None:
    line.hangs_up()
    with pytest.raises(ConsoleError, match="has ended"):
        line.console.wait_for("never", 5)


def test_a_machine_that_prints_without_end_is_left(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "MAX_BYTES", 1 << 20)
    line.machine.settimeout(1)
    with pytest.raises(TimeoutError):
        while True:
            line.says("flood\n" * 10000)
    with pytest.raises(ConsoleError, match="more than 1048576 bytes"):
        line.console.wait_for("never", 5)
