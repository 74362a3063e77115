# SPDX-License-Identifier: GPL-2.0
"""Addresses and interrupts that hvconfig chooses."""

from typing import Any

import pytest
from hvconfig.model import Cell, System

from tests.helpers import errors, examine, good, notes, say, system, warnings

M = 1 << 20
END = 0xC0000000  # the end of RAM


def plain(number: int, **more: Any) -> dict[str, Any]:
    return {"cpus": [number], "ram": "16M", "console": True, **more}


def free_system(**named: dict[str, Any]) -> dict[str, Any]:
    """Returns a system in which neither cells nor the hypervisor have addresses."""
    data = system(cells=named)
    del data["hypervisor"]
    return data


def ram(cell: Cell) -> list[tuple[int, int, int]]:
    return [(x.phys, x.guest, x.size) for x in cell.regions if x.type == "ram"]


def shared(cell: Cell) -> dict[str, tuple[int, int]]:
    return {x.name: (x.guest, x.flags) for x in cell.regions if x.type == "shared"}


def both(data: dict[str, Any]) -> tuple[Cell, Cell]:
    one, two = good(data).cells
    return one, two


def test_nothing_has_an_address() -> None:
    data = free_system(a=plain(1), b=plain(2))
    assert not warnings(data) and not notes(data)
    found = good(data)
    assert (found.hypervisor.start, found.hypervisor.size) == (END - 4 * M, 4 * M)
    a, b = found.cells
    assert ram(a) == [(END - 20 * M, 0x40000000, 16 * M)]
    assert ram(b) == [(END - 36 * M, 0x40000000, 16 * M)]
    for number, one in enumerate((a, b)):
        assert one.console and one.console.guest == 0x09000000
        assert one.console.irq == 241 + number
        assert one.info == 0x0B000000 and one.entry == 0x40000000
        assert [x.flags for x in one.regions] == [0xF]  # rwx and loadable


def test_hypervisor_of_a_size() -> None:
    data = free_system(a=plain(1))
    data["hypervisor"] = {"memory": "5M", "protect": True, "deny_firmware": ["oem"]}
    found = good(data)
    assert (found.hypervisor.start, found.hypervisor.size) == (END - 6 * M, 6 * M)
    assert found.protect
    assert found.deny_firmware == ("oem",)


def test_pieces() -> None:
    entries = ["16M", {"size": "64K", "rights": "rw", "loadable": False}, "8M"]
    (one,) = good(free_system(a=plain(1, ram=entries))).cells
    assert ram(one) == [
        (END - 22 * M, 0x40000000, 16 * M),
        (END - 4 * M - 65536, 0x41000000, 65536),
        (END - 30 * M, 0x41200000, 8 * M),
    ]
    assert [x.flags for x in one.regions] == [0xF, 3, 0xF]


def test_another_cell_moves_nothing() -> None:
    before = good(free_system(a=plain(1), b=plain(2)))
    after = good(free_system(a=plain(1), b=plain(2), c=plain(3, ram="1M")))
    assert after.hypervisor == before.hypervisor
    after = good(free_system(a=plain(1), b=plain(2), c=plain(3, ram="64M")))
    assert after.cells[:2] == before.cells


def test_cells_never_at_once_get_the_same_memory() -> None:
    data = free_system(a=plain(1), b=plain(1, not_with=["a"]), c=plain(2))
    a, b, c = good(data).cells
    assert ram(a) == ram(b) != ram(c)
    assert a.console and b.console and a.console.irq == b.console.irq


def test_pinned_addresses_are_left_alone() -> None:
    pinned = {"phys": END - 40 * M, "size": "8M", "loadable": True}
    data = free_system(a=plain(1), b=plain(2, ram=None, memory=[pinned]))
    del data["cells"]["b"]["ram"]
    a, b = both(data)
    assert ram(b) == [(END - 40 * M, END - 40 * M, 8 * M)]
    assert ram(a) == [(END - 20 * M, 0x40000000, 16 * M)]
    data["cells"]["b"]["memory"] = [pinned | {"phys": END - 5 * M, "size": "1M"}]
    a, b = both(data)
    assert good(data).hypervisor.start == END - 4 * M
    assert ram(a) == [(END - 22 * M, 0x40000000, 16 * M)]
    data["cells"]["b"]["memory"] = [{"size": "4M", "guest": 0x60000000}]
    assert [x[1:] for x in ram(both(data)[1])] == [(0x60000000, 4 * M)]


def test_linux_keeps_what_it_was_told() -> None:
    data = free_system(a=plain(1, ram="100M"))
    data["root"] = {"mem": "1920M"}
    assert ram(good(data).cells[0]) == [(END - 104 * M, 0x40000000, 100 * M)]
    data["cells"]["a"]["ram"] = "125M"
    (found,) = errors(data)
    assert found.startswith("a: there is no room for 125M of memory; the largest free")
    assert "124M" in found


