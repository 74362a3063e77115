# SPDX-License-Identifier: GPL-2.0
"""The figures: what the hypervisor costs, exactly, beside a native run.

Counted are instructions: on arm64 by the emulator's clock where one CPU is
concerned, everywhere else by a plugin for each CPU. Prints a table and writes
build/bench/ARCH.json.

    --profile   arm64, instead: in which functions management spends its instructions
    --short     arm64: 200 periods and 2 cycles for the exits, to try things out
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
    parser = argparse.ArgumentParser(description="measure")
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
        # Imported here: another architecture's module needs what may not be built.
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
