# SPDX-License-Identifier: GPL-2.0
"""What is wrong with a config, in sentences, each with its place."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field

_MANY = 20  # words in one hint


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
    name: str  # of the cell, device, region or key it is about
    message: str
    hint: str = ""  # what to do about it
    severity: str = "error"  # or warning, or note

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
    """One line that can't control a terminal, whatever was in the file."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


class ConfigError(Exception):
    """A config that can't be used, with everything that was found wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass
class Report:
    """Collects problems, so that all are reported at once."""

    problems: list[Problem] = field(default_factory=list)

    def error(self, where: Where, name: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(where, name, message, hint))

    def warning(self, where: Where, name: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(where, name, message, hint, "warning"))

    def note(self, where: Where, name: str, message: str, hint: str = "") -> None:
        """Something to know that is mostly meant."""
        self.problems.append(Problem(where, name, message, hint, "note"))

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.is_error]

    def raise_errors(self) -> None:
        if self.errors:
            raise ConfigError(self.problems)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """A hint that names the nearest of the words, all of them, or some near ones."""
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
    """One problem of a whole file, or of a line in it."""
    return ConfigError([Problem(Where(file, line), "", message)])
