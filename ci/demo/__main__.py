# SPDX-License-Identifier: GPL-2.0
"""The demonstrations: a real-time cell beside Linux, or a second Linux.

Boots a machine and runs the steps, with each command and its output on the screen. The
result of each step is checked. The exit code is 0 if every result was as expected.
"""

import argparse
import re
import sys
import time
from collections.abc import Callable

from bulkhead.linux_cell import linux_config
from bulkhead.systems import load
from demo.linux import linux_steps, outlive_root
from demo.step import ONLINE, Step
from machine.board import Board
from machine.boards import BOARDS
from machine.config import Config
from machine.console import ConsoleError, ConsoleTimeout
from machine.emulators import machine_of
from machine.errors import MachineError
from machine.patience import be_patient_with, patient
from machine.process import die_with_parent
from machine.qemu import Machine


REPORT = r"(?:^rt-timer: .*periods.*\n[^$]*?){2}"  # two lines of the cell's report
HOSTILE = "/lib/bulkhead/hostile.bin"


def main_steps(board: Board) -> list[Step]:
    hypervisor = f"{load(board, 'demo').hypervisor.start:#x}"
    return [
        Step(
            "The machine: a stock Debian kernel on four CPUs", "uname -a; nproc", "^4$"
        ),
        Step("Load the module", "insmod /lib/modules/bulkhead.ko"),
        Step(
            "Check whether this machine is ready for the system 'demo'",
            "hvctl check demo",
            r"^This machine is ready\.$",
        ),
        Step(
            "Move all CPUs under the hypervisor; Linux keeps running",
            "hvctl enable demo",
            "is enabled",
        ),
        Step("Show the state", "hvctl status", r"^state: +enabled$"),
        Step("Give CPU 3 and 16 MiB to a real-time cell", "hvctl cell create rt"),
        Step("Linux runs without CPU 3", ONLINE, "^0-2$"),
        Step("Load its program", "hvctl cell load rt /lib/bulkhead/rt-timer.bin"),
        Step(
            "Start it: a timer interrupt every 2 ms",
            "hvctl cell start rt period_us=2000",
        ),
        Step(
            "Follow its console (Ctrl-C ends)",
            "hvctl cell console -f rt",
            "rt-timer: a period of 2000 us",
            until=REPORT,
        ),
        Step("Keep Linux busy with arithmetic, forks and files", "load start light"),
        Step(
            "The cell keeps running (late if the emulator's host is busy)",
            "sleep 3; hvctl cell console rt | tail -n 3",
        ),
        Step(
            "Watch its exits by reason (Ctrl-C ends)",
            "hvctl cell stats --watch rt",
            until=r"(?:CPU 3[^$]*?){3}",
        ),
        Step("Run a second cell", "hvctl cell run hello /lib/bulkhead/hello.bin"),
        Step("Its output", "sleep 1; hvctl cell console hello", "^Hello from cell"),
        Step("List both cells", "hvctl cell list", "rt +running"),
        Step(
            "Shut the second cell down and destroy it",
            "hvctl cell shutdown hello && hvctl cell destroy hello",
            "is destroyed",
        ),
        Step("End the load", "load stop"),
        Step("Shut the real-time cell down", "hvctl cell shutdown rt", "is shut down"),
        Step(
            "Its last line of output",
            "hvctl cell console rt | tail -n 1",
            "^rt-timer summary: [1-9][0-9]+ periods",
        ),
        Step("Return its CPU and memory", "hvctl cell destroy rt", "is destroyed"),
        Step("Linux has CPU 3 again", ONLINE, "^0-3$"),
        Step(
            "Run a cell that writes to the hypervisor's memory",
            f"hvctl cell run stray {HOSTILE} attack=write addr={hypervisor}",
        ),
        Step(
            "The cell was stopped, for this reason",
            "sleep 1; hvctl cell list",
            f"guest address {hypervisor}\n(?:.*\n)*.*belongs to the hypervisor",
        ),
        Step("Destroy it", "hvctl cell destroy stray", "is destroyed"),
        Step("Show the hypervisor's log", "hvctl log | tail -n 8", "destroyed"),
        Step("Return the whole machine to Linux", "hvctl disable", "is disabled"),
        Step("Unload the module", "rmmod bulkhead"),
        Step("Linux has all CPUs", ONLINE, "^0-3$"),
    ]


