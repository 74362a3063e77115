# SPDX-License-Identifier: GPL-2.0
"""The command line. Modules are imported when a command needs them."""

import argparse
import io
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..problems import ConfigError, Problem, Report
from . import collect, make, output

if TYPE_CHECKING:
    from ..model import System

EPILOG = """\
exit codes: 0 done (warnings included), 1 something is wrong with the config or
a file, 2 wrong usage; of diff: 0 the same, 1 they differ, 2 trouble"""


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; gives the exit code."""
    options = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # file names may hold anything
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
    """Of the command line; no command's modules are needed for it."""
    top = argparse.ArgumentParser(
        prog="hvconfig",
        description="Checks and builds the configs of Bulkhead.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="report everything that is wrong")
    check.add_argument(
        "system", metavar="SYSTEM.yaml", help="a platform can be checked by itself, too"
    )
    make.add_dtb_option(check)
    check.add_argument("--json", action="store_true", help="for programs")
    check.set_defaults(run=_check)

    collect.add_commands(commands)
    make.add_commands(commands)
    output.add_commands(commands)
    return top


def print_problems(problems: list[Problem], as_json: bool) -> None:
    if as_json:
        import json

        print(json.dumps([_as_data(problem) for problem in problems], indent=2))
        return
    for problem in problems:
        print(problem, file=sys.stderr)


def _as_data(problem: Problem) -> dict[str, str | int]:
    return {
        "severity": problem.severity,
        "file": problem.where.file,
        "line": problem.where.line,
        "name": problem.name,
        "message": problem.message,
        "hint": problem.hint,
    }


def _examine(
    path: str, dtb: str | None = None, or_platform: bool = False
) -> tuple["System | None", list[Problem]]:
    from ..check.system import check_system
    from ..check.platform import check_platform
    from ..read.system import system_from
    from ..read import platform, yaml_lines

    report = Report()
    document = yaml_lines.load(path)
    if or_platform and platform.is_platform(document):
        machine = platform.from_document(document, (), report, Path(path).stem)
        if machine is not None:
            check_platform(machine, report)
        return None, sorted(set(report.problems))
    system = system_from(document, report)
    if system is not None:
        if dtb:
            system = replace(system, platform=replace(system.platform, dtb=dtb))
        check_system(system, report)
    return system, sorted(set(report.problems))


def accepted(path: str, dtb: str | None = None) -> "System":
    """A system without errors; its warnings are printed, for notes there is check."""
    system, problems = _examine(path, dtb)
    if system is None or any(problem.is_error for problem in problems):
        raise ConfigError(problems)
    warnings = [problem for problem in problems if problem.severity == "warning"]
    print_problems(warnings, as_json=False)
    return system


def _check(options: argparse.Namespace) -> int:
    _, problems = _examine(options.system, options.dtb, or_platform=True)
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