def test_no_room_is_one_error_each() -> None:
    data = free_system(a=plain(1, ram="3G"), b=plain(2), c=plain(3, image=True))
    data["shared"] = {"ring": "8G"}
    data["cells"]["b"]["shared"] = {"ring": None}
    data["cells"]["c"]["shared"] = {"ring": None}
    assert [x.split(";")[0] for x in errors(data)] == [
        "a: there is no room for 3G of memory",
        "ring: there is no room for 8G of shared memory",
    ]
    data = free_system(a=plain(1))
    data["platform"]["ram"] = [{"at": 0x40000000, "size": "1M"}]
    assert [x.split(";")[0] for x in errors(data)] == [
        "hypervisor: there is no room for 4M of memory",
        "a: there is no room for 16M of memory",
    ]


def test_root_memory_by_hand() -> None:
    data = free_system(a=plain(1), b=plain(2))
    data["root"] = {"memory": [{"phys": 0x40000000, "size": "1G"}]}
    data["cells"]["a"]["shared"] = {"with": "b", "size": "64K"}
    found = good(data)
    assert found.hypervisor.start == END - 4 * M
    assert ram(found.cells[0])[0][0] == 0x7F000000
    assert found.shared["a-b"].phys == END - 4 * M - 65536


def test_image() -> None:
    data = free_system(a=plain(1, image=True, rights=["console", "reset"]))
    (one,) = good(data).cells
    assert one.image.size == 16 * M and one.image.start == END - 36 * M
    assert not warnings(data)


def test_shared_by_name() -> None:
    data = free_system(
        a=plain(1, shared={"ring": None, "one-way": {"rights": "r"}}),
        b=plain(2, shared={"ring": {"rights": "r"}, "one-way": None}),
    )
    data["shared"] = {"ring": "64K", "one-way": {"size": "8K"}}
    a, b = both(data)
    assert shared(a) == {"ring": (0x50000000, 3), "one-way": (0x50010000, 1)}
    assert shared(b) == {"ring": (0x50000000, 1), "one-way": (0x50010000, 3)}
    assert good(data).shared["ring"].phys == END - 4 * M - 65536
    assert ram(a) == [(END - 22 * M, 0x40000000, 16 * M)]


def test_shared_with() -> None:
    share = {"with": "root", "size": "64K", "their_rights": "r"}
    data = free_system(a=plain(1, shared=share), b=plain(2))
    found = good(data)
    assert shared(found.cells[0]) == {"a-root": (0x50000000, 3)}
    region = found.shared["a-root"]
    roots = [x for x in found.root.regions if x.type == "shared"]
    assert [(x.phys, x.guest, x.flags) for x in roots] == [
        (region.phys, region.phys, 1)
    ]
    data["cells"]["a"]["shared"] = [
        {"with": "b", "size": "4K"},
        {"with": "b", "size": "4K", "rights": "r", "guest": 0x60000000, "name": "x"},
        {"with": "b", "size": "4K"},
    ]
    a, b = both(data)
    assert shared(a) == {
        "a-b": (0x50000000, 3),
        "x": (0x60000000, 1),
        "a-b-2": (0x50002000, 3),
    }
    assert shared(b)["x"] == (0x50001000, 3)


@pytest.mark.parametrize(
    "share, expected",
    [
        ({"with": "c", "size": "64K"}, "no other cell 'c' to share memory with"),
        ({"with": "a", "size": "64K"}, "no other cell 'a' to share"),
        ({"with": "b"}, "the key 'size' is missing; size: 64K"),
        ({"with": "b", "size": "x"}, "'x' is not a number"),
        ([{"with": "b", "size": "1K"}], "the size 1K is not a multiple of 4 KiB"),
        ({"size": "64K"}, "'size' is taken as the name of a shared region here"),
        ({"ring": None}, "there is no shared region 'ring'"),
        ([{"ring": None}], "unknown key 'ring'"),
        ([{"with": "b", "size": "4K", "name": "n"}] * 2, "already a shared region 'n'"),
        ("64K", "'64K' is not a mapping (key: value) or a list"),
    ],
)
def test_shared_mistakes(share: Any, expected: str) -> None:
    found = errors(free_system(a=plain(1, shared=share), b=plain(2)))
    assert any(expected in line for line in found), found


def test_devices_that_reach_memory_see_real_addresses() -> None:
    data = free_system(a=plain(1, devices=["net", "disk"]))
    (one,) = good(data).cells
    assert ram(one) == [(END - 20 * M, END - 20 * M, 16 * M)]
    assert not any("its DMA would hit" in line for line in warnings(data))


