# SPDX-License-Identifier: GPL-2.0
"""The figures: what the hypervisor costs, exactly, beside a native run.

Counted are instructions: on arm64 by the emulator's clock where one CPU is
concerned, everywhere else by a plugin for each CPU. Prints a table and writes
build/bench/ARCH.json.

    --profile   arm64, instead: in which functions management spends its instructions
    --short     arm64: 200 periods and 2 cycles for the exits, to try things out
"""

import argparse
import sys

from bench.table import Figures, Results, show, write
from machine.qemu import ConsoleError, MachineError, die_with_parent


def measure(arch: str, short: bool) -> tuple[Figures, Results]:
    """Of one architecture: what the other's figures need may not have been built."""
    if arch == "x86":
        from bench import x86

        return x86.FIGURES, x86.measure()
    from bench import arm64

    return arm64.FIGURES, arm64.measure(short)


def main() -> int:
    parser = argparse.ArgumentParser(description="measure")
    parser.add_argument("--arch", choices=("arm64", "x86"), default="arm64")
    parser.add_argument("--profile", action="store_true", help="functions, instead")
    parser.add_argument("--short", action="store_true", help="few periods and cycles")
    arguments = parser.parse_args()
    die_with_parent()
    try:
        if arguments.profile:
            from bench import profile

            profile.main()
            return 0
        figures, results = measure(arguments.arch, arguments.short)
        show(figures, results)
        write(figures, results, arguments.arch)
    except (MachineError, ConsoleError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
