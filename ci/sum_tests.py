#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Has make run the floors of the tests, and sums what they counted.

usage: sum_tests.py [--make MAKE] [--jobs JOBS] TARGET...

Every floor runs, also when another one failed; JOBS of their parts run at the
same time, and print when they are done. Counted are the lines that say "N
passed" and "N failed" (pytest, the host tests, lint); if something fails and
nothing was counted, that is one failure. Last come make's words about what
failed, and the sum.
"""

import argparse
import re
import subprocess
import sys
import time

from machine.process import bound_to_us, die_with_parent

# Only lines which are a summary: both our own form and pytest's.
SUMMARY = re.compile(
    r"^(?:[\w -]+: )?=*\s*(?=\d+ (?:passed|failed|error))"
    r"(?:\d+ \w+(?:, )?)+(?: in [^=]*)?=*$"
)
MAKE_FAILURE = re.compile(r"make(?:\[\d+\])?: \*\*\* ")
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


def run_floors(make: str, jobs: int, targets: list[str]) -> tuple[int, int]:
    passed = failed = 0
    words: list[str] = []
    options = ["--no-print-directory", "--keep-going", f"-j{jobs}", "-Otarget"]
    command = bound_to_us([make, *options, *targets])
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        for line in process.stdout:
            print(line, end="", flush=True)
            more_passed, more_failed = count_line(line)
            passed += more_passed
            failed += more_failed
            if MAKE_FAILURE.match(line):
                words.append(line)
    if process.returncode and not failed:
        failed = 1
    print("".join(words), end="")
    return passed, failed


def main() -> int:
    parser = argparse.ArgumentParser(description="run floors and sum them")
    parser.add_argument("--make", default="make")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("targets", nargs="+", metavar="TARGET")
    arguments = parser.parse_args()
    die_with_parent()
    begin = time.monotonic()
    passed, failed = run_floors(arguments.make, arguments.jobs, arguments.targets)
    print(f"in {time.monotonic() - begin:.0f} s:")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
