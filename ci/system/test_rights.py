# SPDX-License-Identifier: GPL-2.0
"""Each right of a config, on both sides: a cell's access to its RAM, registers and
shared memory, and root's access to the same addresses.

In the cell inmates/tests/rights.c tries; in root devmem does, and gets a signal when
the hypervisor refuses an access.
"""

import re

import pytest
from bulkhead.hv import Hv
from hvconfig import abi
from hvconfig.model import Cell, Region
from machine.config import Config
from machine.qemu import Machine

RIGHTS = {
    "r": abi.REGION_READ,
    "w": abi.REGION_WRITE,
    "x": abi.REGION_EXECUTE,
}
# Linux's arguments that let devmem map memory that a driver has claimed, or that is
# mapped with another memory type.
ARGUMENTS = {"arm64": "iomem=relaxed", "x86": "iomem=relaxed nopat"}
FOUND = re.compile(r"^PASS read: 0x([0-9a-f]+): 0x([0-9a-f]+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def config(config: Config) -> Config:
    return config.with_changes(append=ARGUMENTS[config.board.arch])


@pytest.fixture
def hv(machine: Machine) -> Hv:
    hv = Hv.of(machine)
    hv.ready("rights")
    return hv


def letters(region: Region) -> str:
    return "".join(letter for letter, bit in RIGHTS.items() if region.flags & bit)


def last_word(region: Region) -> int:
    """Returns the address of the word that the cell's program accesses."""
    return region.phys + region.size - 8


def regions(cell: Cell) -> list[Region]:
    """Returns the cell's regions, except the one that has the program."""
    return [region for region in cell.regions if not region.flags & abi.REGION_LOADABLE]


def shared(cell: Cell) -> list[Region]:
    return [region for region in cell.regions if region.type == "shared"]


def try_all(hv: Hv, cell: str) -> dict[int, int]:
    """Makes the cell try its regions; returns the values read by guest address."""
    hv.ok(f"cell load {cell} /lib/bulkhead/rights.bin")
    hv.ok(f"cell start {cell}")
    hv.wait_console(cell, r"^DONE rights: \d+ passed, \d+ failed$")
    said = hv.console(cell)
    tried = regions(hv.config(cell))
    memory = sum(region.type != "mmio" for region in tried)
    passed = 3 * len(tried) + memory
    assert f"DONE rights: {passed} passed, 0 failed" in said, said
    return {int(at, 16): int(value, 16) for at, value in FOUND.findall(said)}


def root_may(hv: Hv, address: int, value: int | None = None) -> bool:
    """Tries a read or, with a value, a write of root; returns whether it succeeds."""
    write = "" if value is None else f"{value:#x}"
    status = hv.machine.run(f"devmem {address:#x} 32 {write} 2>&1").status
    refused = 128 + hv.machine.config.board.refused_signal
    assert status in (0, refused), f"devmem {address:#x} {write}: {status}"
    return status == 0


def root_reads(hv: Hv, address: int) -> int:
    return int(hv.machine.check(f"devmem {address:#x} 32"), 0)


def mapped_for_root(hv: Hv, address: int) -> str:
    """Returns the rights in root's tables."""
    for item in hv.root_mappings():
        if item.start <= address < item.end:
            bits = zip("rwx", (item.read, item.write, item.execute))
            return "".join(letter for letter, given in bits if given)
    return ""


def test_there_is_each_combination(hv: Hv) -> None:
    """The config has every combination of rights."""
    assert hv.system
    cell, root = hv.config("tries"), hv.system.root
    sides = {region.phys: letters(region) for region in shared(root)}
    pairs = {(letters(region), sides[region.phys]) for region in shared(cell)}
    assert pairs == {
        (ours, theirs)
        for ours in ("r", "rw", "rx", "rwx")
        for theirs in ("", "r", "rw", "rx", "rwx")
    }
    kinds = {(region.type, letters(region)) for region in regions(cell)}
    assert {("mmio", "r"), ("mmio", "rw")} <= kinds
    assert {("ram", rights) for rights in ("r", "rw", "rx", "rwx")} <= kinds


def test_a_cell_may_what_it_is_given(hv: Hv) -> None:
    for cell in ("tries", "peer"):
        hv.ok(f"cell create {cell}")
        try_all(hv, cell)
    hv.audit()


def test_root_may_what_it_is_given(hv: Hv) -> None:
    """Root's rights hold before, during and after the cell's existence."""
    assert hv.system
    for step in ("", "cell create tries", "cell destroy tries"):
        if step:
            hv.ok(step)
        for region in shared(hv.system.root):
            rights, at = letters(region), last_word(region)
            assert mapped_for_root(hv, at) == rights, hex(at)
            assert root_may(hv, at) == ("r" in rights), f"read {at:#x}"
            assert root_may(hv, at, 0xB5) == ("w" in rights), f"write {at:#x}"


def test_what_a_cell_owns_is_closed_to_root(hv: Hv) -> None:
    """Root has no access to a cell's own memory, whatever the cell's rights."""
    owned = [r for r in regions(hv.config("tries")) if r.type != "shared"]
    hv.run("tries", "rights")
    for region in owned:
        assert not root_may(hv, region.phys), hex(region.phys)
        assert not root_may(hv, region.phys, 0), hex(region.phys)
    hv.end("tries")
    for region in owned:
        assert root_may(hv, region.phys), hex(region.phys)
        assert mapped_for_root(hv, region.phys)[:2] == "rw"


def test_what_one_writes_the_other_reads(hv: Hv) -> None:
    assert hv.system
    root = {region.phys: region for region in shared(hv.system.root)}
    both = [(mine, root[mine.phys]) for mine in shared(hv.config("tries"))]
    written = {}
    hv.ok("cell create tries")  # create wipes the memory
    for number, (mine, its) in enumerate(both):
        if "w" in letters(its):
            written[mine] = 0xB500 + number
            hv.machine.check(f"devmem {last_word(its):#x} 32 {written[mine]:#x}")
    found = try_all(hv, "tries")
    for mine, value in written.items():
        assert found[mine.guest + mine.size - 8] & 0xFFFFFFFF == value
    for mine, its in both:
        if "r" not in letters(its):
            continue
        now = root_reads(hv, last_word(its))
        if "w" in letters(mine):
            assert now & 0xFF00 == 0xA500, hex(now)
        elif mine in written:
            assert now == written[mine]


def test_two_cells_share_without_root(hv: Hv) -> None:
    """A cell reads what another cell wrote."""
    hv.ok("cell create tries")
    try_all(hv, "tries")
    hv.ok("cell create peer")
    found = try_all(hv, "peer")
    theirs = {region.phys: region for region in hv.config("tries").regions}
    for region in shared(hv.config("peer")):
        value = found[region.guest + region.size - 8]
        if "w" in letters(theirs[region.phys]):
            assert value & 0xFF00 == 0xA500, hex(value)


@pytest.mark.parametrize(
    "attack, address, allowed",
    [
        ("read", 0x60000000, True),
        ("write", 0x60000000, False),
        ("write", 0x60001000, True),
        ("fetch", 0x60001000, False),
        ("read", 0x0A000000, True),
        ("write", 0x0A000000, False),
        ("write", 0x0A001000, True),
        ("fetch", 0x0A001000, False),
        ("read", 0x50000000, True),
        ("write", 0x50000000, False),
        ("write", 0x50001000, True),
        ("fetch", 0x50001000, False),
    ],
)
def test_a_cell_that_is_not_forgiven(
    hv: Hv, attack: str, address: int, allowed: bool
) -> None:
    hv.run("once", "hostile", f"attack={attack} addr={address:#x} expect=ok")
    if allowed:
        hv.wait_console("once", rf"^PASS {attack}: {address:#x} gives")
        return
    hv.wait_state("once", "failed")
    stop = hv.cell("once")["stop"]
    assert stop["reason"] == {"write": "access", "fetch": "fetch"}[attack]
    assert int(stop["guest_address"], 16) == address
