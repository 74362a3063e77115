# SPDX-License-Identifier: GPL-2.0
"""Problems of a config: their place, message and hint."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

_MANY = 20  # words listed in one hint


@dataclass(frozen=True, order=True)
class Where:
    """A line of a file; line 0: the file as a whole."""

    file: str = ""
    line: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, order=True)
class Problem:
    where: Where
    name: str  # name of the cell, device, region or key
    message: str
    hint: str = ""  # a suggested correction
    severity: str = "error"  # "error", "warning" or "note"

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    def __str__(self) -> str:
        parts = [str(self.where)] if self.where.file else []
        parts += [] if self.is_error else [self.severity]
        parts += [self.name] if self.name else []
        parts.append(f"{self.message}; {self.hint}" if self.hint else self.message)
        return printable(": ".join(parts))


def printable(text: str) -> str:
    """The text on one line, without terminal control characters."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class ConfigError(Exception):
    """A config that can't be used, with all its problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass
class Report:
    """Collects problems, so that all of them are reported together."""

    problems: list[Problem] = field(default_factory=list)

    def error(self, where: Where, name: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(where, name, message, hint))

    def warning(self, where: Where, name: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(where, name, message, hint, "warning"))

    def note(self, where: Where, name: str, message: str, hint: str = "") -> None:
        """For information: mostly intended."""
        self.problems.append(Problem(where, name, message, hint, "note"))

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]

    def raise_errors(self) -> None:
        if self.errors:
            raise ConfigError(self.problems)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Returns a hint: the nearest of the words, else all or some of them."""
    known = sorted(words)
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    if not known:
        return ""
    if len(known) <= _MANY:
        return f"possible: {', '.join(known)}"
    near = difflib.get_close_matches(word, known, n=5, cutoff=0.3)
    return f"possible, of {len(known)}: {', '.join(near or known[:_MANY])}, ..."


def refuse(file: str, message: str, line: int = 0) -> ConfigError:
    """A ConfigError with one problem of a file or of one of its lines."""
    return ConfigError([Problem(Where(file, line), "", message)])
