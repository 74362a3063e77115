# SPDX-License-Identifier: GPL-2.0
"""Chooses guest addresses.

Conventional addresses come first, so that programs for QEMU's virt machine run
in a cell. Shared memory has the same address in all cells, if possible.
"""

from .. import abi
from ..arch import arch_of
from ..model import Platform, Range
from ..problems import Report
from ..units import format_size
from .request import Piece, Request
from .space import SUPERPAGES, Space, alignments

RAM = 0x40000000
SHARED = 0x50000000
CONSOLE = 0x09000000
COM1 = 0x3F8
INFO = 0x0B000000


def place_guest(machine: Platform, requests: list[Request], report: Report) -> None:
    """Chooses all guest addresses that are None."""
    spaces = {request: _space(machine, request) for request in requests}
    for request, space in spaces.items():
        if request.same_addresses:
            _identity(request, space)
        first = arch_of(machine).first_ram(request.linux)
        if first is not None:
            _put_first(request, space, first)
        for piece in request.memory:
            _put(piece, [space], RAM, request.name, report)
        if request.console and request.console.guest is None:
            ports = request.console.kind == "16550"
            request.console.guest = COM1 if ports else _page(space, CONSOLE)
        if request.info is None:
            request.info = _page(space, INFO)
    for name in dict.fromkeys(x.name for request in requests for x in request.shared):
        _share(name, spaces, report)


def _space(machine: Platform, request: Request) -> Space:
    """Guest addresses that the config doesn't use."""
    taken = [x for x, _ in arch_of(machine).controller(machine, len(request.cpus))]
    taken += [Range(x.guest, x.size) for x in request.pieces if x.guest is not None]
    pages = [request.info or None]
    if request.console and request.console.kind != "16550":
        pages.append(request.console.guest)
    taken += [Range(x, abi.PAGE_SIZE) for x in pages if x is not None]
    return Space([Range(0, arch_of(machine).address_limit)], taken)


def _identity(request: Request, space: Space) -> None:
    """Guest addresses equal to physical ones, because the cell's devices use DMA."""
    for piece in request.memory:
        if piece.guest is None and piece.phys is not None:
            if space.lowest(piece.size, abi.PAGE_SIZE, piece.phys) == piece.phys:
                piece.guest = piece.phys
                space.cut(Range(piece.guest, piece.size))


def _put_first(request: Request, space: Space, first: int) -> None:
    """Places the first memory where the architecture's programs are linked."""
    piece = next((x for x in request.memory if x.guest is None), None)
    if piece and space.lowest(piece.size, abi.PAGE_SIZE, first) == first:
        piece.guest = first
        space.cut(Range(piece.guest, piece.size))


def _put(
    piece: Piece, spaces: list[Space], first: int, name: str, report: Report
) -> None:
    if piece.guest is not None:
        return
    found = _common(piece, spaces, first)
    if found is None:
        found = first
        message = (
            f"there is no room for {format_size(piece.size)} in its guest addresses"
        )
        report.error(piece.where, name, message, "make it smaller")
    piece.guest = found
    for space in spaces:
        space.cut(Range(found, piece.size))


def _common(piece: Piece, spaces: list[Space], first: int) -> int | None:
    """Returns the lowest address that is free in all spaces.

    Addresses from first on are preferred.
    """
    for align in alignments(piece.size, abi.PAGE_SIZE):
        if align in SUPERPAGES and piece.phys and piece.phys % align:
            continue  # the physical address is not aligned for this page size
        for start in (first, 0):
            found: int | None = start
            while found is not None:
                before = found
                for space in spaces:
                    if found is not None:
                        found = space.lowest(piece.size, align, found)
                if found == before:
                    return found
    return None


def _share(name: str, spaces: dict[Request, Space], report: Report) -> None:
    parties = [
        (request, piece)
        for request in spaces
        for piece in request.shared
        if piece.name == name and piece.guest is None
    ]
    if not parties:
        return
    request, first = parties[0]
    _put(
        first, [spaces[request] for request, _ in parties], SHARED, request.name, report
    )
    for _, piece in parties[1:]:
        piece.guest = first.guest


def _page(space: Space, first: int) -> int:
    found = space.lowest(abi.PAGE_SIZE, abi.PAGE_SIZE, first)
    found = space.lowest(abi.PAGE_SIZE, abi.PAGE_SIZE, 0) if found is None else found
    if found is None:  # one region fills all addresses: check reports it as too large
        return first
    space.cut(Range(found, abi.PAGE_SIZE))
    return found
