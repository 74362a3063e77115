# SPDX-License-Identifier: GPL-2.0
"""The files that build writes into a directory."""

import os
import pathlib
import re
import shutil
import subprocess
from typing import Any

import pytest
from hvconfig.cli.main import main
from hvconfig.model import System
from hvconfig.write import cmdline, header, outputs, reserve

from tests.helpers import cell, cells, good, system, to_yaml

M = 1 << 20


def rich() -> dict[str, Any]:
    """Returns a system: a bare-metal cell with every key, and a Linux cell."""
    data = system()
    del data["hypervisor"]
    data["name"] = "rich"
    data["shared"] = {"ring": "64K"}
    data["cells"] = {
        "bare": {
            "cpus": [1],
            "ram": ["4M", {"size": "8K", "rights": "rw"}],
            "shared": {"ring": {"rights": "r"}},
            "devices": ["can"],
            "console": True,
        },
        "linux": {
            "cpus": [2, 3],
            "ram": "64M",
            "console": True,
            "linux": True,
            "shared": {"ring": None},
        },
    }
    return data


@pytest.fixture
def source(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "rich.yaml"
    path.write_text(to_yaml(rich()))
    return path


NAMES = [
    "rich-bare.h",
    "rich-bare.ld",
    "rich-reserved.cmdline",
    "rich-reserved.dtsi",
    "rich-reserved.dtso",
    "rich.bin",
    "rich.cmdline",
    "rich.linux.dtb",
]


def content(directory: pathlib.Path) -> dict[str, bytes]:
    return {x.name: x.read_bytes() for x in sorted(directory.iterdir())}


def test_everything(source: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = source.with_name("out")
    assert main(["build", str(source), "-o", f"{directory}/"]) == 0
    shown = capsys.readouterr().out.split()
    assert sorted(shown) == [f"{directory}/{name}" for name in NAMES]
    first = content(directory)
    assert sorted(first) == NAMES
    single = source.with_name("single.bin")
    assert main(["build", str(source), "-o", str(single)]) == 0
    assert single.read_bytes() == first["rich.bin"]
    shutil.rmtree(directory)
    directory.mkdir()
    assert main(["build", str(source), "-o", str(directory)]) == 0
    assert content(directory) == first


def test_all_or_nothing(source: pathlib.Path, tmp_path: pathlib.Path) -> None:
    directory = tmp_path / "out"
    directory.mkdir()
    (directory / "rich.bin").write_text("old")
    (directory / "rich.cmdline").mkdir()  # a file cannot replace a directory
    data = rich()
    data["cells"]["linux"]["cpus"] = [1]
    bad = tmp_path / "bad.yaml"
    bad.write_text(to_yaml(data))
    assert main(["build", str(bad), "-o", str(directory)]) == 1
    assert sorted(os.listdir(directory)) == ["rich.bin", "rich.cmdline"]
    assert (directory / "rich.bin").read_text() == "old"
    assert main(["build", str(source), "-o", f"{tmp_path}/no/where/"]) == 1


def test_a_full_disk(source: pathlib.Path, tmp_path: pathlib.Path) -> None:
    """A limit on file sizes makes a write fail midway, like a full disk."""
    directory = tmp_path / "out"
    directory.mkdir()
    (directory / "rich.bin").write_text("old")
    shell = pathlib.Path(__file__).parents[1] / "hvconfig.sh"
    command = f"trap '' XFSZ; ulimit -f 1; {shell} build {source} -o {directory}"
    found = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert found.returncode == 1, found.stderr
    assert f"{directory}/rich.bin: File too large" in found.stderr
    assert "Traceback" not in found.stderr
    assert os.listdir(directory) == ["rich.bin"]
    assert (directory / "rich.bin").read_text() == "old"


def test_memory_that_is_not_roots() -> None:
    found = good(rich())
    spans = reserve.ranges(found)
    assert sum(x.size for x in spans) == (4 + 4 + 64) * M + 65536 + 8192
    text = reserve.include(found)
    assert re.findall(r"bulkhead@(\w+) {", text) == [f"{x.start:x}" for x in spans]
    assert text.count("no-map;") == len(spans)


@pytest.mark.skipif(not shutil.which("dtc"), reason="needs dtc")
def test_the_node_compiles(tmp_path: pathlib.Path) -> None:
    found = good(rich())
    (tmp_path / "node.dtsi").write_text(reserve.include(found))
    (tmp_path / "node.dtso").write_text(reserve.overlay(found))
    (tmp_path / "board.dts").write_text(
        "/dts-v1/;\n/ {\n#address-cells = <2>;\n#size-cells = <2>;\n};\n"
        '/include/ "node.dtsi"\n'
    )
    # For an overlay dtc does not see that children of the root node have "reg".
    quiet = "-Wno-avoid_unnecessary_addr_size"
    for name in ("board.dts", "node.dtso"):
        command = ["dtc", quiet, "-I", "dts", "-O", "dtb", "-o", os.devnull, name]
        said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert said.returncode == 0 and not said.stderr, said.stderr


def test_mem_counts_no_holes() -> None:
    data = cells(a=cell(1, memory=[{"phys": 0x880000000, "size": "4M"}]))
    data["cells"]["a"]["memory"][0]["loadable"] = True
    data["hypervisor"] = {"memory": {"at": 0x880400000, "size": "4M"}}
    data["platform"]["ram"].append({"at": 0x840000000, "size": "2G"})
    assert cmdline.linux_memory(good(data)) == 3 << 30
    assert cmdline.render(good(data)).startswith("mem=3072M ")


def values(system_: System, name: str) -> dict[str, int]:
    one = system_.cell(name)
    assert one is not None
    lines = header.render(system_, one).splitlines()
    words = [line.split() for line in lines if line.startswith("#define CELL_")]
    return {word[1]: int(word[2], 0) for word in words if len(word) > 2}


def test_the_header_names_everything() -> None:
    found = values(good(rich()), "bare")
    assert found["CELL_SHARED_RING_BASE"] == 0x50000000
    assert found["CELL_SHARED_RING_SIZE"] == 65536
    assert found["CELL_DEVICE_CAN_BASE"] == 0x09010000
    assert found["CELL_DEVICE_CAN_SIZE"] == 4096
    assert found["CELL_DEVICE_CAN_IRQ"] == 34
    assert found["CELL_CONSOLE_IRQ"] == 241 and found["CELL_CPUS"] == 1


def test_the_linker_takes_the_fragment(tmp_path: pathlib.Path) -> None:
    found = good(rich())
    text = header.linker(found, found.cells[0])
    assert "ram (rwx) : ORIGIN = 0x40000000, LENGTH = 0x400000" in text
    assert "shared_ring (r) : ORIGIN = 0x50000000, LENGTH = 0x10000" in text
    (tmp_path / "cell.ld").write_text(text)
    (tmp_path / "program.ld").write_text(
        "INCLUDE cell.ld\nENTRY(start)\n"
        "SECTIONS { .text : { *(.text) *(.data) } > ram .s : { *(.s) } > shared_ring }"
    )
    (tmp_path / "program.s").write_text(
        ".globl start\nstart: .quad cell_entry\n"
        '.section .s,"a"\n.quad cell_shared_ring_size\n'
    )
    for command in (
        ["as", "program.s", "-o", "program.o"],
        ["ld", "-T", "program.ld", "program.o", "-o", "program"],
    ):
        subprocess.run(command, cwd=tmp_path, check=True)
    command = ["nm", "program"]
    said = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    symbols = [line.split() for line in said.stdout.decode().splitlines()]
    assert ["0000000040000000", "T", "start"] in symbols
    assert ["0000000000010000", "A", "cell_shared_ring_size"] in symbols


def test_reproducible() -> None:
    one, two = (outputs.everything(good(rich())) for _ in range(2))
    assert one == two
