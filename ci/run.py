#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Boots a machine with a root shell on this terminal; Ctrl-A X ends it."""

import argparse
import subprocess
import sys
import termios

from machine import terminal
from machine.boards import BOARDS
from machine.bochs.emulator import BochsMachine
from machine.config import Config, ConfigError
from machine.errors import MachineError
from machine.process import bound_to_us, die_with_parent


def run_bochs(config: Config) -> int:
    """Connects the serial line to this terminal; it is logged too."""
    machine = BochsMachine(config, f"run-{config.kernel}-{config.cpu}")
    machine.screen = sys.stdout.buffer
    print("Bochs takes a minute or more to boot Linux. Ctrl-A X ends it.")
    sys.stdout.flush()
    try:
        with machine:
            terminal.attach(machine)
    except MachineError as error:
        print(f"run: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def run_qemu(config: Config) -> int:
    try:
        command = bound_to_us(config.qemu_command())
    except ConfigError as error:
        print(f"run: {error}", file=sys.stderr)
        return 1
    before = termios.tcgetattr(0) if sys.stdin.isatty() else None
    process = subprocess.Popen(command)
    try:
        return process.wait()
    except KeyboardInterrupt:
        return 130
    finally:
        process.kill()
        process.wait()
        if before:
            termios.tcsetattr(0, termios.TCSADRAIN, before)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arch", choices=BOARDS, default="arm64")
    parser.add_argument("--kernel", default="6.1")
    parser.add_argument("--cpu", default="", help="default: the board's")
    parser.add_argument(
        "--firmware", help="a name of the board, or switches of ci/firmware"
    )
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
        firmware=arguments.firmware,
        args=more,
        agent=False,
    )
    if config.board.program == "bochs":
        if arguments.gdb:
            parser.error("Debian's Bochs has no gdb stub")
        return run_bochs(config)
    return run_qemu(config)


if __name__ == "__main__":
    sys.exit(main())
