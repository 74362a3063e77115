# SPDX-License-Identifier: GPL-2.0
"""Device trees that hvconfig generates for cells."""

import pathlib
import subprocess
from typing import Any

import libfdt
import pytest
from hvconfig.cli.main import main
from hvconfig.model import System
from hvconfig.read.system import load_system
from hvconfig.write import cell_tree

from tests.helpers import SYSTEMS, cell, cells, errors, system, to_yaml, warnings

LINUX = str(next(path for path in SYSTEMS if path.stem.endswith("-linux")))


def load(tmp_path: pathlib.Path, data: dict[str, Any]) -> System:
    path = tmp_path / "system.yaml"
    path.write_text(to_yaml(data))
    return load_system(str(path))


def tree_of(system: System, name: str) -> Any:
    found = system.cell(name)
    assert found
    return libfdt.FdtRo(cell_tree.encode(system, found))


def cells_of(tree: Any, path: str, name: str) -> list[int]:
    data = bytes(tree.getprop(tree.path_offset(path), name))
    return [int.from_bytes(data[i : i + 4], "big") for i in range(0, len(data), 4)]


def has(tree: Any, path: str, name: str) -> bool:
    quiet = [libfdt.NOTFOUND]
    return bool(tree.getprop(tree.path_offset(path), name, quiet) != -libfdt.NOTFOUND)


def test_dtc_finds_nothing_to_complain_about(tmp_path: pathlib.Path) -> None:
    for path in SYSTEMS:
        shipped = load_system(str(path))
        for one in shipped.cells:
            blob = tmp_path / f"{one.name}.dtb"
            blob.write_bytes(cell_tree.encode(shipped, one))
            found = subprocess.run(
                ["dtc", "-I", "dtb", "-O", "dts", "-o", "/dev/null", str(blob)],
                capture_output=True,
                text=True,
            )
            assert (found.returncode, found.stderr) == (0, ""), one.name


def test_cpus_have_their_affinity(tmp_path: pathlib.Path) -> None:
    data = cells(a=cell(1, cpus=[1, 2], linux={}))
    tree = tree_of(load(tmp_path, data), "a")
    assert cells_of(tree, "/cpus/cpu@1", "reg") == [0, 1]
    assert cells_of(tree, "/cpus/cpu@100", "reg") == [0, 0x100]
    assert cells_of(tree, "/interrupt-controller@8000000", "reg")[7] == 2 * 0x20000


def test_memory_in_two_pieces(tmp_path: pathlib.Path) -> None:
    memory = cell(1)["memory"] + [
        {"phys": 0xB4000000, "guest": 0x80000000, "size": "8M"},
        {"phys": 0xB5000000, "guest": 0x90000000, "size": "8M", "rights": "r"},
    ]
    tree = tree_of(load(tmp_path, cells(a=cell(1, memory=memory))), "a")
    reg = cells_of(tree, "/memory@40000000", "reg")
    assert reg == [0, 0x40000000, 0, 16 << 20, 0, 0x80000000, 0, 8 << 20]


def test_shared_memory_has_a_port(tmp_path: pathlib.Path) -> None:
    one = {"ring": {"guest": 0x50000000}, "view": {"rights": "r", "doorbell": False}}
    data = system(
        shared={
            "ring": {"size": "64K", "doorbells": True},
            "view": {"size": "4K", "at": 0xB8000000},
            "hidden": "4K",
        },
        root={"shared": {"ring": None, "view": None, "hidden": None}},
        cells={"a": cell(1, shared={**one, "hidden": {"rights": "none"}})},
    )
    tree = tree_of(load(tmp_path, data), "a")
    port = "/shared-port@50000000"
    # Linux numbers SPIs from 0. The console has 241, the region gets 242.
    assert cells_of(tree, port, "interrupts") == [0, 242 - 32, 1]
    assert cells_of(tree, port, "reg") == [0, 0x50000000, 0, 64 << 10]
    assert bytes(tree.getprop(tree.path_offset(port), "label")) == b"ring\0"
    assert not has(tree, port, "read-only")
    view = "/shared-port@b8000000"
    assert has(tree, view, "read-only") and not has(tree, view, "interrupts")
    numbers = [cells_of(tree, x, "bulkhead,index")[0] for x in (port, view)]
    found = load(tmp_path, data).cell("a")
    assert found
    names = [region.name for region in found.shared.values()]
    assert [names[x] for x in numbers] == ["ring", "view"]


def test_shared_memory_is_reserved(tmp_path: pathlib.Path) -> None:
    shared = {"ring": {"guest": 0x50000000, "rights": "r"}}
    data = system(
        shared={"ring": {"at": 0xB8000000, "size": "64K"}},
        root={"shared": {"ring": None}},
        cells={"a": cell(1, shared=shared)},
    )
    tree = tree_of(load(tmp_path, data), "a")
    path = "/reserved-memory/ring@50000000"
    assert cells_of(tree, path, "reg") == [0, 0x50000000, 0, 0x10000]
    assert has(tree, path, "no-map") and has(tree, path, "read-only")


def test_console_and_bootargs(tmp_path: pathlib.Path) -> None:
    linux = {"bootargs": "console=ttyAMA0 quiet"}
    loaded = load(tmp_path, cells(a=cell(1, linux=linux), b=cell(2, console=None)))
    tree = tree_of(loaded, "a")
    chosen = tree.path_offset("/chosen")
    assert tree.getprop(chosen, "bootargs").as_str() == linux["bootargs"]
    assert tree.getprop(chosen, "stdout-path").as_str() == "/serial@9000000"
    assert cells_of(tree, "/serial@9000000", "interrupts") == [0, 241 - 32, 1]
    silent = tree_of(loaded, "b")
    assert not has(silent, "/chosen", "stdout-path")


def test_command(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.dtb"
    assert main(["dtb", LINUX, "linux", "-o", str(out)]) == 0
    assert out.read_bytes()[:4] == b"\xd0\x0d\xfe\xed"
    assert main(["dtb", LINUX, "linus", "-o", str(out)]) == 1
    assert "did you mean 'linux'?" in capsys.readouterr().err


def test_what_linux_needs() -> None:
    def said(**changes: Any) -> str:
        one = {**cell(1, **changes), "linux": None}
        return "\n".join(errors(cells(a=one)) + warnings(cells(a=one)))

    assert said() == ""
    assert said(info=None) == ""
    assert "needs the timer's interrupt 27" in said(irqs=[30])
    assert "without irq, it receives no input" in said(console={"at": 0x09000000})
    memory = [{"phys": 0xB1000000, "guest": 0x40000000, "size": "16M"}]
    assert "where the kernel is loaded" in said(memory=memory)


def test_a_linux_cell_gets_aborts(tmp_path: pathlib.Path) -> None:
    data = cells(a={**cell(1), "linux": None}, b=cell(2))
    loaded = load(tmp_path, data)
    assert [one.abort for one in loaded.cells] == [True, False]


def test_a_linux_cells_clock_is_not_its_memory(tmp_path: pathlib.Path) -> None:
    tree = tree_of(load(tmp_path, cells(a={**cell(1), "linux": None})), "a")
    assert cells_of(tree, "/rtc@40001000", "reg") == [0, 0x40001000, 0, 0x1000]
    reg = cells_of(tree, "/memory@40002000", "reg")
    assert reg == [0, 0x40002000, 0, (16 << 20) - 0x2000]