def test_addresses_that_are_taken() -> None:
    data = free_system(a=plain(1, devices=["can"]))
    data["platform"]["devices"]["can"]["regs"] = [{"at": 0x09000000, "size": "8K"}]
    data["platform"]["devices"]["pcie"] = {"regs": [{"at": 0x0B000000, "size": "4K"}]}
    (one,) = good(data).cells
    assert one.console and one.console.guest == 0x09002000
    assert one.info == 0x0B000000
    data["cells"]["a"]["devices"].append("pcie")
    assert good(data).cells[0].info == 0x0B001000
    data["platform"]["devices"]["pcie"]["regs"][0] = {"at": 0x30000000, "size": "256M"}
    assert ram(good(data).cells[0])[0][1] == 0x40000000
    data["cells"]["a"]["ram"] = ["16M", {"size": "4K", "guest": 0x40001000}]
    assert ram(good(data).cells[0])[1][1:] == (0x40200000, 16 * M)


def test_consoles() -> None:
    data = free_system(
        a=plain(1, console={"at": 0x0A000000}),
        b=plain(2, console={"irq": 241}),
        c=plain(3),
    )
    found = [x.console for x in good(data).cells]
    assert [(x.guest, x.irq) for x in found if x] == [
        (0x0A000000, 0),
        (0x09000000, 241),
        (0x09000000, 242),
    ]
    data["platform"]["spare_irqs"] = [241]
    assert "c: its console has no interrupt, as no spare one is left" in notes(data)[0]
    data["cells"]["c"]["console"] = False
    assert good(data).cells[2].console is None


def test_gigabytes_get_large_superpages() -> None:
    data = free_system(a=plain(1, ram="1G"))
    data["platform"]["ram"] = [{"at": 0x40000000, "size": "8G"}]
    assert ram(good(data).cells[0]) == [(0x1FFC00000, 0x40000000, 1 << 30)]
    data["hypervisor"] = {"memory": {"at": 0x237C00000, "size": "4M"}}
    assert ram(good(data).cells[0]) == [(0x1F7C00000, 0x40000000, 1 << 30)]
    data["hypervisor"]["memory"]["at"] = 0x203C00000
    assert ram(good(data).cells[0]) == [(0x1C0000000, 0x40000000, 1 << 30)]


def test_reserved_memory_is_left_alone() -> None:
    data = free_system(a=plain(1, shared={"with": "root", "size": "64K"}))
    data["platform"]["reserved"] = [
        {"at": END - M, "size": "1M", "name": "firmware"},
        {"at": END - 12 * M, "size": "4K"},
        {"at": END - 6 * M - 4096, "size": "4K"},
    ]
    found = good(data)
    assert found.hypervisor.start == END - 6 * M
    assert found.shared["a-root"].phys == END - M - 65536
    assert ram(found.cells[0])[0][0] == END - 28 * M
    data["hypervisor"] = {"memory": {"at": END - 4 * M, "size": "4M"}}
    data["cells"]["a"]["memory"] = [{"phys": END - 12 * M, "size": "4K"}]
    assert [x.split(";")[0] for x in errors(data)] == [
        "a: memory 0xbf400000-0xbf400fff overlaps 0xbf400000-0xbf400fff, which is "
        "reserved",
        "hypervisor: its memory overlaps 0xbff00000-0xbfffffff, which is reserved "
        "(firmware)",
    ]


def test_several_banks() -> None:
    data = free_system(a=plain(1), b=plain(2, ram="1500M"))
    data["platform"]["ram"] = [
        {"at": 0x40000000, "size": "2G"},
        {"at": 0x880000000, "size": "1G"},
    ]
    found = good(data)
    assert found.hypervisor.end == 0x8C0000000
    assert ram(found.cells[0])[0][0] == 0x8C0000000 - 20 * M
    assert ram(found.cells[1])[0][0] == END - 1500 * M


def test_the_same_each_time() -> None:
    data = free_system(a=plain(1, ram=["1M", "3M"]), b=plain(2), c=plain(3))
    systems = [examine(data)[0] for _ in range(3)]
    assert all(isinstance(x, System) and x == systems[0] for x in systems)


def test_unknown_and_odd_values() -> None:
    found = errors(free_system(a=plain(1, ram=["5K", 0, "1T", {"phys": 0x40000000}])))
    assert any("'size' is missing" in x for x in found)
    found = errors(free_system(a=plain(1, ram=["5K", 0])))
    assert len(found) == 2 and all("multiple of 4 KiB" in x for x in found), found
    found = errors(free_system(a={"cpus": [1]}))
    assert found == ["a: has no memory; ram: 16M"]
    assert say(examine(free_system(a=plain(1, ram=[])))[1][0]).startswith("cells.a.ram")
