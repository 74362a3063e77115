# SPDX-License-Identifier: GPL-2.0
"""The systems and the platform of QEMU's machine in configs/."""

import pathlib
import re
import shutil
import subprocess
from dataclasses import replace
from typing import Any

import pytest
from hvconfig import abi
from hvconfig.model import Cell, Range, System, subtract
from hvconfig.read import unblob
from hvconfig.read.system import load_system
from hvconfig.show import dump
from hvconfig.write import blob, cmdline, header

from tests.boards import qemu_blob
from tests.helpers import SOURCE, SYSTEMS, examine_text

NAMES = [path.stem.removeprefix("qemu-virt-arm64-") for path in SYSTEMS]


def shipped(name: str) -> System:
    return load_system(str(SYSTEMS[NAMES.index(name)]))


@pytest.fixture(params=NAMES)
def system(request: pytest.FixtureRequest) -> System:
    return shipped(str(request.param))


def test_nothing_but_notes(system: System, tmp_path: pathlib.Path) -> None:
    from hvconfig.check.system import check_system
    from hvconfig.problems import Report

    tree = tmp_path / "machine.dtb"
    qemu_blob(tree)
    machine = replace(system.platform, dtb=str(tree))
    report = Report()
    check_system(replace(system, platform=machine), report)
    assert not [problem for problem in report.problems if problem.severity != "note"]


def test_named_after_its_file() -> None:
    assert [shipped(name).name for name in NAMES] == NAMES


def test_root_has_all_but_the_hypervisor_and_the_gic(system: System) -> None:
    ranges = [region.range for region in system.root.regions]
    assert not any(x.overlaps(system.hypervisor) for x in ranges)
    for part in system.platform.gic.ranges:
        assert not any(x.overlaps(part) for x in ranges)
    assert not subtract(system.platform.ram, [*ranges, system.hypervisor])
    for name, shared in system.shared.items():
        listed = [x for x in system.root.regions if x.type == "shared"]
        assert shared.range in [x.range for x in listed], name
    for device in system.platform.devices.values():
        assert not subtract(device.regs, ranges)
    assert all(region.phys == region.guest for region in system.root.regions)


def test_root_stays_small(system: System) -> None:
    assert len(system.root.regions) <= abi.MAX_REGIONS // 2
    assert blob.part_size(system.root) <= abi.PART_MAX


def test_root_interrupts() -> None:
    root = shipped("demo").root
    found = [(irq.first, irq.last) for irq in blob.merge_irqs(root.irqs)]
    assert found == [(16, 31), (33, 39), (48, 79), (240, 248)]


def test_kernel_arguments(system: System) -> None:
    mem = "1536M" if system.name in ("linux", "shared") else "1920M"
    wanted = f"mem={mem} kvm-arm.mode=none id_aa64mmfr1.vh=0"
    assert cmdline.render(system) == wanted


def test_all_inmates_see_the_same_addresses() -> None:
    """Any cell can run any program: only the size of RAM differs.

    The info page contains it.
    """

    def addresses(system: System, cell: Cell) -> list[str]:
        lines = header.render(system, cell).splitlines()
        own = ("RAM_SIZE", "CONSOLE_IRQ", "CPUS", "SHARED", "DEVICE")
        return [
            x
            for x in lines
            if x.startswith("#define CELL_") and not any(word in x for word in own)
        ]

    wanted = addresses(shipped("demo"), shipped("demo").cells[0])
    for name in NAMES:
        system = shipped(name)
        for cell in system.cells:
            if not cell.linux and cell.name not in (
                "bare",
                "pieces",
                "polled",
                "uboot",
            ):
                assert addresses(system, cell) == wanted, (name, cell.name)


def test_header_compiles_everywhere(tmp_path: pathlib.Path) -> None:
    system = shipped("demo")
    (tmp_path / "cell.h").write_text(header.render(system, system.cells[0]))
    line = "CELL_RAM_BASE CELL_RAM_SIZE CELL_ENTRY CELL_INFO CELL_CONSOLE"
    source = tmp_path / "use"
    source.write_text(f'#include "cell.h"\n{line}\n')
    command = ["gcc", "-E", "-P", "-x", "assembler-with-cpp", str(source)]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert found.split() == [
        "0x40000000",
        "0x01000000",
        "0x40000000",
        "0x0b000000",
        "0x09000000",
    ]


