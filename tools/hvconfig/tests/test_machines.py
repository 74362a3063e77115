# SPDX-License-Identifier: GPL-2.0
"""Shapes of real machines: what hvconfig accepts of them, and what root gets."""

import copy
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hvconfig.cli.main import main
from hvconfig.collect import collect, command, inputs
from hvconfig.collect.devicetree import Choices
from hvconfig.collect.inputs import Inputs
from hvconfig.model import Platform, Range, System
from hvconfig.problems import ConfigError, Report
from hvconfig.read import unblob, yaml_lines
from hvconfig.read.platform import from_document
from hvconfig.write import blob, cmdline, outputs
from hvconfig.write.platform import platform_data

from tests.helpers import errors, good, warnings
from tests.test_collect_acpi import add, entry, pc

GIB = 1 << 30
# A server: 64-bit windows of PCI where firmware of large machines places them.
SERVER = """\
arch: x86
cpus:
- {number: 0, apic_id: 0}
- {number: 1, apic_id: 2}
ram:
- {at: 0x1000, size: 636K}
- {at: 0x100000, size: 1G}
reserved:
- {at: 0x40100000, size: 1M, name: ACPI Tables}
io_apics:
- {id: 8, at: 0xfec00000, first_irq: 0}
devices:
  pci0-00:
    dma: true
    pci_host:
      buses: [0, 255]
      ecam: {at: 0x80000000, size: 256M}
      windows:
      - {type: mem, at: 0x90000000, size: 256M}
      - {type: mem, at: 0x380000000000, size: 64G}
"""


def server(**changes: Any) -> dict[str, Any]:
    platform = yaml.safe_load(SERVER) | changes
    return {"platform": platform, "cells": {"rt": {"cpus": [1], "ram": "16M"}}}


def roots(system: System) -> list[Range]:
    return [x.range for x in system.root.regions]


def has(system: System, start: int, size: int) -> bool:
    return any(x.contains(Range(start, size)) for x in roots(system))


def decoded(data: dict[str, Any]) -> System:
    """The system as the hypervisor reads it."""
    return unblob.decode(blob.encode(good(data)), "blob")


def test_windows_beyond_40_bits_are_roots() -> None:
    found = decoded(server())
    assert has(found, 0x380000000000, 64 * GIB)
    assert not warnings(server())


def test_what_nothing_lists_is_roots() -> None:
    found = decoded(server())
    for start, size in (
        (0, 0x1000),  # page 0: the warm-reset vector
        (0xA0000, 0x60000),  # VGA, ROMs
        (0x40100000, 0x100000),  # ACPI tables
        (0xFED00000, 0x1000),  # HPET
        (0xFF000000, 0x1000000),  # firmware's flash
    ):
        assert has(found, start, size), hex(start)
    own = [
        Range(0xFEC00000, 4096),
        Range(0xFEE00000, 4096),
        Range(0x80000000, 256 << 20),
    ]
    for item in (*own, found.hypervisor):
        assert not any(item.overlaps(x) for x in roots(found))


def test_large_holes_take_no_page_tables() -> None:
    found = roots(decoded(server()))
    assert sum(x.size for x in found) < 100 * GIB


def io_apics(count: int) -> list[dict[str, int]]:
    return [
        {"id": i, "at": 0xFEC00000 - 0x8000 * i, "first_irq": 24 * i}
        for i in range(count)
    ]


@pytest.mark.parametrize("count", [5, 9, 16])
def test_servers_have_many_io_apics(count: int) -> None:
    data = server(io_apics=io_apics(count))
    assert not errors(data)
    found = decoded(data)
    assert [(x.address, x.first_irq) for x in found.platform.io_apics] == [
        (x["at"], x["first_irq"]) for x in data["platform"]["io_apics"]
    ]
    for chip in data["platform"]["io_apics"]:
        assert not has(found, chip["at"], 1)


def test_more_io_apics_than_the_hypervisor_supports() -> None:
    told = warnings(server(io_apics=io_apics(17)))
    assert any("it has 17 I/O APICs, the hypervisor supports 16" in x for x in told)


ARM = """\
arch: arm64
cpus:
- {number: 0, mpidr: 0x0}
- {number: 1, mpidr: 0x1}
ram: [{at: 0x80000000, size: 1G}]
reserved:
- {at: 0xc0000000, size: 1M, name: ramoops}
gic:
  version: 3
  distributor: 0x08000000
  redistributors: {at: 0x080a0000, size: 0x80000}
  maintenance_irq: 25
devices:
  pcie:
    dma: true
    pci_host:
      buses: [0, 255]
      windows: [{type: mem, at: 0x300000000, size: 1G}]
"""


