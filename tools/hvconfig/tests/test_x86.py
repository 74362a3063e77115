# SPDX-License-Identifier: GPL-2.0
"""Systems for x86: local APICs, I/O ports, memmap=."""

import copy
import dataclasses
import pathlib
from typing import Any

import pytest
import yaml
from hvconfig.check.system import check_system
from hvconfig.cli.main import main
from hvconfig.explain.failure import explain
from hvconfig.explain.records import Failure
from hvconfig.model import Device, IrqRange, Range, System
from hvconfig.problems import Report
from hvconfig.read import unblob
from hvconfig.read.system import load_system
from hvconfig.show import diff, draw_svg, picture
from hvconfig.show.picture_memory import HYPERVISOR, Hold
from hvconfig.write import blob, cmdline, header, outputs

from tests.helpers import SOURCE, errors, good, warnings

CONFIGS = SOURCE / "configs"
# The RAM that the demo keeps from Linux.
KEPT = "memmap=0x2000000$0x39e00000 memmap=0x800000$0x3f000000"
DEMO = CONFIGS / "systems" / "qemu-q35-demo.yaml"
PLATFORM = yaml.safe_load((CONFIGS / "platforms" / "qemu-q35.yaml").read_text())


def wanted(**changes: Any) -> dict[str, Any]:
    """Returns a system with one cell, which has these additional keys."""
    cell = {"cpus": [3], "ram": "16M", "console": True} | changes
    return {"platform": copy.deepcopy(PLATFORM), "cells": {"rt": cell}}


def demo() -> System:
    return load_system(str(DEMO))


def test_the_demo_has_no_problems() -> None:
    data = yaml.safe_load(DEMO.read_text())
    data["platform"] = PLATFORM
    assert not errors(data) and not warnings(data)


def test_root_has_all_but_the_hypervisor_and_the_local_apics() -> None:
    root = demo().root
    assert not root.irqs
    controllers = [Range(0xFEE00000, 0x1000), Range(0xFEC00000, 0x1000)]
    for own in (demo().hypervisor, *controllers, Range(0xB0000000, 256 << 20)):
        assert not any(region.range.overlaps(own) for region in root.regions)
    hpet = Range(0xFED00000, 0x1000)
    assert any(region.range.contains(hpet) for region in root.regions)


def test_root_s_registers_leave_out_the_interrupt_controllers() -> None:
    data = wanted()
    data["platform"]["devices"] = {}
    registers = [x.range for x in good(data).root.regions if x.type == "mmio"]
    before, between = Range(0x3FFE0000, 0xBEC20000), Range(0xFEC01000, 0x1FF000)
    assert registers[2:5] == [before, between, Range(0xFEE01000, 0x11FF000)]


