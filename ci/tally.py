#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Runs the floors of the tests one after the other and sums what they counted.

usage: tally.py [--make MAKE] TARGET[=JOBS]...

Every floor runs, also when one before it failed. Counted are the lines that
say "N passed" and "N failed" (pytest, the host tests, lint); a floor that
fails without counting a failure counts as one. The last line is the sum. With
JOBS, the parts of a floor run at the same time, and print when they are done.
"""

import argparse
import re
import subprocess
import sys
import time

from machine import bound_to_us, die_with_parent

# Only lines which are a summary: both our own form and pytest's.
SUMMARY = re.compile(
    r"^(?:[\w -]+: )?=*\s*(?=\d+ (?:passed|failed|error))"
    r"(?:\d+ \w+(?:, )?)+(?: in [^=]*)?=*$"
)
COUNT = re.compile(r"(\d+) (passed|failed|errors?)\b")


def count_line(line: str) -> tuple[int, int]:
    """(passed, failed) of a summary line; (0, 0) for any other."""
    if not SUMMARY.match(line.strip()):
        return 0, 0
    passed = failed = 0
    for number, what in COUNT.findall(line):
        if what == "passed":
            passed += int(number)
        else:
            failed += int(number)
    return passed, failed


def run_floor(make: str, target: str) -> tuple[int, int]:
    passed = failed = 0
    target, _, jobs = target.partition("=")
    print(f"== {target}", flush=True)
    begin = time.monotonic()
    parallel = [f"-j{jobs}", "-Otarget"] if jobs else []
    options = ["--no-print-directory", "--keep-going", *parallel]
    command = bound_to_us([make, *options, target])
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        for line in process.stdout:
            print(line, end="", flush=True)
            more_passed, more_failed = count_line(line)
            passed += more_passed
            failed += more_failed
    if process.returncode and not failed:
        failed = 1
    seconds = time.monotonic() - begin
    print(f"== {target}: {seconds:.0f} s", flush=True)
    return passed, failed


def main() -> int:
    parser = argparse.ArgumentParser(description="run floors and sum them")
    parser.add_argument("--make", default="make")
    parser.add_argument("targets", nargs="+", metavar="TARGET")
    arguments = parser.parse_args()
    die_with_parent()
    counts = [run_floor(arguments.make, target) for target in arguments.targets]
    passed = sum(count[0] for count in counts)
    failed = sum(count[1] for count in counts)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