def arm(**changes: Any) -> dict[str, Any]:
    data = server()
    data["platform"] = yaml.safe_load(ARM) | changes
    return data


def test_reserved_memory_outside_ram_is_memory_of_root() -> None:
    kinds = {x.type for x in good(arm()).root.regions if x.phys == 0xC0000000}
    assert kinds == {"ram"}
    assert has(decoded(arm()), 0x300000000, GIB)


def test_a_window_beyond_the_second_stage_is_said_once_and_by_name() -> None:
    far = copy.deepcopy(yaml.safe_load(ARM)["devices"])
    window = {"type": "mem", "at": 0x380000000000, "size": "64G"}
    far["pcie"]["pci_host"]["windows"] = [window]
    data = arm(devices=far)
    assert not errors(data)
    assert len([x for x in warnings(data) if "pcie: 0x380000000000" in x]) == 1


def first_boot() -> Inputs:
    """A PC with firmware's map of RAM, and devices below reserved ranges."""
    files = pc()
    files["proc/iomem"] = (
        b"00000000-00000fff : Reserved\n"
        b"00001000-0009fbff : System RAM\n"
        b"0009fc00-000fffff : Reserved\n"
        b"  000c0000-000c05ff : Video ROM\n"
        b"00100000-3fffffff : System RAM\n"
        b"  01000000-01ffffff : Kernel code\n"
        b"40000000-bfffffff : PCI Bus 0000:00\n"
        b"  40000000-400fffff : PCI Bus 0000:01\n"
        b"fd000000-fdffffff : Reserved\n"
        b"  fd6a0000-fd6affff : INT34C5:00\n"
        b"    fd6a0000-fd6affff : INT34C5:00 INT34C5:00\n"
        b"100000000-13fffffff : System RAM\n"
        b"380000000000-380fffffffff : PCI Bus 0000:80\n"
    )
    files["proc/interrupts"] = b"   6:  0  0  IO-APIC   6-edge  other\n"
    files[inputs.PNP + "00:02/resources"] = b"state = active\nirq 13\n"
    table = [(0, 0x9FBFF), (0x100000, 0x3FFFFFFF), (0x100000000, 0x13FFFFFFF)]
    for number, (start, end) in enumerate(table):
        base = f"{inputs.FIRMWARE_MAP}{number}/"
        files |= {base + "start": b"%#x\n" % start, base + "end": b"%#x\n" % end}
        files[base + "type"] = b"System RAM\n"
    return files


def collected(files: Inputs) -> Platform:
    found = collect.from_inputs(files, "some", Choices())
    assert not command._problems(command.render(found), "out")
    return found


def test_collect_finds_doorbell_and_spare_pins() -> None:
    found = collected(first_boot())
    assert found.root_doorbell == 15
    assert found.spare_irqs == (3, 5, 7, 14)  # 6 and 13 are in use
    text = command.render(found)
    again = from_document(yaml_lines.parse(text, "x"), (), Report(), "x")
    assert again == replace(found, name="x")


def test_collect_on_a_prepared_machine() -> None:
    """memmap= makes RAM reserved, mem= makes it disappear."""
    files = first_boot()
    files["proc/iomem"] = files["proc/iomem"].replace(
        b"00100000-3fffffff : System RAM\n",
        b"00100000-2fffffff : System RAM\n"
        b"30000000-3fffffff : Reserved\n"
        b"  3f000000-3f7fffff : bulkhead hypervisor\n",
    )
    files["proc/iomem"] = files["proc/iomem"].replace(
        b"100000000-13fffffff : System RAM\n", b""
    )
    files["proc/interrupts"] += b"  15:  7  0  IO-APIC  15-edge  bulkhead\n"
    assert collected(files) == collected(first_boot())


def test_collect_while_cells_have_cpus() -> None:
    files = first_boot()
    files["proc/cpuinfo"] = b"processor\t: 1\napicid\t\t: 4\n"
    assert [x.hw_id for x in collected(files).cpus] == [0, 4]


