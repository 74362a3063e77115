# SPDX-License-Identifier: GPL-2.0
"""Problems of cells' devices, their interrupts and devices on the same page."""

from typing import Any

from tests.helpers import (
    cell,
    cells,
    errors,
    examine_text,
    good,
    notes,
    to_yaml,
    warnings,
)


def everywhere(**devices: dict[str, Any]) -> dict[str, Any]:
    """Returns a system: cell "a" has the device "dev", root has the others."""
    data = cells(a=cell(1, devices=["dev"]))
    data["platform"]["devices"] |= devices
    return data


def test_two_devices_of_one_page_conflict_between_cells() -> None:
    found = errors(cells(a=cell(1, devices=["net"]), b=cell(2, devices=["disk"])))
    assert len(found) == 1 and "overlaps net" in found[0]


def test_conflicts_of_devices_and_consoles_are_told_where_they_stand() -> None:
    console = {"at": 0x09000000, "irq": 241}
    text = to_yaml(
        cells(
            a=cell(1, devices=["can"], console=console),
            b=cell(2, devices=["can"], console=console),
        )
    )
    lines = text.splitlines()
    _, problems = examine_text(text)
    conflicts = [x for x in problems if x.is_error]
    told = {x.message: lines[x.where.line - 1].strip() for x in conflicts}
    assert told["interrupt 34 also belongs to a"] == "- can"
    assert told["interrupt 241 also belongs to a"] == "console:"
    (overlap,) = [x for x in conflicts if "overlaps" in x.message]
    assert overlap.hint == (
        "give it to one of them, or if they never run at the same time: not_with: [a]"
    )


def test_devices_bring_registers_and_interrupts() -> None:
    one = good(cells(a=cell(1, devices=["net", "disk"]))).cells[0]
    mmio = [x for x in one.regions if x.type == "mmio"]
    assert [(x.phys, x.guest, x.size) for x in mmio] == [(0xA000000, 0xA000000, 4096)]
    assert sorted(x.first for x in one.irqs) == [27, 30, 48, 49, 241]


def test_neighbours_come_along() -> None:
    data = cells(a=cell(1, devices=["net"]))
    one = good(data).cells[0]
    assert (one.devices, one.neighbours) == (("net",), ("disk",))
    assert sorted(x.first for x in one.irqs) == [27, 30, 48, 49, 241]
    said = "\n".join(warnings(data))
    assert "those of disk: the cell can access them, so it also gets it with" in said
    assert "if that is intended: devices: [net, disk]" in said


def test_neighbours_with_one_interrupt() -> None:
    data = cells(a=cell(1, devices=["net"]))
    regs = [{"at": 0x0A000400, "size": 512}]
    data["platform"]["devices"]["tape"] = {"regs": regs, "irqs": [49]}
    said = "\n".join(warnings(data))
    assert "so it also gets them with interrupt 49, and root loses them" in said


def test_a_device_of_which_a_part_is_reached() -> None:
    data = cells(a=cell(1, devices=["net"]))
    data["platform"]["devices"]["big"] = {"regs": [{"at": 0xA000800, "size": "8K"}]}
    assert good(data).cells[0].neighbours == ("disk",)
    assert "contains some of big: the cell can access these" in "\n".join(
        warnings(data)
    )


def test_devices_that_need_each_other() -> None:
    data = everywhere(
        dev={"regs": [{"at": 0x0C000000, "size": "4K"}], "needs": ["clock", "power"]},
        clock={"regs": [{"at": 0x0D000000, "size": "4K"}]},
        power={},
    )
    (note,) = notes(data)
    assert note.startswith("a: dev depends on clock and power, which the cell doesn't")
    assert "clk_ignore_unused" in note and not warnings(data)
    data["cells"]["a"]["devices"] = ["dev", "clock", "power"]
    assert not notes(data) and not warnings(data)
    data["cells"]["a"]["devices"] = ["clock"]
    assert warnings(data) == [
        "a: dev depends on clock, which only the cell controls; give clock to root, or "
        "all of them to the cell"
    ]


def test_iommus() -> None:
    data = everywhere(
        dev={
            "regs": [{"at": 0x0C000000, "size": "4K"}],
            "dma": True,
            "iommu": "smmu",
            "stream_ids": [1],
        },
        smmu={"regs": [{"at": 0x0D000000, "size": "4K"}]},
    )
    del data["cells"]["a"]["memory"][0]["guest"]
    (found,) = warnings(data)
    assert "its IOMMU smmu: the owner of the IOMMU, root, decides" in found
    data["cells"]["b"] = cell(2, devices=["smmu"])
    assert "the owner of the IOMMU, b, decides" in "\n".join(warnings(data))


def test_an_interrupt_of_several_devices() -> None:
    data = cells(a=cell(1, devices=["can"]))
    devices = data["platform"]["devices"]
    devices["lin"] = {"irqs": ["33-35"]}
    assert warnings(data) == [
        "a: interrupt 34 of can is shared with lin: only the cell receives it, "
        "whichever device raises it; give can to root, or all of them to the cell"
    ]
    data["cells"]["a"]["devices"].append("lin")
    assert not warnings(data)
    data["cells"]["a"]["devices"].remove("lin")
    devices["lin"]["disabled"] = True
    assert not warnings(data)


def test_interrupts_of_others_devices() -> None:
    found = warnings(cells(a=cell(1, irqs=[27, 34])))
    assert found == [
        "a: interrupt 34 is raised by can, which the cell doesn't have; devices: [can] "
        "includes it"
    ]
    assert not warnings(cells(a=cell(1, irqs=[27, 34], devices=["can"])))


def test_the_machines_console() -> None:
    regs = [{"at": 0x0C000000, "size": "4K"}]
    data = everywhere(dev={"regs": regs})
    assert not warnings(data)
    data["platform"]["uart"] = 0x0C000000
    assert "dev is the machine's console: Linux loses it" in warnings(data)[0]
    del data["platform"]["uart"]
    data["platform"]["stdout"] = "dev"
    assert "dev is the machine's console: Linux loses it" in warnings(data)[0]
