# SPDX-License-Identifier: GPL-2.0
"""The command explain: reads records, finds their system, prints the explanations."""

import textwrap
from dataclasses import replace
from pathlib import Path

from ..explain import records, refusals
from ..explain.failure import explain
from ..explain.owner import Answer
from ..explain.records import Failure, Refusal
from ..model import System
from ..problems import ConfigError, Problem, Where, printable, refuse
from ..read.system import load_system
from ..units import join
from . import source

# Directories that are searched for a system, by its name or a cell's name.
PLACES = (".", "configs/systems", "/etc/bulkhead")


def run(record: str, system_name: str | None, cell: str | None) -> None:
    """Prints an explanation of each record. Raises ConfigError."""
    found = records.read(record)
    if cell is not None:
        found = [_of_cell(x, cell) for x in found if _is_about(x, cell)]
        if not found:
            raise refuse(record, f"contains no failure of '{cell}'")
    for number, item in enumerate(found):
        if number:
            print()
        name = cell or (item.cell if isinstance(item, Failure) else "")
        _print(_answer(item, _find(system_name, name), name))


def _is_about(item: records.Record, cell: str) -> bool:
    return not isinstance(item, Failure) or item.cell in ("", cell)


def _of_cell(item: records.Record, cell: str) -> records.Record:
    return replace(item, cell=cell) if isinstance(item, Failure) else item


def _answer(item: records.Record, possible: list[System], name: str) -> Answer:
    system = possible[0] if len(possible) == 1 else None
    if isinstance(item, Refusal):
        answer = Answer()
        cell = system.cell(name) if system is not None else None
        words = refusals.sentence(item, system, cell)
        answer.say(words[0].upper() + words[1:] + ".")
        if system is not None:
            answer.say(refusals.place(item, system, cell))
        advice = refusals.advice(item, system, cell)
        answer.say(f"What to do: {advice}." if advice else "")
    else:
        answer = explain(item, system)
    if system is None and name:
        which = "The system isn't known"
        if possible:
            names = join([f"'{x.name}'" for x in possible])
            which = f"The systems {names} have a cell '{name}'"
        answer.say(f"{which}: use --system SYSTEM for details.")
    return answer


def _find(wanted: str | None, cell: str) -> list[System]:
    """The system of that name, or all systems with such a cell."""
    if wanted is not None:
        paths = [Path(wanted)] if Path(wanted).exists() else _named(wanted)
        if not paths:
            where = Where(wanted)
            listed = ", ".join(PLACES)
            raise ConfigError(
                [Problem(where, "", f"is neither a file nor a system in {listed}")]
            )
        return [_load(paths[0])]
    found: dict[str, System] = {}
    for system in map(_try, _named("*")):
        if system and cell and system.cell(cell):
            found.setdefault(system.name, system)
    return list(found.values())


def _named(name: str) -> list[Path]:
    """Files of systems with that name, which may have the board's name as prefix."""
    if "/" in name or "\0" in name:
        return []
    kinds = [f"{prefix}{name}{kind}" for kind in (".yaml", ".bin") for prefix in _FRONT]
    return [path for place in PLACES for x in kinds for path in _glob(place, x)]


_FRONT = ("", "*-")


def _glob(place: str, pattern: str) -> list[Path]:
    try:
        return sorted(x for x in Path(place).glob(pattern) if x.is_file())
    except (OSError, ValueError):
        return []


def _load(path: Path) -> System:
    if source.is_blob(str(path)):
        return source.from_blob(str(path))
    return load_system(str(path))


def _try(path: Path) -> System | None:
    """The system of a file; None for anything else."""
    try:
        return _load(path)
    except ConfigError:
        return None


def _print(answer: Answer) -> None:
    text = printable(" ".join(answer.sentences))
    print(textwrap.fill(text, 79, break_long_words=False, break_on_hyphens=False))
    if answer.lines:
        print("To allow it, add to the system:")
        print()
        for line in answer.lines:
            print(f"  {line}")
