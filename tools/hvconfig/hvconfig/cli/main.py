# SPDX-License-Identifier: GPL-2.0
"""The command line. Modules are imported when a command needs them."""

import argparse
import io
import os
import sys

from ..problems import ConfigError
from . import collect, make, output
from .accept import examine, print_problems


EPILOG = """\
exit codes: 0 success (also with warnings), 1 error in the config or a file,
2 wrong usage; diff: 0 no changes, 1 changes, 2 error"""


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; returns the exit code."""
    options = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # file names may hold any bytes
            stream.reconfigure(errors="backslashreplace")
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except ConfigError as error:
        print_problems(error.problems, getattr(options, "json", False))
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        print(f"hvconfig: {name}{error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The parser; imports no modules of commands."""
    top = argparse.ArgumentParser(
        prog="hvconfig",
        description="Checks and builds the configs of Bulkhead.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="report all problems")
    check.add_argument("system", metavar="SYSTEM.yaml", help="or a platform")
    make.add_dtb_option(check)
    check.add_argument("--json", action="store_true", help="for programs")
    check.set_defaults(run=_check)

    collect.add_commands(commands)
    make.add_commands(commands)
    output.add_commands(commands)
    return top


def _check(options: argparse.Namespace) -> int:
    _, problems = examine(options.system, options.dtb, or_platform=True)
    errors = sum(problem.is_error for problem in problems)
    print_problems(problems, options.json)
    if not options.json:
        warnings = sum(problem.severity == "warning" for problem in problems)
        notes = len(problems) - errors - warnings
        counts = [_count(errors, "error"), _count(warnings, "warning")]
        counts += [_count(notes, "note")] if notes else []
        print(f"{options.system}: {', '.join(counts)}")
    return 1 if errors else 0


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
