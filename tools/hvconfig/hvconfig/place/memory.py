# SPDX-License-Identifier: GPL-2.0
"""Chooses physical memory and interrupts for everything that has none.

From the end of RAM down, so that "mem=" can keep it all from Linux: first the
hypervisor, then what is smaller than a superpage, close together, then the
rest, each in the order of the file. So another cell at the end of the file
moves nothing that was there before, unless it is small itself. Cells that never
exist at the same time get the same memory.
"""

from collections.abc import Iterable

from .. import abi
from ..model import Platform, Range, subtract
from ..problems import Report, Where
from ..units import format_size
from .request import Piece, Wish, never_at_once
from .space import SUPERPAGES, Space, alignments

_MORE_SPARE = "spare_irqs of the platform can list more, if nothing is wired to them"
_HYPERVISOR = 4 << 20  # with room for page tables and consoles of some cells


def hypervisor_size(machine: Platform) -> int:
    """Enough memory for the hypervisor on a machine."""
    return _HYPERVISOR * (1 + len(machine.cpus) // 16)


class Ground:
    """RAM that hypervisor and cells may get, and who has what of it."""

    def __init__(
        self,
        ram: Iterable[Range],
        holes: Iterable[Range],
        mem: int,
        roots: Iterable[Range] | None = None,
    ) -> None:
        """Not the holes, and not the first mem bytes, which are Linux's.

        roots: memory that a config says is root's. Cells get theirs from it, what
        is nobody's own lies outside.
        """
        low = _first_bytes(sorted(ram), mem)
        self._for_all = self._for_cells = subtract(ram, [*holes, *low])
        if roots is not None:
            self._for_all = subtract(self._for_all, roots)
            self._for_cells = subtract(self._for_cells, self._for_all)
        self._taken: list[tuple[Range, Wish | None]] = []
        self._spaces: dict[tuple[int, ...], tuple[Wish | None, Space]] = {}
        self._keys: dict[Wish | None, tuple[int, ...]] = {None: (-1,)}

    def exclusive(self, wishes: list[Wish]) -> None:
        """Tells which of the cells never exist at the same time."""
        numbers = {wish: number for number, wish in enumerate(wishes)}
        loose = [x for x in wishes if x.not_with]
        for wish in wishes:
            others = wishes if wish.not_with else loose
            self._keys[wish] = tuple(
                numbers[x] for x in others if x is not wish and never_at_once(wish, x)
            )

    def take(self, piece: Range, wish: Wish | None) -> None:
        """Nobody who exists beside the wish gets any of it."""
        self._taken.append((piece, wish))
        for owner, space in self._spaces.values():
            if not _apart(owner, wish):
                space.cut(piece)

    def space(self, wish: Wish | None) -> Space:
        """What is free for it; all whom the same others exclude have it in common."""
        key = self._keys[wish]
        if key not in self._spaces:
            taken = [x for x, other in self._taken if not _apart(wish, other)]
            ground = self._for_cells if wish else self._for_all
            self._spaces[key] = (wish, Space(ground, taken))
        return self._spaces[key][1]

    def find(self, size: int, smallest: int, wish: Wish | None) -> int | None:
        """An address for so many bytes, taken at once; None: there is no room."""
        space = self.space(wish)
        places = [space.highest(size, x) for x in alignments(size, smallest)]
        found = [x for x in places if x is not None]
        if not found:
            return None
        # Gigabyte pages must not cost the end of RAM, which "mem=" gives away.
        if len(found) == 3 and found[1] - found[0] > size // 8:
            found.pop(0)
        at = found[0]
        self.take(Range(at, size), wish)
        return at


def _apart(one: Wish | None, other: Wish | None) -> bool:
    if one is None or other is None or one is other:
        return False
    return never_at_once(one, other)


def _first_bytes(ram: list[Range], size: int) -> list[Range]:
    """What Linux uses when it is told how much."""
    used = []
    for item in ram:
        used.append(Range(item.start, min(size, item.size)))
        size -= used[-1].size
    return [x for x in used if x.size]


def place_memory(
    ground: Ground,
    hypervisor: Piece,
    shared: list[Piece],
    wishes: list[Wish],
    report: Report,
) -> None:
    """Gives every piece its place. What finds none is reported and left out."""
    wanted: list[tuple[Piece, Wish | None]] = [(x, None) for x in (hypervisor, *shared)]
    wanted += [(piece, wish) for wish in wishes for piece in wish.own]
    for piece, wish in wanted:
        if piece.phys is not None:
            ground.take(piece.range, wish)
    missing = [(piece, wish) for piece, wish in wanted if piece.phys is None]
    for piece, wish in sorted(missing, key=lambda x: _turn(x[0], hypervisor)):
        smallest = abi.PAGE_SIZE
        if piece is hypervisor:
            smallest = abi.HYPERVISOR_ALIGN
            piece.size = piece.size + smallest - 1 & -smallest
        pages = max(1, -(-piece.size // abi.PAGE_SIZE))
        piece.phys = ground.find(pages * abi.PAGE_SIZE, smallest, wish)
        if piece.phys is None:
            name = wish.name if wish else piece.name
            what = "shared memory" if piece.type == "shared" else "memory"
            _no_room(name, piece.where, piece.size, what, ground.space(wish), report)
    for wish in wishes:
        _leave_out(wish)


def _turn(piece: Piece, hypervisor: Piece) -> int:
    if piece is hypervisor:
        return 0
    return 1 if piece.size < SUPERPAGES[-1] else 2


def _leave_out(wish: Wish) -> None:
    count = len(wish.memory)
    wish.memory = [x for x in wish.memory if x.phys is not None]
    wish.unplaced = len(wish.memory) != count
    if wish.image and wish.image.phys is None:
        wish.image = None
        wish.unplaced = True


def _no_room(
    name: str, where: Where, size: int, what: str, space: Space, report: Report
) -> None:
    report.error(
        where,
        name,
        f"there is no room for {format_size(size)} of {what}",
        f"the largest free part of RAM has {format_size(space.largest())}: ask for "
        "less, or leave less to Linux (root: mem:)",
    )


def place_irqs(machine: Platform, wishes: list[Wish], report: Report) -> None:
    """Gives every console that wants one a spare interrupt, then every doorbell."""
    spare = _Spare(machine, wishes)
    for wish in wishes:
        console = wish.console
        if console is None or console.irq is not None:
            continue
        console.irq = spare.take(wish)
        if not console.irq:
            report.note(
                console.where,
                wish.name,
                "its console has no interrupt: all spare ones are taken; the cell "
                "has to poll it",
                _MORE_SPARE,
            )
    for wish in wishes:
        for piece in wish.doorbells:
            if piece.doorbell is True:
                _place_doorbell(piece, wish, spare, report)


def _place_doorbell(piece: Piece, wish: Wish, spare: "_Spare", report: Report) -> None:
    irq = spare.take(wish)
    piece.doorbell = irq or False
    if irq:
        return
    message = f"there is no spare interrupt left for the doorbell of {piece.name}"
    report.error(piece.where, wish.name, message, _MORE_SPARE)


class _Spare:
    """The interrupts that the hypervisor may raise, and who has them."""

    def __init__(self, machine: Platform, wishes: list[Wish]) -> None:
        self.machine = machine
        self._used = {wish: _irqs_of(wish) for wish in wishes}

    def take(self, wish: Wish) -> int:
        """One that nobody beside it has, or 0."""
        beside = [x for x in self._used if x is wish or not never_at_once(wish, x)]
        taken = set().union(*(self._used[x] for x in beside))
        free = [irq for irq in self.machine.spare_irqs if irq not in taken]
        self._used[wish].update(free[:1])
        return free[0] if free else 0


def _irqs_of(wish: Wish) -> set[int]:
    """Only the spare ones matter: they are SPIs."""
    numbers = {
        x
        for irq in wish.irqs
        for x in range(irq.first, min(irq.last, abi.ARM64_SPI_LAST) + 1)
    }
    if wish.console and wish.console.irq:
        numbers.add(wish.console.irq)
    numbers.update(int(x.doorbell) for x in wish.doorbells if x.doorbell is not True)
    return numbers
