#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Runs the system tests: each test file in each machine, several at a time.

A job is one test file in one machine: a pytest process with an emulator of its own. On
a board that boots slowly, all files are one job. The slowest jobs, by the last run's
record or by the list below, start first. Under make each job takes a slot of its
jobserver. The output of failed jobs is printed in full; the last line has the sum.

Without --all a failed job is repeated alone at the end, because a busy host can disturb
an emulated machine. A job that then passes is named UNSTEADY; its cause is to be found.
If more than a few jobs failed, none is repeated.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from inapplicable import INAPPLICABLE
from jobserver import Slots
from machine.board import OTHER_FILES, Board
from machine.boards import BOARDS
from machine.paths import BUILD, SOURCE
from machine.process import die_with_parent
from sum_tests import count_line

TESTS = SOURCE / "ci" / "system"
LOGS = BUILD / "logs"
UNSTEADY = 2  # the most failed jobs that are repeated
# The order of files without a recorded time; others come after these.
SLOWEST = ["linux", "cycles", "isolation", "kill", "programs", "wrong_machines"]
# Files whose CPUs mostly wait for each other: emulating these in parallel costs twice
# as much. Their CPUs take turns, except in the first machine.
TURNS = [
    *("blobs", "kill", "life", "refusals", "rights", "smoke", "uevents"),
    *("wrong_machines", "cells", "cpus", "power", "lock", "unload", "kexec"),
]


@dataclass(frozen=True)
class Job:
    files: tuple[pathlib.Path, ...]
    board: Board
    kernel: str
    cpu: str
    brief: bool
    thorough: bool

    def __str__(self) -> str:
        names = "+".join(file.stem for file in self.files)
        return f"{names} {self.kernel} {self.cpu}{self.board.flavour}"

    @property
    def options(self) -> list[str]:
        turns = self.brief and self.files[0].stem.removeprefix("test_") in TURNS
        depth = ["--brief"] * self.brief + ["--thorough"] * self.thorough
        return depth + ["--turns"] * turns

    def keep_logs(self) -> pathlib.Path:
        """Moves the machines' logs, so that the repetition does not overwrite them."""
        kept = LOGS / "first"
        machine = f"{self.kernel}-{self.cpu}{self.board.flavour}"
        kept.mkdir(parents=True, exist_ok=True)
        for file in self.files:
            for log in LOGS.glob(f"{file.stem}-{machine}-[0-9]*.log"):
                log.replace(kept / log.name)
        return kept


@dataclass(frozen=True)
class Outcome:
    passed: int
    failed: int
    seconds: float


