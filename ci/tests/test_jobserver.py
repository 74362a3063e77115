# SPDX-License-Identifier: GPL-2.0
"""A client of make's jobserver takes only existing tokens, and returns them."""

import os
import pathlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from jobserver import Slots
from machine.paths import SOURCE

Pipe = tuple[int, int]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    """The pipe of a jobserver, with one token."""
    ends = os.pipe()
    os.set_blocking(ends[0], False)
    os.write(ends[1], b"+")
    yield ends
    for end in ends:
        os.close(end)


def flags(pipe: Pipe) -> str:
    return f" -j2 --jobserver-auth={pipe[0]},{pipe[1]} --no-print-directory"


def test_our_own_place_comes_first(pipe: Pipe) -> None:
    with Slots(flags(pipe)).take():
        assert os.read(pipe[0], 2) == b"+"
        os.write(pipe[1], b"+")


def test_the_token_is_given_back(pipe: Pipe) -> None:
    slots = Slots(flags(pipe))
    with slots.take(), slots.take():
        with pytest.raises(BlockingIOError):
            os.read(pipe[0], 1)
    assert os.read(pipe[0], 2) == b"+"


def test_the_third_waits(pipe: Pipe) -> None:
    slots = Slots(flags(pipe))
    there = threading.Event()

    def third() -> None:
        with slots.take():
            there.set()

    thread = threading.Thread(target=third)
    with slots.take(), slots.take():
        thread.start()
        assert not there.wait(1)
    assert there.wait(10)
    thread.join()


def test_without_a_jobserver_nobody_waits() -> None:
    slots = Slots("w")
    with ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(slots.take())


PROGRAM = """
import os
from jobserver import Slots
slots = Slots(os.environ["MAKEFLAGS"])
with slots.take(), slots.take():
    print("two")
"""


def test_with_the_real_make(tmp_path: pathlib.Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "Makefile").write_text(f"all:\n\t+@{sys.executable} program.py\n")
    said = subprocess.run(
        ["make", "--no-print-directory", "-j2"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE / "ci")},
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout == "two\n" and not said.stderr
