# SPDX-License-Identifier: GPL-2.0
"""Nodes of devices in a cell's device tree, copied from the machine's tree."""

import pathlib
import subprocess
from dataclasses import replace
from typing import Any

import pytest
from hvconfig.cli.main import main
from hvconfig.collect import collect
from hvconfig.collect.devicetree import Choices
from hvconfig.model import Cell, Platform, Range, Region, System, merge, page_range
from hvconfig.problems import ConfigError
from hvconfig.read.system import load_system
from hvconfig.tree.nodes import Node, Tree, parse
from hvconfig.write import assigned, cell_tree, yaml_text
from hvconfig.write.platform import platform_data

from tests.boards import qemu_blob
from tests.helpers import to_yaml
from tests.test_corpus import missing_ram
from tests.trees import compile_source, corpus, source

STEP = 50  # one of so many boards is tested
# Checks of dtc that the boards' own device trees fail.
STYLE = (
    *("interrupt_provider", "unique_unit_address", "avoid_unnecessary_addr_size"),
    *("graph_child_address", "unit_address_vs_reg"),
)

BOARD = """
    fast: oscillator { compatible = "fixed-clock"; #clock-cells = <0>;
        clock-frequency = <1000000>; };
    supply: regulator { compatible = "regulator-fixed"; regulator-name = "x"; };
    soc {
        compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>;
        ranges = <0 0x10000000 0x100000>;
        clocks: clock-controller@0 { compatible = "x,clocks"; reg = <0 0x1000>;
            #clock-cells = <1>; #reset-cells = <1>; };
        pins: gpio@1000 { compatible = "x,gpio"; reg = <0x1000 0x1000>;
            interrupts = <0 20 4>; gpio-controller; #gpio-cells = <2>;
            interrupt-controller; #interrupt-cells = <2>;
            state: state { pins = "a"; }; };
        bus: i2c@2000 { compatible = "x,i2c"; reg = <0x2000 0x1000>;
            interrupts = <0 21 0xf04>, <0 22 1>; interrupt-names = "low", "edge";
            clocks = <&fast>, <&clocks 7>; clock-names = "slow", "core";
            resets = <&clocks 1>; reset-names = "all"; status = "disabled";
            pinctrl-0 = <&state>; pinctrl-names = "default"; vdd-supply = <&supply>;
            #address-cells = <1>; #size-cells = <0>;
            sensor@48 { compatible = "x,sensor"; reg = <0x48>;
                interrupt-parent = <&pins>; interrupts = <3 8>;
                reset-gpios = <&pins 4 0>; }; };
        glue@4000 { compatible = "x,glue"; reg = <0x4000 0x1000>;
            #address-cells = <1>; #size-cells = <1>; ranges = <0 0x5000 0x2000>;
            mine@0 { compatible = "x,core"; reg = <0 0x1000>; };
            theirs@1000 { compatible = "x,core"; reg = <0x1000 0x1000>; }; };
    };
    bus@30000000 {
        compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>; ranges;
        dma-ranges = <0xc0000000 0 0x10000000>;
        dma@30000000 { compatible = "x,dma"; reg = <0x30000000 0x1000>;
            #dma-cells = <1>; };
    };
"""


def board(tmp_path: pathlib.Path, *devices: str, **changes: Any) -> pathlib.Path:
    """Writes a system whose Linux cell has these devices of BOARD."""
    blob = tmp_path / "board.dtb"
    blob.write_bytes(compile_source(source(BOARD)))
    machine = collect.from_blob(str(blob), Choices(spare=[100, 101]))
    data = platform_data(replace(machine, dtb=""))
    (tmp_path / "board.yaml").write_text(f"dtb: board.dtb\n{yaml_text.render(data)}")
    cell = {"cpus": [1], "ram": "64M", "linux": None, "devices": list(devices)}
    path = tmp_path / "system.yaml"
    cells = {"a": {**cell, **changes}}
    path.write_text(to_yaml({"platform": "board.yaml", "cells": cells}))
    return path


def tree_of(path: pathlib.Path) -> Tree:
    system = load_system(str(path))
    return parse(cell_tree.encode(system, system.cells[0]), "cell.dtb")


def node(tree: Tree, path: str) -> Node:
    found = tree.find(path)
    assert found, list(tree.by_path)
    return found


