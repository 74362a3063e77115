# SPDX-License-Identifier: GPL-2.0
"""Reads and checks a system for the commands, and prints problems."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..problems import ConfigError, Problem, Report

if TYPE_CHECKING:
    from ..model import System


def examine(
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
    """Returns a system without errors. Prints warnings, but no notes."""
    system, problems = examine(path, dtb)
    if system is None or any(problem.is_error for problem in problems):
        raise ConfigError(problems)
    warnings = [problem for problem in problems if problem.severity == "warning"]
    print_problems(warnings, as_json=False)
    return system


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
