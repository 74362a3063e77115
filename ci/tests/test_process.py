# SPDX-License-Identifier: GPL-2.0
"""The memory limit of tests, and the exemption of emulators."""

import subprocess
import sys

from machine.paths import SOURCE

SCRIPT = """
import subprocess, sys
sys.path.insert(0, "ci")
from machine.process import limit_memory, unlimited
limit_memory(1 << 30)
big = "bytearray(2 << 30)"
try:
    eval(big)
except MemoryError:
    print("limited")
subprocess.run(unlimited([sys.executable, "-c", big]), check=True)
print("child free")
"""


def test_a_test_that_eats_memory_fails_alone() -> None:
    said = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=SOURCE,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split("\n")[:2] == ["limited", "child free"]
