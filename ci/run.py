#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Boots the machine with a root shell on this terminal; Ctrl-A X ends it."""

import argparse
import subprocess
import sys
import termios

from machine import BOARDS, Config, ConfigError, bound_to_us, die_with_parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", choices=("arm64", "x86"), default="arm64")
    parser.add_argument("--kernel", default="6.1")
    parser.add_argument("--cpu", default="", help="default: the board's")
    parser.add_argument("--append", default="", help="more kernel arguments")
    parser.add_argument(
        "--gdb", metavar="PORT", help="a gdb stub on this port of 127.0.0.1"
    )
    arguments = parser.parse_args()
    die_with_parent()

    more = ["-serial", "mon:stdio"]
    if arguments.gdb:
        more += ["-gdb", f"tcp:127.0.0.1:{arguments.gdb}"]
    append = f"bulkhead.loglevel=5 {arguments.append}"
    config = Config(
        board=BOARDS[arguments.arch],
        kernel=arguments.kernel,
        cpu=arguments.cpu,
        append=append,
        args=more,
        agent=False,
    )
    try:
        command = bound_to_us(config.qemu_command())
    except ConfigError as error:
        print(f"run: {error}", file=sys.stderr)
        return 1

    terminal = termios.tcgetattr(0) if sys.stdin.isatty() else None
    process = subprocess.Popen(command)
    try:
        return process.wait()
    except KeyboardInterrupt:
        return 130
    finally:
        process.kill()
        process.wait()
        if terminal:
            termios.tcsetattr(0, termios.TCSADRAIN, terminal)


if __name__ == "__main__":
    sys.exit(main())
