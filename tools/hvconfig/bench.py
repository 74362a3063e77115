#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Measures the run time of hvconfig; fails if it exceeds the promised limits.

It measures CPU time, which depends little on the load of the machine.
"""

import pathlib
import resource
import subprocess
import sys
import tempfile

from tests.helpers import to_yaml
from tests.large import large_system

SHELL = pathlib.Path(__file__).with_name("hvconfig.sh")
CELLS = 64
REGIONS = (100, 250, 500, 1000, 2000)
HELP_SECONDS, CHECK_SECONDS = 0.3, 2.0


def seconds(*words: str) -> float:
    """The shortest of three runs."""
    found = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([str(SHELL), *words], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        found.append(used)
    return min(found)


def main() -> int:
    start = seconds("--help")
    print(f"hvconfig --help: {start:.2f} s (promised: {HELP_SECONDS} s)\n")
    print(f"{CELLS} cells with   check     build      draw      diff")
    slowest = 0.0
    with tempfile.TemporaryDirectory() as directory:
        system, blob, picture = (
            f"{directory}/{x}" for x in ("x.yaml", "x.bin", "x.svg")
        )
        for regions in REGIONS:
            text = to_yaml(large_system(CELLS, regions))
            pathlib.Path(system).write_text(text)
            figures = (
                seconds("check", system),
                seconds("build", system, "-o", blob),
                seconds("draw", system, "-o", picture),
                seconds("diff", system, system),
            )
            slowest = max(slowest, figures[0])
            shown = "".join(f"{figure:8.2f} s" for figure in figures)
            print(f"{regions:5} regions{shown}")
    print(f"\npromised for check: {CHECK_SECONDS} s")
    return 0 if start < HELP_SECONDS and slowest < CHECK_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
