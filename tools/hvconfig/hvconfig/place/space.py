# SPDX-License-Identifier: GPL-2.0
"""Addresses that are still free, and the search for some of them."""

import bisect
from collections.abc import Iterable

from ..model import Range, subtract

SUPERPAGES = (1 << 30, 2 << 20)  # what page tables map as a whole, largest first


def alignments(size: int, smallest: int) -> list[int]:
    """What to try for memory of a size: superpages wherever it holds one."""
    return [x for x in SUPERPAGES if size >= x] + [smallest]


class Space:
    """Ranges of free addresses, from which pieces are cut."""

    def __init__(self, ranges: Iterable[Range], holes: Iterable[Range] = ()) -> None:
        free = subtract((x for x in ranges if x.size), holes)
        self._starts = [item.start for item in free]
        self._ends = [item.end for item in free]

    def cut(self, hole: Range) -> None:
        """Makes addresses unfree; some of them may be it already."""
        if not hole.size:
            return
        first = bisect.bisect_right(self._ends, hole.start)
        last = bisect.bisect_left(self._starts, hole.end)
        left = [
            (start, end)
            for start, end in (
                (self._starts[first], hole.start) if first < last else (0, 0),
                (hole.end, self._ends[last - 1]) if first < last else (0, 0),
            )
            if start < end
        ]
        self._starts[first:last] = [start for start, _ in left]
        self._ends[first:last] = [end for _, end in left]

    def highest(self, size: int, align: int) -> int | None:
        """The last aligned address from which on so much is free."""
        for start, end in zip(reversed(self._starts), reversed(self._ends)):
            found = end - size & -align
            if found >= start:
                return found
        return None

    def lowest(self, size: int, align: int, first: int = 0) -> int | None:
        """The first one that is not below another address."""
        at = bisect.bisect_right(self._ends, first)
        for start, end in zip(self._starts[at:], self._ends[at:]):
            found = max(start, first) + align - 1 & -align
            if found + size <= end:
                return found
        return None

    def largest(self) -> int:
        """Bytes of the largest free range."""
        return max((b - a for a, b in zip(self._starts, self._ends)), default=0)
