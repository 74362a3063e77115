# SPDX-License-Identifier: GPL-2.0
"""The command line. Modules are imported when a command needs them."""

import argparse
import io
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from . import cli_output
from .problems import ConfigError, Problem, Report

if TYPE_CHECKING:
    from .model import Cell, System

EPILOG = """\
exit codes: 0 done (warnings included), 1 something is wrong with the config or
a file, 2 wrong usage"""


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; gives the exit code."""
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # file names may hold anything
            stream.reconfigure(errors="backslashreplace")
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except ConfigError as error:
        _print_problems(error.problems, getattr(options, "json", False))
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hvconfig",
        description="Checks and builds the configs of Bulkhead.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    check = commands.add_parser("check", help="report everything that is wrong")
    check.add_argument(
        "system", metavar="SYSTEM.yaml", help="a platform can be checked by itself, too"
    )
    check.add_argument("--json", action="store_true", help="for programs")
    check.set_defaults(run=_check)

    build = commands.add_parser("build", help="write the binary blob")
    build.add_argument("system", metavar="SYSTEM.yaml")
    build.add_argument("-o", "--output", required=True, metavar="OUT.bin")
    build.set_defaults(run=_build)

    header = commands.add_parser("header", help="write a C header for a cell's program")
    header.add_argument("system", metavar="SYSTEM.yaml")
    header.add_argument("cell", metavar="CELL")
    header.add_argument("-o", "--output", metavar="FILE.h", help="default: the screen")
    header.set_defaults(run=_header)

    dtb = commands.add_parser("dtb", help="write a cell's device tree")
    dtb.add_argument("system", metavar="SYSTEM.yaml")
    dtb.add_argument("cell", metavar="CELL")
    dtb.add_argument("-o", "--output", required=True, metavar="FILE.dtb")
    dtb.set_defaults(run=_dtb)

    cmdline = commands.add_parser(
        "cmdline", help="print the kernel arguments for the root Linux"
    )
    cmdline.add_argument("system", metavar="SYSTEM.yaml")
    cmdline.set_defaults(run=_cmdline)

    dump = commands.add_parser("dump", help="print a binary blob as YAML")
    dump.add_argument("blob", metavar="BLOB")
    dump.set_defaults(run=_dump)

    cli_output.add_commands(commands)
    return parser


def _print_problems(problems: list[Problem], as_json: bool) -> None:
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
    path: str, or_platform: bool = False
) -> tuple["System | None", list[Problem]]:
    from . import check, check_platform, load, platform, yamlpos

    report = Report()
    document = yamlpos.load(path)
    if or_platform and platform.is_platform(document):
        machine = platform.from_document(document, (), report, Path(path).stem)
        if machine is not None:
            check_platform.check(machine, report)
        return None, sorted(set(report.problems))
    system = load.from_document(document, report)
    if system is not None:
        check.check_system(system, report)
    return system, sorted(set(report.problems))


def accepted(path: str) -> "System":
    """A system without errors; its warnings are printed."""
    system, problems = _examine(path)
    if system is None or any(problem.is_error for problem in problems):
        raise ConfigError(problems)
    _print_problems(problems, as_json=False)
    return system


def _check(options: argparse.Namespace) -> int:
    _, problems = _examine(options.system, or_platform=True)
    errors = sum(problem.is_error for problem in problems)
    _print_problems(problems, options.json)
    if not options.json:
        warnings = len(problems) - errors
        print(f"{options.system}: {_count(errors, 'error')}, ", end="")
        print(_count(warnings, "warning"))
    return 1 if errors else 0


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def _build(options: argparse.Namespace) -> int:
    from . import blob, check_platform

    system = accepted(options.system)
    check_platform.refuse_unsupported(system.platform)
    write(options.output, blob.encode(system))
    return 0


def _find_cell(system: "System", options: argparse.Namespace) -> "Cell":
    from .problems import Where, did_you_mean

    names = [cell.name for cell in system.cells]
    if options.cell not in names:
        hint = did_you_mean(options.cell, names)
        where = Where(options.system)
        raise ConfigError([Problem(where, options.cell, "there is no such cell", hint)])
    return system.cells[names.index(options.cell)]


def _header(options: argparse.Namespace) -> int:
    from . import header

    system = accepted(options.system)
    text = header.render(system, _find_cell(system, options))
    if options.output:
        write(options.output, text.encode())
    else:
        print(text, end="")
    return 0


def _dtb(options: argparse.Namespace) -> int:
    from . import dtree

    system = accepted(options.system)
    write(options.output, dtree.encode(system, _find_cell(system, options)))
    return 0


def _cmdline(options: argparse.Namespace) -> int:
    from . import cmdline

    print(cmdline.render(accepted(options.system)))
    return 0


def _dump(options: argparse.Namespace) -> int:
    from . import dump, unblob, yamlpos

    content = yamlpos.read_file(options.blob, unblob.MAX_BYTES)
    print(dump.render(unblob.decode(content, options.blob)), end="")
    return 0


def write(path: str, content: bytes) -> None:
    """Whole or not at all: nobody finds half a file."""
    target = Path(path)
    if target.exists() and not target.is_file():
        target.write_bytes(content)  # /dev/stdout and the like
        return
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
