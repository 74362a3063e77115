# SPDX-License-Identifier: GPL-2.0
"""Figures as a table and as a JSON file."""

import json
from dataclasses import dataclass
from typing import Any

from bench.run import Row
from machine.paths import BUILD


@dataclass(frozen=True)
class Peer:
    """A figure's limit, and the figures that other hypervisors have published."""

    title: str
    limit: int | float | None
    bao: str = ""
    jailhouse: str = ""


Peers = dict[str, Peer]


@dataclass(frozen=True)
class Pair:
    native: Row | None
    cell: Row
    take: str = "min"  # which sample is the figure: "min" or "max"

    def values(self) -> dict[str, int | None]:
        native = getattr(self.native, self.take) if self.native else None
        return {"native": native, "cell": getattr(self.cell, self.take)}


@dataclass(frozen=True)
class Figures:
    """The rows of the table, in their order."""

    pairs: Peers  # figures that are also measured natively
    numbers: Peers


@dataclass(frozen=True)
class Results:
    pairs: dict[str, Pair]
    numbers: dict[str, int | float]
    notes: list[str]
    details: dict[str, Any]


def verdict(value: int | float, limit: int | float | None) -> str:
    if limit is None:
        return ""
    return "ok" if value <= limit else "OVER"


def limit_of(peer: Peer) -> str:
    return "" if peer.limit is None else str(peer.limit)


def spread(samples: Row) -> str:
    same = samples.min == samples.max
    return "" if same else f"{samples.min}/{samples.median}/{samples.max}"


def lines(figures: Figures, results: Results) -> list[tuple[str, ...]]:
    table: list[tuple[str, ...]] = [
        ("", "native", "cell", "at most", "", "Bao", "Jailhouse", "min/median/max")
    ]
    for name, peer in figures.pairs.items():
        of = results.pairs[name].values()
        value = of["cell"] or 0
        table.append(
            (
                *(peer.title, "-" if of["native"] is None else str(of["native"])),
                *(str(value), limit_of(peer), verdict(value, peer.limit)),
                *(peer.bao, peer.jailhouse, spread(results.pairs[name].cell)),
            )
        )
    for name, peer in figures.numbers.items():
        number = results.numbers[name]
        table.append(
            (
                *(
                    peer.title,
                    "",
                    str(number),
                    limit_of(peer),
                    verdict(number, peer.limit),
                ),
                *(peer.bao, peer.jailhouse, ""),
            )
        )
    return table


def show(figures: Figures, results: Results) -> None:
    table = lines(figures, results)
    columns = list(zip(*table))
    # Empty columns shrink to their separators.
    widths = [max(map(len, c)) if any(c[1:]) else 0 for c in columns]
    for cells in table:
        first, *rest = (
            (cell.ljust(width) if i in (0, 4, 7) else cell.rjust(width))[:width]
            for i, (cell, width) in enumerate(zip(cells, widths))
        )
        print("  ".join([first, *rest]).rstrip())
    for note in results.notes:
        print(f"({note})")


def write(figures: Figures, results: Results, arch: str) -> None:
    path = BUILD / "bench" / f"{arch}.json"
    pairs = {name: results.pairs[name].values() for name in figures.pairs}
    numbers = {name: results.numbers[name] for name in figures.numbers}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps({**pairs, **numbers, **results.details}, indent=2) + "\n"
    )
    print(f"written: {path}")