def test_dump_builds_the_same_blob(system: System) -> None:
    content = blob.encode(system)
    again, problems = examine_text(dump.render(unblob.decode(content)))
    assert not [problem for problem in problems if problem.is_error]
    assert again is not None
    assert blob.encode(again) == content


def test_example_of_the_manual() -> None:
    manual = (SOURCE / "docs" / "hvconfig.md").read_text()
    example = manual.split("```yaml\n")[1].split("```")[0]
    file = str(SOURCE / "configs" / "systems" / "manual.yaml")
    system, problems = examine_text(example, file)
    assert system is not None and not problems


QEMU = "qemu-system-aarch64"


def fdt_of_qemu(tmp_path: pathlib.Path) -> str:
    """Returns the device tree of the machine as source text."""
    blob_path = tmp_path / "machine.dtb"
    machine = f"virt,virtualization=on,gic-version=3,dumpdtb={blob_path}"
    command = [QEMU, "-M", machine, "-cpu", "cortex-a57", "-smp", "4", "-m", "2G"]
    subprocess.run([*command, "-display", "none"], check=True, capture_output=True)
    return subprocess.run(
        ["dtc", "-q", "-I", "dtb", "-O", "dts", str(blob_path)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def cells_of(text: str, node: str, key: str) -> list[int]:
    """Returns the numbers of a property of the first node with this name prefix."""
    at = re.search(rf"^\t*{re.escape(node)}.*\{{", text, re.MULTILINE)
    assert at, node
    found = re.compile(rf"^\t*{re.escape(key)} = <(.*)>;", re.MULTILINE).search(
        text, at.end()
    )
    assert found, (node, key)
    return [int(word, 0) for word in found[1].split()]


def ranges_of(numbers: list[int]) -> list[Range]:
    pairs: list[Any] = [a << 32 | b for a, b in zip(numbers[::2], numbers[1::2])]
    return [Range(a, b) for a, b in zip(pairs[::2], pairs[1::2])]


@pytest.mark.skipif(
    not (shutil.which(QEMU) and shutil.which("dtc")), reason="needs QEMU and dtc"
)
def test_platform_is_what_qemu_says(tmp_path: pathlib.Path) -> None:
    text = fdt_of_qemu(tmp_path)
    platform = shipped("demo").platform
    gic = platform.gic
    assert ranges_of(cells_of(text, "memory@", "reg")) == list(platform.ram)
    assert ranges_of(cells_of(text, "intc@", "reg")) == [
        Range(gic.distributor, abi.ARM64_GICD_SIZE),
        gic.redistributors,
    ]
    assert ranges_of(cells_of(text, "its@", "reg")) == [gic.its]
    assert cells_of(text, "intc@", "interrupts")[1] + 16 == gic.maintenance_irq
    for cpu in platform.cpus:
        assert cells_of(text, f"cpu@{cpu.number}", "reg") == [cpu.hw_id]
    for name, node in (("uart", "pl011@"), ("rtc", "pl031@"), ("gpio", "pl061@")):
        check_device(text, platform.devices[name], node)
    for number in range(32):
        device = platform.devices[f"virtio{number}"]
        check_device(text, device, f"virtio_mmio@{device.regs[0].start:x}")
    assert ranges_of(cells_of(text, "fw-cfg@", "reg")) == list(
        platform.devices["fw-cfg"].regs
    )
    check_pcie(text, platform.devices["pcie"].regs)


def check_device(text: str, device: Any, node: str) -> None:
    assert ranges_of(cells_of(text, node, "reg")) == list(device.regs)
    assert [cells_of(text, node, "interrupts")[1] + 32] == [
        irq.first for irq in device.irqs
    ]


def check_pcie(text: str, regs: tuple[Range, ...]) -> None:
    windows = cells_of(text, "pcie@", "ranges")
    found = ranges_of(cells_of(text, "pcie@", "reg"))
    for at in range(0, len(windows), 7):
        found += ranges_of(windows[at + 3 : at + 7])
    assert sorted(found) == sorted(regs)