def said(path: pathlib.Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    assert main(["check", str(path), *more]) == 0
    return capsys.readouterr().err


def test_a_device_with_all_that_is_its_own(tmp_path: pathlib.Path) -> None:
    tree = tree_of(board(tmp_path, "i2c", "gpio"))
    gic = node(tree, "/interrupt-controller@8000000").cell("phandle")
    i2c, pins = node(tree, "/i2c@10002000"), node(tree, "/gpio@10001000")
    assert i2c.cells("reg") == [0, 0x10002000, 0, 0x1000]
    assert i2c.cells("interrupts") == [0, 21, 4, 0, 22, 1]
    assert i2c.cell("interrupt-parent") == gic
    assert i2c.strings("interrupt-names") == ["low", "edge"]
    assert i2c.enabled
    # The device behind the bus, and references to other devices of the cell.
    sensor = node(tree, "/i2c@10002000/sensor@48")
    assert sensor.cells("reg") == [0x48]
    assert sensor.cells("interrupts-extended") == [pins.cell("phandle"), 3, 8]
    assert sensor.cells("reset-gpios")[0] == pins.cell("phandle")
    assert i2c.cells("pinctrl-0") == [node(tree, f"{pins.path}/state").cell("phandle")]


def test_what_is_others(tmp_path: pathlib.Path) -> None:
    tree = tree_of(board(tmp_path, "i2c"))
    i2c = node(tree, "/i2c@10002000")
    left = "resets reset-names vdd-supply pinctrl-0 pinctrl-names status"
    assert not i2c.props.keys() & set(left.split())
    sensor = node(tree, "/i2c@10002000/sensor@48")
    assert sensor.props.keys() == {"compatible", "reg"}
    rates = [
        clock.cell("clock-frequency")
        for clock, _ in tree.references(i2c, "clocks", "#clock-cells")
    ]
    assert rates == [1_000_000, assigned.GUESSED_HZ]
    assert i2c.strings("clock-names") == ["slow", "core"]


def test_a_clock_of_the_cells_own(tmp_path: pathlib.Path) -> None:
    tree = tree_of(board(tmp_path, "i2c", "clock-controller"))
    clocks = node(tree, "/clock-controller@10000000").cell("phandle")
    assert node(tree, "/i2c@10002000").cells("clocks")[1:] == [clocks, 7]
    assert node(tree, "/i2c@10002000").cells("resets") == [clocks, 1]


def test_a_bus_at_the_cells_addresses(tmp_path: pathlib.Path) -> None:
    tree = tree_of(board(tmp_path, "glue", "mine"))
    glue = node(tree, "/glue@10004000")
    assert glue.props["ranges"] == b"" and glue.cells("#address-cells") == [2]
    assert [child.name for child in glue.children] == ["mine@10005000"]
    assert glue.children[0].cells("reg") == [0, 0x10005000, 0, 0x1000]
    alone = tree_of(board(tmp_path, "mine"))
    assert node(alone, "/mine@10005000").cells("reg") == [0, 0x10005000, 0, 0x1000]


def test_what_check_says(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = board(tmp_path, "i2c", "dma")
    told = said(path, capsys)
    assert "a: its device tree doesn't describe dma: its DMA doesn't use" in told
    assert (
        "rate of a clock of i2c isn't known: the cell's device tree says 24 MHz" in told
    )
    assert "(/clock-2)" in told and "/clock-1" not in told
    assert tree_of(path).find("/dma@30000000") is None
    assert "describe" not in said(board(tmp_path, "gpio"), capsys)


def test_without_a_tree_there_is_a_warning(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = board(tmp_path, "gpio")
    machine = tmp_path / "board.yaml"
    machine.write_text(machine.read_text().removeprefix("dtb: board.dtb\n"))
    assert "its device tree doesn't describe gpio, because the pla" in said(
        path, capsys
    )
    assert tree_of(path).find("/gpio@10001000") is None
    tree = str(tmp_path / "board.dtb")
    assert "describe" not in said(path, capsys, "--dtb", tree)
    out = tmp_path / "out"
    assert main(["build", str(path), "-o", f"{out}/", "--dtb", tree]) == 0
    built = parse((out / "system.a.dtb").read_bytes(), "built")
    assert built.find("/gpio@10001000")
    one = tmp_path / "one.dtb"
    assert main(["dtb", str(path), "a", "-o", str(one), "--dtb", tree]) == 0
    assert one.read_bytes() == (out / "system.a.dtb").read_bytes()


def test_what_is_no_tree_is_refused(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = board(tmp_path, "gpio")
    (tmp_path / "board.dtb").write_bytes(b"noise" * 100)
    assert main(["check", str(path)]) == 1
    assert "board.dtb: is not a device tree blob" in capsys.readouterr().err
    assert main(["check", str(path), "--dtb", "/none.dtb"]) == 1
    assert "/none.dtb" in capsys.readouterr().err


def with_everything(machine: Platform) -> System:
    """Returns a system whose only cell has all devices."""
    devices = machine.devices.values()
    pages = merge(page_range(reg) for device in devices for reg in device.regs)
    ram = Region("ram", 1 << 46, 1 << 46, 1 << 26, 15)
    cell = Cell(
        name="a",
        cpus=(0,),
        regions=(*(Region("mmio", x.start, x.start, x.size, 3) for x in pages), ram),
        irqs=tuple(irq for device in devices for irq in device.irqs),
        irq_mode="list",
        rights=(),
        entry=ram.guest,
        linux=True,
        devices=tuple(machine.devices),
    )
    root = replace(cell, name="root", root=True)
    return System("all", machine, Range(0, 0), False, root, (cell,))


def complaints(blob: bytes) -> list[str]:
    done = subprocess.run(
        ["dtc", "-I", "dtb", "-O", "dts", "-o", "/dev/null", "-"],
        input=blob,
        capture_output=True,
    )
    lines = done.stderr.decode().splitlines()
    assert done.returncode == 0, lines
    return [x for x in lines if not any(f"({style})" in x for style in STYLE)]


def boards(directory: pathlib.Path) -> list[pathlib.Path]:
    """Returns the blobs of QEMU's machine and of some boards in Debian's package."""
    machine = directory / "qemu.dtb"
    qemu_blob(machine)
    return [machine, *corpus()[::STEP]]


def test_dtc_finds_nothing_to_complain_about(tmp_path: pathlib.Path) -> None:
    checked = 0
    for path in boards(tmp_path):
        try:
            machine = collect.from_blob(str(path), Choices(ram=missing_ram(path)))
        except ConfigError:
            continue  # collect refuses this machine
        system = with_everything(replace(machine, dtb=str(path)))
        found = complaints(cell_tree.encode(system, system.cells[0]))
        assert not found, (path.name, found[:9])
        checked += 1
    assert checked