def test_devices_below_reserved_ranges_and_windows_of_all_bridges() -> None:
    found = collected(first_boot())
    assert found.devices["INT34C5-00"].regs == (Range(0xFD6A0000, 0x10000),)
    host = found.devices["pci0-00"].pci_host
    assert host is not None
    starts = [x.range.start for x in host.windows]
    assert starts == [0x40000000, 0x380000000000]


def test_cores_are_those_of_the_threads() -> None:
    files = first_boot()
    for cpu in (0, 1):
        name = f"{inputs.CPU}cpu{cpu}/topology/thread_siblings_list"
        files[name] = b"0-1\n"
    found = collected(files)
    assert [x.core for x in found.cpus] == [0, 0]
    assert [x["core"] for x in platform_data(found)["cpus"]] == [0, 0]
    cpus = [{"number": x, "apic_id": x, "core": 0} for x in range(2)]
    data = server(cpus=cpus)
    assert any("CPU 1 shares its core with CPU 0" in x for x in errors(data))


def test_a_collected_pc_runs_linux_and_rings() -> None:
    files = first_boot()
    entries = b"".join(
        entry(0, ("<B", 3, cpu), ("<I", 4, 1), size=8) for cpu in range(4)
    )
    chip = entry(1, ("<B", 2, 2), ("<I", 4, 0xFEC00000), size=12)
    add(files, "APIC", bytes(8) + entries + chip)
    files["proc/cpuinfo"] = b"".join(
        b"processor\t: %d\napicid\t: %d\n" % (cpu, cpu) for cpu in range(4)
    )
    text = command.render(collected(files))
    bell = {"with": "root", "size": "64K", "doorbells": True}
    linux = {"cpus": [2, 3], "ram": "128M", "console": True, "linux": True}
    bare = {"cpus": [1], "ram": "16M", "console": True, "shared": bell}
    data = {"platform": yaml.safe_load(text), "cells": {"linux": linux, "bell": bare}}
    assert not errors(data)
    assert good(data).cells[0].console is not None


def test_ram_that_touches_is_one_range() -> None:
    halves = [{"at": 0x100000, "size": "767M"}, {"at": "768M", "size": "256M"}]
    data = server(ram=halves) | {"hypervisor": {"memory": {"at": "766M", "size": "4M"}}}
    assert not errors(data)


def test_mem_that_leaves_linux_nothing() -> None:
    data = arm() | {"hypervisor": {"memory": {"at": 0x80000000, "size": "4M"}}}
    assert not errors(data)
    with pytest.raises(ConfigError, match="mem= would leave Linux 0, as it can"):
        cmdline.render(good(data))
    assert not any(x.endswith("test.cmdline") for x in outputs.everything(good(data)))


def test_more_cells_than_the_hypervisor_supports() -> None:
    cpus = [{"number": x, "apic_id": x} for x in range(40)]
    data = server(cpus=cpus)
    data["cells"] = {f"c{x}": {"cpus": [x], "ram": "1M"} for x in range(1, 33)}
    told = [x for x in warnings(data) if "at the same time" in x]
    assert told == [x for x in told if x.startswith("c32: 32 cells may exist")] != []
    del data["cells"]["c32"]
    assert not [x for x in warnings(data) if "at the same time" in x]


def test_collect_refuses_names_that_check_refuses(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["collect", "--name", "my board"]) == 1
    assert "is not a name" in capsys.readouterr().err


def test_advice_names_nothing_that_is_set() -> None:
    linux = {"cpus": [1], "ram": "128M", "console": True, "linux": True}
    data = server() | {"cells": {"linux": linux}}
    told = " ".join(warnings(data))
    assert "receives no input" in told and "console: true" not in told


def test_the_ends_of_ram_are_taken_last() -> None:
    """UEFI and the EFI stub use them before memmap= has an effect."""
    low = {"at": 0x100000, "size": "1023M"}
    data = server(ram=[low, {"at": 4 * GIB, "size": "1G"}])
    ends = [Range(GIB - (64 << 20), 64 << 20), Range(5 * GIB - (64 << 20), 64 << 20)]

    def at_ends(*sizes: str) -> bool:
        data["cells"] = {"rt": {"cpus": [1], "ram": list(sizes)}}
        found = good(data)
        taken = [x.range for x in found.cells[0].regions]
        return any(x.overlaps(y) for x in [found.hypervisor, *taken] for y in ends)

    assert not at_ends("16M")
    assert not at_ends("900M", "900M")
    assert at_ends("1000M", "900M")