def test_dump_builds_the_same_blob(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = str(tmp_path / "a.bin"), str(tmp_path / "b.bin")
    assert main(["build", str(DEMO), "-o", first]) == 0
    assert main(["dump", first]) == 0
    text = capsys.readouterr().out
    assert "root_doorbell: 15" in text and "gic" not in text
    dumped = tmp_path / "a.yaml"
    dumped.write_text(text)
    assert main(["build", str(dumped), "-o", second]) == 0
    assert pathlib.Path(first).read_bytes() == pathlib.Path(second).read_bytes()


@pytest.mark.parametrize("offset, name", [(72, "APICs"), (84, "zero"), (199, "zero")])
def test_a_blob_with_another_platform_is_refused(offset: int, name: str) -> None:
    content = bytearray(blob.encode(demo()))
    content[offset] ^= 1
    with pytest.raises(Exception, match=name):
        unblob.decode(bytes(content))


def test_pictures_show_local_apics() -> None:
    found = picture.compose(demo())
    spans = {span.range.start: span for span in found.spans}
    assert spans[0xFEE00000].what == "local APICs"
    assert list(spans[0xFEE00000].holders) == [HYPERVISOR]
    cpu = found.clusters[0][1][0]
    assert cpu.detail == "APIC ID 0x0" and len(found.clusters) == 4
    assert [(row.label, row.detail) for row in found.irqs] == [("15", "doorbell")]
    assert not any(Hold.UNUSED in x.holders.values() for x in found.spans)
    text = draw_svg.render(found)
    assert "local APICs" in text
    assert not any(word in text for word in ("GIC", "mem=", "MPIDR"))


def test_kernel_arguments_keep_linux_out() -> None:
    assert cmdline.render(demo()) == f"{KEPT} nox2apic"


def test_kernel_arguments_leave_iommus_off() -> None:
    """Debian has both kinds on by default."""
    found = demo()
    for names, wanted in (
        (["dmar0"], "intremap=off intel_iommu=off"),
        (["amd-iommu0", "amd-iommu1"], "amd_iommu=off"),
        (["amd-iommu0", "dmar0"], "intremap=off intel_iommu=off amd_iommu=off"),
    ):
        devices = {name: Device(name, dma=True) for name in names}
        platform = dataclasses.replace(found.platform, devices=devices)
        line = cmdline.render(dataclasses.replace(found, platform=platform))
        assert line == f"{KEPT} nox2apic {wanted}"


def test_no_files_for_device_trees() -> None:
    names = set(outputs.everything(demo()))
    assert names == {"demo.bin", "demo.cmdline"} | {
        f"demo-{cell.name}.{kind}" for cell in demo().cells for kind in ("h", "ld")
    }


def test_header() -> None:
    found = demo()
    text = header.render(found, found.cells[0])
    assert "#define CELL_CONSOLE 0x000003f8 " in text
    assert "#define CELL_APIC 0xfee00000 " in text
    assert not any(word in text for word in ("GIC", "IRQ", "INTID"))


def test_defaults() -> None:
    """RAM is at the link address of programs, the console at COM1 without interrupt."""
    cell = good(wanted()).cells[0]
    assert (cell.regions[0].guest, cell.entry) == (0x10000, 0x10000)
    assert cell.console and cell.console.kind == "16550"
    assert (cell.console.guest, cell.console.irq) == (0x3F8, 0)
    assert not cell.irqs


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"ports": [{"at": 0xCFC, "size": 1}]}, "0xcfc to 0xcfc include PCI config"),
        ({"ports": [{"at": 0x60, "size": 8}]}, "include a way to reset the machine"),
        (
            {"ports": [{"at": 0xFFFF, "size": 2}]},
            "0xffff with size 2 is not a range of I/O ports",
        ),
        (
            {"ports": [{"at": 0x3FC, "size": 1}]},
            "0x3f8 belongs to its emulated console",
        ),
        ({"console": {"at": 0xFFFC}}, "the console can't be at 0xfffc: it has 8 I/O"),
        ({"console": {"at": 0}}, "the console can't be at 0x0"),
        (
            {"console": {"irq": 16}},
            "the console's interrupt 16 is not one of the spare",
        ),
        ({"console": {"type": "pl011"}}, "can't be of type pl011; type: 16550"),
        ({"linux": True, "entry": 0x1000}, "starts at guest address 0, not 0x1000"),
        (
            {"memory": [{"phys": 0xFEE00000, "size": "4K", "type": "mmio"}]},
            "registers of the interrupt controller (0xfee00000-0xfee00fff)",
        ),
    ],
)
def test_what_a_cell_can_t_have(changes: dict[str, Any], expected: str) -> None:
    data = wanted(**changes)
    data["platform"]["devices"]["serial"] = {
        "ports": [{"at": 0x2F8, "size": 8}],
        "irqs": [4],
    }
    assert any(expected in text for text in errors(data)), errors(data)


@pytest.mark.parametrize(
    "changes, expected",
    [
        ({"root_doorbell": 0}, "'0' is too small"),
        ({"root_doorbell": 3}, "root_doorbell: 3 is also one of spare_irqs"),
        ({"io_apics": []}, "spare_irqs: 3 is not a pin of an I/O APIC"),
        ({"ram": [{"at": 0, "size": "4G"}], "devices": {}}, "0xfee00000 overlap RAM"),
    ],
)
def test_what_a_platform_can_t_be(changes: dict[str, Any], expected: str) -> None:
    data = wanted()
    data["platform"] |= changes
    assert any(expected in text for text in errors(data)), errors(data)


