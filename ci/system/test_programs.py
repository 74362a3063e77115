# SPDX-License-Identifier: GPL-2.0
"""The programs that users start: demo, run, suite. None leaves an emulator behind."""

import os
import pathlib
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from machine.config import Config
from machine.paths import SOURCE
from machine.patience import patient
from machine.process import unlimited
from machine.wait import until

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(config: Config) -> Iterator[Start]:
    started: list[subprocess.Popen[str]] = []
    # A script's background job inherits an ignored SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def run(
        program: str, *arguments: str, stdin: int = subprocess.DEVNULL
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            unlimited([sys.executable, "-m", program, *arguments]),
            cwd=SOURCE,
            env={**os.environ, "PYTHONPATH": f"{SOURCE}/ci:{SOURCE}/tools/hvconfig"},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def children(pid: int) -> list[int]:
    found: list[int] = []
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *children(int(child))]
    return found


def is_emulator(pid: int, config: Config) -> bool:
    try:
        return config.board.program in os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return False


@pytest.mark.once
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("program", ["demo", "run", "suite"])
def test_no_emulator_is_left(
    start: Start, config: Config, program: str, number: signal.Signals
) -> None:
    arch = ("--arch", config.board.key)
    if config.cpu != config.board.cpu:
        pytest.skip("how programs end doesn't depend on the CPU")
    if program == "suite":
        process = start(program, *arch, "--files", "smoke", "--jobs", "1")
    else:
        machine = ("--kernel", config.kernel, "--cpu", config.cpu)
        process = start(program, *arch, *machine)

    def look() -> int | None:
        there = children(process.pid)
        return next((pid for pid in there if is_emulator(pid, config)), None)

    emulator = until("an emulator", look, 60)
    if number == signal.SIGINT:  # a terminal sends it to the foreground process group
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    process.wait(patient(15))
    until("its end", lambda: not is_emulator(emulator, config) or None)


@pytest.mark.timeout(300)
def test_the_demo_goes_through(start: Start, config: Config) -> None:
    machine = ("--kernel", config.kernel, "--cpu", config.cpu)
    process = start("demo", "--arch", config.board.key, *machine)
    said, _ = process.communicate(timeout=patient(290))
    assert process.returncode == 0, said
    assert "The demo succeeded" in said


@pytest.mark.once
@pytest.mark.timeout(300)
def test_a_shell_in_the_machine(start: Start, config: Config) -> None:
    machine = ("--arch", config.board.key, "--kernel", config.kernel)
    process = start("run", *machine, "--cpu", config.cpu, stdin=subprocess.PIPE)
    assert process.stdin and process.stdout
    said = ""
    while "machine ready" not in said:
        said += process.stdout.readline() or pytest.fail(f"it ended:\n{said}")
    process.stdin.write("insmod /lib/modules/bulkhead.ko; hvctl check; poweroff -f\n")
    process.stdin.flush()
    said, _ = process.communicate(timeout=patient(120))
    assert "No requirement is missing among those that could be checked." in said
    assert process.returncode == 0, said