class Screen:
    """Prints titles and commands, in colours on a terminal."""

    def __init__(self) -> None:
        self._colours = sys.stdout.isatty()

    def _print(self, colour: str, text: str) -> None:
        if self._colours:
            text = f"\033[{colour}m{text}\033[0m"
        print(text, flush=True)

    def title(self, text: str) -> None:
        self._print("1;36", f"\n--- {text}")

    def command(self, text: str) -> None:
        self._print("1", f"# {text}")

    def problem(self, text: str) -> None:
        self._print("1;31", f"!!! {text}")

    def result(self, good: bool, text: str) -> None:
        self._print("1;32" if good else "1;31", text)


def follow(machine: Machine, step: Step) -> tuple[int, str]:
    """Runs the step's command and prints its output line by line."""
    job = machine.begin(step.command)
    deadline = time.monotonic() + patient(step.timeout)
    shown = 0
    interrupted = False
    while True:
        try:
            status, output = job.finish(0.1)
            break
        except ConsoleTimeout:
            if time.monotonic() > deadline:
                job.interrupt()
                raise
            output = job.output_so_far
        lines = output[: output.rfind("\n") + 1]
        print(lines[shown:], end="", flush=True)
        shown = max(shown, len(lines))
        if step.until and not interrupted and re.search(step.until, output, re.M):
            job.interrupt()
            interrupted = True
    if rest := output[shown:]:
        print(rest)
    return status, output


def walk(machine: Machine, steps: list[Step], screen: Screen) -> list[str]:
    """Runs the steps up to the first failure; returns the title of the failed step."""
    for step in steps:
        screen.title(step.title)
        screen.command(step.command)
        try:
            status, output = follow(machine, step)
        except (ConsoleError, MachineError) as error:
            screen.problem(str(error))
            return [step.title]
        if not step.until and status != step.status:
            screen.problem(f"exit code {status}, expected {step.status}")
            return [step.title]
        if step.expect and not re.search(step.expect, output, re.MULTILINE):
            screen.problem(f"the output does not match {step.expect!r}")
            return [step.title]
    return []


def timed(action: Callable[[], object]) -> float:
    begin = time.monotonic()
    action()
    return time.monotonic() - begin


def main() -> int:
    parser = argparse.ArgumentParser(description="run a demonstration")
    parser.add_argument("--arch", choices=BOARDS, default="arm64")
    parser.add_argument("--kernel", default="6.1")
    parser.add_argument("--cpu", default="", help="default: the board's")
    parser.add_argument("--demo", choices=("main", "linux"), default="main")
    arguments = parser.parse_args()
    die_with_parent()

    screen = Screen()
    linux = arguments.demo == "linux"
    board = BOARDS[arguments.arch]
    be_patient_with(board)
    steps = linux_steps(board) if linux else main_steps(board)
    config = Config(
        board=board,
        kernel=arguments.kernel,
        cpu=arguments.cpu,
        append="bulkhead.loglevel=5",
    )
    name = f"demo-{config.kernel}-{config.cpu}"
    machine = machine_of(linux_config(config) if linux else config, name)
    try:
        screen.title(f"Boot stock Linux {config.kernel} on an emulated {config.cpu}")
        print(f"(booted in {timed(machine.boot):.0f} s)")
        broken = walk(machine, steps, screen)
        if linux and not broken:
            screen.title("Root panics; the cell keeps running")
            print(outlive_root(machine))
    except (ConsoleError, MachineError) as error:
        screen.problem(str(error))
        broken = ["boot"]
    except KeyboardInterrupt:
        return 130
    finally:
        machine.close()

    print()
    if broken:
        screen.result(False, f"The demo failed at: {', '.join(broken)}")
        print(f"The machine's console: {machine.console_log}")
        return 1
    screen.result(True, f"The demo succeeded: {len(steps)} steps")
    return 0


if __name__ == "__main__":
    sys.exit(main())