def test_wide_apic_ids_are_beyond_the_hypervisor() -> None:
    data = wanted()
    data["platform"]["cpus"][1]["apic_id"] = 255
    assert any("has the APIC ID 0xff" in text for text in warnings(data))


def test_mem_is_refused() -> None:
    data = wanted() | {"root": {"mem": "512M"}}
    assert errors(data) == [
        "root: mem: is not available on x86, where memmap= excludes memory from Linux; "
        "remove it"
    ]


def test_firmware_is_not_called() -> None:
    data = wanted()
    data["hypervisor"] = {"deny_firmware": ["sip"]}
    assert any("Linux makes no such calls" in text for text in errors(data))


def test_root_lists_no_interrupts() -> None:
    data = wanted() | {"root": {"irqs": [33]}}
    assert errors(data) == [
        "root: on x86 root has all interrupts: they can't be listed; remove irqs:"
    ]


def test_a_16550_is_for_x86() -> None:
    from tests.helpers import cell, cells

    data = cells(one=cell(1, console={"type": "16550", "at": 0x3F8}))
    assert any(
        "a console on arm64 can't be of type 16550" in text for text in errors(data)
    )


def test_explain() -> None:
    found = demo()

    def said(reason: str, address: int) -> str:
        failure = Failure("rt", reason, syndrome=0x440, guest_address=address)
        return " ".join(explain(failure, found).sentences)

    assert "Cell 'rt' accessed guest address 0xfee00020" in said("access", 0xFEE00020)
    assert "offset 0x20 of its local APIC" in said("access", 0xFEE00020)
    assert "offset" not in said("access", 0x3F8)
    assert "of the device HPET-0" in said("access", 0xFED00000)
    assert "The port is 0x60." in said("port", 0x60)
    assert "write-back" not in said("mmio", 0xFEE00020)


def test_a_cell_with_pins_ports_and_functions() -> None:
    """The cell also gets its devices' pins and ports; the blob has them too."""
    data = wanted(irqs=[10, "20-21"], ports=[{"at": 0x300, "size": 16}])
    data["cells"]["rt"] |= {"pci": ["00:02.0", "0000:01:1f.7"], "devices": ["serial"]}
    data["platform"]["devices"]["serial"] = {
        "ports": [{"at": 0x2F8, "size": 8}],
        "irqs": [3],
    }
    cell = good(data).cells[0]
    assert {irq.first for irq in cell.irqs} == {3, 10, 20}
    assert cell.ports == (Range(0x2F8, 24),)
    assert cell.functions == (0x10, 0x1FF)
    again = unblob.decode(blob.encode(good(data))).cells[0]
    assert (again.ports, again.functions) == (cell.ports, cell.functions)
    said = warnings(data)
    assert sum("may do DMA" in text for text in said) == 2, said


@pytest.mark.parametrize(
    "key, value, expected",
    [
        ("irqs", [10], "interrupt 10 also belongs to rt"),
        ("ports", [{"at": 0x300, "size": 1}], "I/O port 0x300 also belongs to rt"),
        ("pci", ["00:02.0"], "PCI function 00:02.0 also belongs to rt"),
    ],
)
def test_two_cells_with_the_same(key: str, value: Any, expected: str) -> None:
    data = wanted(**{key: value})
    data["cells"]["other"] = {"cpus": [2], "ram": "16M", key: value}
    assert any(expected in text for text in errors(data)), errors(data)


def test_a_linux_cell() -> None:
    """RAM starts at 0; the console has a pin; the blob has the command line."""
    data = wanted(ram="128M", linux=True)
    assert not errors(data) and not warnings(data)
    (cell,) = good(data).cells
    assert cell.entry == 0 and cell.regions[0].guest == 0 and not cell.info
    assert cell.console and cell.console.irq == 3
    assert [irq.first for irq in cell.irqs] == [3]
    assert cell.args == cell.bootargs == "console=ttyS0" and cell.abort
    told = wanted(ram="128M", linux={"bootargs": "quiet"}, console=False)
    assert good(told).cells[0].args == "quiet"
    assert not any("rt.dtb" in name for name in outputs.everything(good(data)))


