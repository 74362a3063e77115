# SPDX-License-Identifier: GPL-2.0
"""hvconfig's numbers and layouts equal those of the C headers."""

import dataclasses
import pathlib
import struct
from collections.abc import Iterator

import pytest
from hvconfig import abi
from hvconfig.arch import ARCHITECTURES
from hvconfig.arch.base import NUMBERS
from hvconfig.check.platform import unsupported
from hvconfig.model import Cell, Platform, System, merge
from hvconfig.read.system import load_system
from hvconfig.write import blob

from tests import programs
from tests.helpers import BOARD_SYSTEMS, SYSTEMS

BUILT = SYSTEMS + [
    path for path in BOARD_SYSTEMS if not unsupported(load_system(str(path)).platform)
]


def ours(name: str) -> int:
    """Returns hvconfig's number for a name that the C program prints."""
    words: dict[str, dict[str, int]] = {
        "ARCH_": NUMBERS,
        "IRQ_": abi.IRQ_MODES,
        "CONSOLE_": abi.CONSOLES,
        "RIGHT_": abi.RIGHTS,
        "REGION_": abi.REGION_TYPES,
    }
    for prefix, table in words.items():
        if name.removeprefix(prefix).lower() in table and name.startswith(prefix):
            return table[name.removeprefix(prefix).lower()]
    if name == "RIGHTS":
        return sum(abi.RIGHTS.values())
    value: int | str = getattr(abi, name)
    return struct.calcsize(value) if isinstance(value, str) else int(value)


def test_constants() -> None:
    shown = programs.abi()
    assert len(shown) > 40
    for name, value in shown:
        assert ours(name) == int(value), name


def expect_part(kind: int, arch: str, size: int) -> Iterator[tuple[str, object]]:
    yield from (("magic", abi.PART_MAGIC), ("version", abi.ABI_VERSION))
    yield from (("kind", kind), ("arch", NUMBERS[arch]))
    yield from (("size", size), ("size", size))  # in the header; from the counts


def expect_system(system: System) -> Iterator[tuple[str, object]]:
    platform = system.platform
    size = 392 + 8 * len(platform.cpus)
    yield from expect_part(abi.PART_SYSTEM, platform.arch, size)
    yield from (("name", system.name), ("hyp_phys", system.hypervisor.start))
    yield from (("hyp_size", system.hypervisor.size), ("flags", int(system.protect)))
    yield "n_cpus", len(platform.cpus)
    yield from expect_x86(platform) if platform.arch == "x86" else expect_arm64(
        platform
    )
    yield from (("hw_id", cpu.hw_id) for cpu in platform.cpus)


def expect_x86(platform: Platform) -> Iterator[tuple[str, object]]:
    yield from (("apic_phys", 0xFEE00000), ("root_doorbell", platform.root_doorbell))
    yield "n_io_apics", len(platform.io_apics)
    for item in platform.io_apics:
        yield from (("phys", item.address), ("first_irq", item.first_irq))
    yield "mmconfig_phys", platform.mmconfig.start
    yield "mmconfig_buses", platform.mmconfig.size >> 20
    yield "reserved0", 0
    yield from (("reserved[i]", 0) for _ in range(4))


def expect_arm64(platform: Platform) -> Iterator[tuple[str, object]]:
    gic = platform.gic
    yield from (("gic_version", 3), ("maintenance_irq", gic.maintenance_irq))
    yield from (("gicd_phys", gic.distributor), ("gicr_phys", gic.redistributors.start))
    yield "gicr_size", gic.redistributors.size
    yield from (("its_phys", gic.its.start), ("its_size", gic.its.size))
    yield from (("uart_phys", platform.uart), ("root_doorbell", platform.root_doorbell))
    yield "n_spare_irqs", len(platform.spare_irqs)
    yield from (("spare", irq) for irq in platform.spare_irqs)


def expect_cell(cell: Cell, arch: str) -> Iterator[tuple[str, object]]:
    irqs = blob.merge_irqs(cell.irqs)
    numbers = [*merge(cell.ports), *blob.merge_functions(cell.functions)]
    size = 416 + 32 * len(cell.regions) + 8 * len([*irqs, *numbers])
    kind = abi.PART_ROOT if cell.root else abi.PART_CELL
    size += 40 * len(cell.shared)
    yield from expect_part(kind, arch, size)
    yield from (("name", cell.name), ("cpus", sum(1 << cpu for cpu in cell.cpus)))
    yield from (("entry", cell.entry), ("info_guest", cell.info))
    console = cell.console
    yield "console_guest", console.guest if console else 0
    yield "console_kind", abi.CONSOLES[console.kind] if console else 0
    yield "console_irq", console.irq if console else 0
    yield from (("image_phys", cell.image.start), ("image_size", cell.image.size))
    yield "rights", sum(abi.RIGHTS[right] for right in cell.rights)
    yield from (("flags", int(cell.abort)), ("irq_mode", abi.IRQ_MODES[cell.irq_mode]))
    yield from (("n_regions", len(cell.regions)), ("n_irqs", len(irqs)))
    yield "n_ports", len(merge(cell.ports))
    yield "n_functions", len(blob.merge_functions(cell.functions))
    yield "n_shared", len(cell.shared)
    yield "args", cell.args
    for region in cell.regions:
        yield from (("phys", region.phys), ("guest", region.guest))
        yield from (("size", region.size), ("type", abi.REGION_TYPES[region.type]))
        yield "flags", region.flags
    for irq in irqs:
        yield from (("first", irq.first), ("count", irq.count))
    for item in numbers:
        yield from (("first", item.start), ("count", item.size))
    for place, region in cell.shared.items():
        yield from (("name", region.name), ("region", place), ("irq", region.irq))
        yield "flags", int(region.ring) + 2 * int(region.rung)


@pytest.mark.parametrize("path", BUILT, ids=[path.stem for path in BUILT])
def test_c_reads_what_was_written(path: pathlib.Path) -> None:
    system = load_system(str(path))
    expected = list(expect_system(system))
    for cell in (system.root, *system.cells):
        expected += expect_cell(cell, system.platform.arch)
    found = programs.abi(blob.encode(system))
    assert found == [(name, str(value)) for name, value in expected]


@pytest.mark.parametrize("path", BUILT, ids=[path.stem for path in BUILT])
def test_the_hypervisor_accepts(path: pathlib.Path) -> None:
    system = load_system(str(path))
    for name, said in zip(
        ("system", "root", *(cell.name for cell in system.cells)),
        programs.decode(blob.encode(system), system.platform.arch),
        strict=True,
    ):
        assert said == (0, 0, 0, 0), name


@pytest.mark.parametrize("name", ["qemu-virt-arm64-demo", "qemu-q35-demo"])
def test_the_hypervisor_has_one_architectures_consoles(name: str) -> None:
    (path,) = (path for path in BUILT if path.stem == name)
    system = load_system(str(path))
    arch = system.platform.arch
    (other,) = set(abi.CONSOLES) - {ARCHITECTURES[arch].console}
    first, *cells = system.cells
    assert first.console
    console = dataclasses.replace(first.console, kind=other)
    first = dataclasses.replace(first, console=console)
    system = dataclasses.replace(system, cells=(first, *cells))
    _, _, (code, _, _, value), *_ = programs.decode(blob.encode(system), arch)
    assert code and value == abi.CONSOLES[other]
