# SPDX-License-Identifier: GPL-2.0
"""A cell as its config requests it, before all addresses are chosen."""

from dataclasses import dataclass, field

from ..model import NOWHERE, IrqRange, Range, Region
from ..problems import Where


@dataclass(eq=False)
class Piece:
    """Memory of a cell. An address that is None is still to be chosen."""

    type: str
    size: int
    flags: int
    phys: int | None = None
    guest: int | None = None
    name: str = ""
    where: Where = NOWHERE
    # Shared memory: its doorbell (True: to be chosen), and whether the cell may ring.
    doorbell: bool | int = False
    ring: bool = False

    def put(self, phys: int) -> None:
        self.phys = phys

    @property
    def range(self) -> Range:
        assert self.phys is not None
        return Range(self.phys, self.size)

    def region(self) -> Region:
        assert self.phys is not None and self.guest is not None
        return Region(
            self.type,
            self.phys,
            self.guest,
            self.size,
            self.flags,
            self.name,
            self.where,
            irq=0 if isinstance(self.doorbell, bool) else self.doorbell,
            rung=self.doorbell is True,
            ring=self.ring,
        )


@dataclass
class ConsoleRequest:
    kind: str
    guest: int | None
    irq: int | None  # 0: it is polled
    where: Where


@dataclass(eq=False)
class Request:
    """The request of a cell."""

    name: str
    where: Where
    cpus: tuple[int, ...]
    not_with: tuple[str, ...] = ()
    memory: list[Piece] = field(default_factory=list)
    shared: list[Piece] = field(default_factory=list)
    registers: list[Piece] = field(default_factory=list)
    devices: tuple[str, ...] = ()  # devices that the config lists
    neighbours: tuple[str, ...] = ()  # devices whose registers are in the same pages
    irqs: list[IrqRange] = field(default_factory=list)
    ports: list[Range] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)  # PCI functions
    image: Piece | None = None
    console: ConsoleRequest | None = None
    info: int | None = None  # 0: none
    entry: int | None = None
    same_addresses: bool = False  # guest addresses of RAM should equal physical ones
    linux: bool = False
    unplaced: bool = False  # some memory found no room

    @property
    def pieces(self) -> list[Piece]:
        """All memory with guest addresses."""
        return [*self.memory, *self.shared, *self.registers]

    @property
    def doorbells(self) -> list[Piece]:
        """Shared memory with a doorbell of this cell."""
        return [x for x in self.pieces if x.doorbell is not False]

    @property
    def own(self) -> list[Piece]:
        """RAM of this cell alone."""
        ram = [x for x in self.memory if x.type == "ram"]
        return ram + ([self.image] if self.image else [])


def never_at_once(one: Request, other: Request) -> bool:
    """Whether the config excludes that both exist at the same time."""
    return any(
        "all" in a.not_with or b.name in a.not_with
        for a, b in ((one, other), (other, one))
    )