def test_two_linux_cells_have_pins_of_their_own() -> None:
    data = wanted(ram="128M", linux=True)
    data["cells"]["other"] = data["cells"]["rt"] | {"cpus": [2]}
    assert [x.console.irq for x in good(data).cells if x.console] == [3, 5]
    data["platform"]["spare_irqs"] = []
    assert any("without irq, it receives no input" in text for text in warnings(data))
    assert [x.console.irq for x in good(data).cells if x.console] == [0, 0]


def test_devices_of_a_linux_cell_are_not_described() -> None:
    data = wanted(ram="128M", linux=True, devices=["HPET-0"])
    expected = "its ACPI tables don't describe HPET-0: Linux doesn't find"
    assert any(expected in text for text in warnings(data))


def test_functions_of_a_linux_cell() -> None:
    """A cell with PCI functions has equal guest and physical addresses above 1 MiB.

    check warns about others, where DMA would access the wrong memory.
    """
    low: dict[str, Any] = {"phys": 0x33000000, "guest": 0, "loadable": True}
    high: dict[str, Any] = {"phys": 0x34000000, "size": "96M", "loadable": True}
    data = wanted(linux=True, pci=["00:02.0"], memory=[low | {"size": "1M"}, high])
    del data["cells"]["rt"]["ram"]
    assert not errors(data)
    (said,) = warnings(data)
    assert "00:02.0 may do DMA" in said
    card = {"dma": True, "pci": {"address": "00:03.0", "id": "8086:10d3"}}
    data["platform"]["devices"]["card"] = card
    data["cells"]["rt"]["devices"] = ["card"]
    assert not any("describe" in text for text in warnings(data))
    assert not any("memory of others" in text for text in warnings(data))
    moved = "memory 0x33000000 has the guest address 0x0: DMA would access memory of"
    data["cells"]["rt"]["memory"] = [low | {"size": "2M"}, high]
    found = [text for text in warnings(data) if moved in text]
    assert len(found) == 2 and any("card does DMA" in text for text in found), found
    del data["cells"]["rt"]["linux"]
    del data["cells"]["rt"]["devices"]
    assert not any(moved in text for text in warnings(data))


def test_doorbells_are_pins_to_which_nothing_is_wired() -> None:
    data = wanted(shared={"bell": {}, "quiet": {"doorbell": False}})
    data["shared"] = {
        "bell": {"size": "64K", "doorbells": True},
        "quiet": {"size": "4K", "doorbells": True},
    }
    data["root"] = {"shared": {"bell": {}, "quiet": {}}}
    assert not errors(data)
    (cell,) = good(data).cells
    assert {x.name: x.irq for x in cell.shared.values()} == {"bell": 3, "quiet": 0}
    assert [irq.first for irq in cell.irqs] == [3]
    data["platform"]["spare_irqs"] = []
    assert any("no spare interrupt left" in text for text in errors(data))


def test_diff_names_the_first_pins_too() -> None:
    old = good(wanted())
    (cell,) = old.cells
    new = dataclasses.replace(
        old, cells=(dataclasses.replace(cell, irqs=(IrqRange(4),)),)
    )
    (change,) = diff.changes(old, new)
    assert str(change) == "rt: gets interrupt 4"


def test_a_blob_with_a_range_of_a_billion_pins() -> None:
    """Pictures and differences show the range without listing its pins."""
    old = good(wanted())
    (cell,) = old.cells
    huge = dataclasses.replace(cell, irqs=(IrqRange(0, 1 << 30),))
    new = dataclasses.replace(old, cells=(huge,))
    assert [change.message for change in diff.changes(old, new)]
    report = Report()
    check_system(new, report)
    assert any("not a pin of an I/O APIC" in x.message for x in report.errors)
