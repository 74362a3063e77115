# SPDX-License-Identifier: GPL-2.0
"""Measures the hypervisor's cost in instructions, beside a native run.

On arm64, figures of a single CPU come from the emulator's clock; all others come from a
plugin that counts the instructions of each CPU. Prints a table and writes
build/bench/ARCH.json.

    --profile   arm64, instead: the functions in which management spends instructions
    --short     arm64: count exits over only 200 periods and 2 cycles
"""

import argparse
import importlib
import sys

from bench.table import show, write
from machine.boards import BOARDS
from machine.console import ConsoleError
from machine.errors import MachineError
from machine.process import die_with_parent


ARCHITECTURES = sorted({board.arch for board in BOARDS.values()})


def main() -> int:
    parser = argparse.ArgumentParser(description="measure the hypervisor's cost")
    parser.add_argument("--arch", choices=ARCHITECTURES, default="arm64")
    parser.add_argument("--profile", action="store_true", help="functions, instead")
    parser.add_argument("--short", action="store_true", help="few periods and cycles")
    arguments = parser.parse_args()
    die_with_parent()
    try:
        if arguments.profile:
            from bench import profile

            profile.main()
            return 0
        # Imported here: an architecture's module needs its build.
        measured = importlib.import_module(f"bench.{arguments.arch}")
        results = measured.measure(arguments.short)
        show(measured.FIGURES, results)
        write(measured.FIGURES, results, arguments.arch)
    except (MachineError, ConsoleError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
