# SPDX-License-Identifier: GPL-2.0
"""Free address ranges."""

import bisect
from collections.abc import Iterable

from ..model import Range, subtract

SUPERPAGES = (1 << 30, 2 << 20)  # page sizes above 4 KiB, largest first


def alignments(size: int, smallest: int) -> list[int]:
    """Alignments to try, the best first: superpages if the size holds one."""
    return [x for x in SUPERPAGES if size >= x] + [smallest]


class Space:
    """A sorted list of free ranges."""

    def __init__(self, ranges: Iterable[Range], holes: Iterable[Range] = ()) -> None:
        free = subtract((x for x in ranges if x.size), holes)
        self._starts = [item.start for item in free]
        self._ends = [item.end for item in free]

    def cut(self, hole: Range) -> None:
        """Removes a range, parts of which may be missing already."""
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
        """The highest aligned address with size free bytes."""
        for start, end in zip(reversed(self._starts), reversed(self._ends)):
            found = end - size & -align
            if found >= start:
                return found
        return None

    def lowest(self, size: int, align: int, first: int = 0) -> int | None:
        """The lowest aligned address from first on with size free bytes."""
        at = bisect.bisect_right(self._ends, first)
        for start, end in zip(self._starts[at:], self._ends[at:]):
            found = max(start, first) + align - 1 & -align
            if found + size <= end:
                return found
        return None

    def largest(self) -> int:
        """Size of the largest free range."""
        return max((b - a for a, b in zip(self._starts, self._ends)), default=0)
