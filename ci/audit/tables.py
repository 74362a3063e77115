# SPDX-License-Identifier: GPL-2.0
"""The common part of the readers of translation tables: mappings and results."""

from collections.abc import Callable
from dataclasses import dataclass, replace

Reader = Callable[[int, int], bytes]  # physical address, size -> content

# A limit far above the largest config's need. Without it, circular tables would fill
# the reader's memory.
MAX_TABLES = 1024


@dataclass(frozen=True)
class Mapping:
    """Adjacent pages with the same rights. Maps input to physical addresses."""

    start: int
    phys: int
    size: int
    read: bool
    write: bool
    execute: bool
    device: bool

    @property
    def end(self) -> int:
        return self.start + self.size

    def followed_by(self, other: "Mapping") -> bool:
        return (
            self.end == other.start
            and self.phys + self.size == other.phys
            and (self.read, self.write, self.execute, self.device)
            == (other.read, other.write, other.execute, other.device)
        )

    def __str__(self) -> str:
        rights = "".join(
            letter if given else "-"
            for letter, given in zip(
                "rwxd", (self.read, self.write, self.execute, self.device)
            )
        )
        return f"{self.start:#x}-{self.end - 1:#x} -> {self.phys:#x} {rights}"


@dataclass
class Tables:
    """The result of walking tables."""

    mappings: list[Mapping]
    pages: set[int]  # physical addresses of the tables themselves
    tables: int = 0  # the number of visits; a table with two links counts twice


def add(result: Tables, item: Mapping) -> None:
    last = result.mappings[-1] if result.mappings else None
    if last and last.followed_by(item):
        result.mappings[-1] = replace(last, size=last.size + item.size)
    else:
        result.mappings.append(item)
