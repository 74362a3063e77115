#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Runs make on the targets of tests, and sums their results.

usage: sum_tests.py [--make MAKE] [--jobs JOBS] TARGET...

Every target is made, even if another one failed; up to JOBS recipes run at a time and
print when they are done. The sum counts the lines "N passed" and "N failed" of pytest,
the host tests and lint; a target that fails without such a line counts as one failure.
The output ends with make's messages about failed targets, and the sum.
"""

import argparse
import re
import subprocess
import sys
import time

from machine.process import bound_to_us, die_with_parent

# A summary line, in the form of this project or of pytest.
SUMMARY = re.compile(
    r"^(?:[\w -]+: )?=*\s*(?=\d+ (?:passed|failed|error))"
    r"(?:\d+ \w+(?:, )?)+(?: in [^=]*)?=*$"
)
MAKE_FAILURE = re.compile(r"make(?:\[\d+\])?: \*\*\* ")
COUNT = re.compile(r"(\d+) (passed|failed|errors?)\b")


def count_line(line: str) -> tuple[int, int]:
    """Returns (passed, failed) of a summary line; (0, 0) for any other line."""
    if not SUMMARY.match(line.strip()):
        return 0, 0
    passed = failed = 0
    for number, what in COUNT.findall(line):
        if what == "passed":
            passed += int(number)
        else:
            failed += int(number)
    return passed, failed


def make_and_sum(make: str, jobs: int, targets: list[str]) -> tuple[int, int]:
    passed = failed = 0
    messages: list[str] = []
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
                messages.append(line)
    if process.returncode and not failed:
        failed = 1
    print("".join(messages), end="")
    return passed, failed


def main() -> int:
    parser = argparse.ArgumentParser(description="make test targets and sum results")
    parser.add_argument("--make", default="make")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("targets", nargs="+", metavar="TARGET")
    arguments = parser.parse_args()
    die_with_parent()
    begin = time.monotonic()
    passed, failed = make_and_sum(arguments.make, arguments.jobs, arguments.targets)
    print(f"in {time.monotonic() - begin:.0f} s:")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