class Suite:
    def __init__(self, pytest_arguments: list[str]) -> None:
        self._arguments = pytest_arguments
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[str]] = set()
        self._stopping = False
        self._slots = Slots(os.environ.pop("MAKEFLAGS", ""))

    def run(self, job: Job) -> Outcome:
        with self._slots.take():
            return self._run(job)

    def _run(self, job: Job) -> Outcome:
        command = [sys.executable, "-m", "pytest", "-q", "--color=no", "-rfE"]
        command += ["--tb=short", *map(str, job.files)]
        command += ["--arch", job.board.key, "--kernel", job.kernel, "--cpu", job.cpu]
        command += self._arguments
        command += job.options
        begin = time.monotonic()
        # conftest.py makes the process die with this program. setpriv cannot: its
        # signal comes when the starting thread ends, which is earlier. The session is
        # new, so that Ctrl-C interrupts only this program; stop() ends the process.
        process = subprocess.Popen(
            command,
            cwd=SOURCE,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        with self._lock:
            self._running.add(process)
            if self._stopping:
                process.terminate()
        output, _ = process.communicate()
        with self._lock:
            self._running.discard(process)
            if self._stopping:
                return Outcome(0, 0, 0)
        return self._report(job, process.returncode, output, time.monotonic() - begin)

    def _report(self, job: Job, status: int, output: str, seconds: float) -> Outcome:
        counts = [count_line(line) for line in output.splitlines()]
        passed = sum(count[0] for count in counts)
        failed = sum(count[1] for count in counts)
        # 5: no tests were collected, because none is for this machine.
        if status not in (0, 5) and not failed:
            failed = 1
        with self._lock:
            word = "FAILED" if failed else "ok"
            print(f"{word:6} {job} ({passed + failed} tests in {seconds:.0f} s)")
            if failed:
                print("\n".join(f"| {line}" for line in output.splitlines()))
            sys.stdout.flush()
        return Outcome(passed, failed, seconds)

    def stop(self) -> None:
        """Terminates the running jobs, with their machines; kills what remains."""
        with self._lock:
            self._stopping = True
            running = list(self._running)
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def recorded_times(path: pathlib.Path) -> dict[str, float]:
    try:
        times: dict[str, float] = json.loads(path.read_text())
        return times
    except (OSError, ValueError):
        return {}


def guessed_time(job: Job) -> float:
    if len(job.files) > 1:
        return len(SLOWEST) + 1
    name = job.files[0].stem.removeprefix("test_")
    place = SLOWEST.index(name) if name in SLOWEST else len(SLOWEST)
    return (len(SLOWEST) - place) / (2 if job.brief else 1)


def test_files(board: Board, names: Sequence[str]) -> list[pathlib.Path]:
    """The files of these names, all of them if there are none, that fit the board."""
    files = sorted(TESTS.glob("test_*.py"))
    return [
        file
        for file in files
        if (not names or file.stem.removeprefix("test_") in names)
        and file.stem not in INAPPLICABLE[board.key]
    ]


def jobs_of(board: Board, everything: bool, only: Sequence[str]) -> list[Job]:
    """The board's jobs.

    Tests that hardly depend on the machine run in its first machines. With everything,
    the usual machines run all tests, the slow ones too, and the others some files.
    """
    jobs = []
    in_full = board.machines if everything else board.machines[: board.in_full]
    for machine in board.machines + (board.other_machines if everything else ()):
        usual = machine in board.machines
        names = (
            (board.all_files if everything else board.files) if usual else OTHER_FILES
        )
        files = test_files(board, only or names)
        groups = [tuple(files)] if board.boots_once else [(file,) for file in files]
        jobs += [
            Job(
                group,
                board,
                *machine,
                brief=machine not in in_full,
                thorough=everything and usual,
            )
            for group in groups
            if group
        ]
    return jobs


def try_again(
    jobs: Sequence[Job], outcomes: list[Outcome], run: Callable[[Job], Outcome]
) -> list[Outcome]:
    """Repeats failed jobs alone, and returns the outcomes with theirs replaced."""
    failed = [place for place, outcome in enumerate(outcomes) if outcome.failed]
    if len(failed) > UNSTEADY:
        return outcomes
    for place in failed:
        print(f"repeat: {jobs[place]}; the first logs are in {jobs[place].keep_logs()}")
        outcomes[place] = run(jobs[place])
        if not outcomes[place].failed:
            print(f"UNSTEADY {jobs[place]}: failed, then passed alone", flush=True)
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(description="run the system tests")
    parser.add_argument("--arch", choices=BOARDS, default=["arm64"], nargs="+")
    parser.add_argument("--all", action="store_true", help="in every machine")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument(
        "--files", nargs="*", default=(), metavar="NAME", help="test_NAME.py"
    )
    parser.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    arguments = parser.parse_args()
    die_with_parent()

    boards = [BOARDS[key] for key in arguments.arch]
    record = BUILD / boards[0].arch / "suite-times.json"
    times = recorded_times(record)
    jobs = [
        job
        for board in boards
        for job in jobs_of(board, arguments.all, arguments.files)
    ]
    jobs.sort(key=lambda job: -times.get(str(job), guessed_time(job)))

    suite = Suite(arguments.pytest)
    pool = ThreadPoolExecutor(arguments.jobs)
    try:
        outcomes = list(pool.map(suite.run, jobs))
        if not arguments.all:
            outcomes = try_again(jobs, outcomes, suite.run)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        suite.stop()
        pool.shutdown()
    times.update({str(j): round(o.seconds, 1) for j, o in zip(jobs, outcomes)})
    record.write_text(json.dumps(times, indent=1, sort_keys=True) + "\n")

    passed = sum(outcome.passed for outcome in outcomes)
    failed = sum(outcome.failed for outcome in outcomes)
    print(f"system tests: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
