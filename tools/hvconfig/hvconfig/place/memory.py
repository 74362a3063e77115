# SPDX-License-Identifier: GPL-2.0
"""Chooses physical addresses and interrupts.

Memory is allocated from the end of RAM downwards, because mem= can exclude only the
end of RAM from Linux: first the hypervisor, then pieces smaller than a superpage,
then the rest, each in the order of the file. So a further cell at the end of the
file doesn't move earlier ones, unless it is small. Cells that exclude each other
get the same memory. Ends of RAM that boot firmware uses are taken last.
"""

from collections.abc import Iterable

from .. import abi
from ..model import Platform, Range, merge, subtract
from ..problems import Report, Where
from ..units import format_size
from .request import Piece, Request, never_at_once
from .space import SUPERPAGES, Space, alignments

_MORE_SPARE = "add interrupts that no device is wired to, to spare_irqs of the platform"
_HYPERVISOR = 4 << 20  # with room for page tables and consoles of some cells
_LOW = 1 << 32  # 32-bit firmware allocates below


def hypervisor_size(machine: Platform) -> int:
    """The default size of the hypervisor's memory on a machine."""
    return _HYPERVISOR * (1 + len(machine.cpus) // 16)


def ends_of_ram(ram: Iterable[Range], size: int) -> list[Range]:
    """The last size bytes of all RAM, and of the RAM below 4 GiB."""
    parts = merge(ram)
    low = subtract(parts, [Range(_LOW, 1 << 64)])
    tops = {part[-1].end for part in (low, parts) if part and size}
    return [Range(max(0, top - size), min(size, top)) for top in sorted(tops)]


class Ground:
    """Free RAM, and the allocations so far."""

    def __init__(
        self,
        ram: Iterable[Range],
        holes: Iterable[Range],
        mem: int,
        roots: Iterable[Range] | None = None,
        last: Iterable[Range] = (),
    ) -> None:
        """RAM without the holes and without its first mem bytes, which belong to Linux.

        roots: root's memory, if the config lists it. Cells are placed inside, the
        hypervisor and shared memory outside. last: RAM that is taken only when nothing
        else has room.
        """
        low = _first_bytes(sorted(ram), mem)
        self._for_all = self._for_cells = subtract(ram, [*holes, *low])
        if roots is not None:
            self._for_all = subtract(self._for_all, roots)
            self._for_cells = subtract(self._for_cells, self._for_all)
        self._last = list(last)
        self._taken: list[tuple[Range, Request | None]] = []
        self._spaces: dict[tuple[bool, tuple[int, ...]], tuple[Request | None, Space]]
        self._spaces = {}
        self._keys: dict[Request | None, tuple[int, ...]] = {None: (-1,)}

    def exclusive(self, requests: list[Request]) -> None:
        """Records which requests exclude each other."""
        numbers = {request: number for number, request in enumerate(requests)}
        loose = [x for x in requests if x.not_with]
        for request in requests:
            others = requests if request.not_with else loose
            self._keys[request] = tuple(
                numbers[x]
                for x in others
                if x is not request and never_at_once(request, x)
            )

    def take(self, piece: Range, request: Request | None) -> None:
        """Allocates a piece.

        It is no longer free for the request, nor for requests that may coexist with
        it.
        """
        self._taken.append((piece, request))
        for owner, space in self._spaces.values():
            if not _apart(owner, request):
                space.cut(piece)

    def space(self, request: Request | None, all_of_it: bool = True) -> Space:
        """Returns the free memory for a request; all of it, or without the last RAM.

        Requests with equal exclusions share a space.
        """
        key = all_of_it, self._keys[request]
        if key not in self._spaces:
            taken = [x for x, other in self._taken if not _apart(request, other)]
            ground = self._for_cells if request else self._for_all
            left = ground if all_of_it else subtract(ground, self._last)
            self._spaces[key] = (request, Space(left, taken))
        return self._spaces[key][1]

    def find(self, size: int, smallest: int, request: Request | None) -> int | None:
        """Allocates size bytes and returns their address; None: there is no room."""
        found: list[int] = []
        for all_of_it in (False, True) if self._last else (True,):
            space = self.space(request, all_of_it)
            places = [space.highest(size, x) for x in alignments(size, smallest)]
            found = [x for x in places if x is not None]
            if found:
                break
        if not found:
            return None
        # Skip the alignment to 1 GiB if it wastes RAM: Linux loses all RAM above.
        if len(found) == 3 and found[1] - found[0] > size // 8:
            found.pop(0)
        at = found[0]
        self.take(Range(at, size), request)
        return at


def _apart(one: Request | None, other: Request | None) -> bool:
    if one is None or other is None or one is other:
        return False
    return never_at_once(one, other)


def _first_bytes(ram: list[Range], size: int) -> list[Range]:
    """The first size bytes of RAM, which Linux uses with mem=."""
    used = []
    for item in ram:
        used.append(Range(item.start, min(size, item.size)))
        size -= used[-1].size
    return [x for x in used if x.size]


def place_memory(
    ground: Ground,
    hypervisor: Piece,
    shared: list[Piece],
    requests: list[Request],
    report: Report,
) -> None:
    """Places all pieces; those without room are reported and removed."""
    wanted: list[tuple[Piece, Request | None]] = [
        (x, None) for x in (hypervisor, *shared)
    ]
    wanted += [(piece, request) for request in requests for piece in request.own]
    for piece, request in wanted:
        if piece.phys is not None:
            ground.take(piece.range, request)
    missing = [(piece, request) for piece, request in wanted if piece.phys is None]
    for piece, request in sorted(missing, key=lambda x: _turn(x[0], hypervisor)):
        smallest = abi.PAGE_SIZE
        if piece is hypervisor:
            smallest = abi.HYPERVISOR_ALIGN
            piece.size = piece.size + smallest - 1 & -smallest
        pages = max(1, -(-piece.size // abi.PAGE_SIZE))
        piece.phys = ground.find(pages * abi.PAGE_SIZE, smallest, request)
        if piece.phys is None:
            name = request.name if request else piece.name
            what = "shared memory" if piece.type == "shared" else "memory"
            _no_room(name, piece.where, piece.size, what, ground.space(request), report)
    for request in requests:
        _leave_out(request)


def _turn(piece: Piece, hypervisor: Piece) -> int:
    if piece is hypervisor:
        return 0
    return 1 if piece.size < SUPERPAGES[-1] else 2


def _leave_out(request: Request) -> None:
    count = len(request.memory)
    request.memory = [x for x in request.memory if x.phys is not None]
    request.unplaced = len(request.memory) != count
    if request.image and request.image.phys is None:
        request.image = None
        request.unplaced = True


def _no_room(
    name: str, where: Where, size: int, what: str, space: Space, report: Report
) -> None:
    report.error(
        where,
        name,
        f"there is no room for {format_size(size)} of {what}",
        f"the largest free part of RAM has {format_size(space.largest())}: request "
        "less, or give less to Linux (root: mem:)",
    )


def place_irqs(machine: Platform, requests: list[Request], report: Report) -> None:
    """Assigns spare interrupts to the consoles, then to the doorbells."""
    spare = _Spare(machine, requests)
    for request in requests:
        console = request.console
        if console is None or console.irq is not None:
            continue
        console.irq = spare.take(request)
        if not console.irq:
            report.note(
                console.where,
                request.name,
                "its console has no interrupt, as no spare one is left: the cell "
                "must poll it",
                _MORE_SPARE,
            )
    for request in requests:
        for piece in request.doorbells:
            if piece.doorbell is True:
                _place_doorbell(piece, request, spare, report)


def _place_doorbell(
    piece: Piece, request: Request, spare: "_Spare", report: Report
) -> None:
    irq = spare.take(request)
    piece.doorbell = irq or False
    if irq:
        return
    message = f"there is no spare interrupt left for the doorbell of {piece.name}"
    report.error(piece.where, request.name, message, _MORE_SPARE)


class _Spare:
    """The platform's spare interrupts and their users."""

    def __init__(self, machine: Platform, requests: list[Request]) -> None:
        self.machine = machine
        self._used = {request: _irqs_of(request) for request in requests}

    def take(self, request: Request) -> int:
        """An interrupt that is free beside all requests that may coexist, or 0."""
        beside = [
            x for x in self._used if x is request or not never_at_once(request, x)
        ]
        taken = set().union(*(self._used[x] for x in beside))
        free = [irq for irq in self.machine.spare_irqs if irq not in taken]
        self._used[request].update(free[:1])
        return free[0] if free else 0


def _irqs_of(request: Request) -> set[int]:
    """The SPIs of a request; spare interrupts are SPIs."""
    numbers = {
        x
        for irq in request.irqs
        for x in range(irq.first, min(irq.last, abi.ARM64_SPI_LAST) + 1)
    }
    if request.console and request.console.irq:
        numbers.add(request.console.irq)
    numbers.update(int(x.doorbell) for x in request.doorbells if x.doorbell is not True)
    return numbers
