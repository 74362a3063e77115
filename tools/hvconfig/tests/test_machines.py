# SPDX-License-Identifier: GPL-2.0
"""Shapes of real machines: what hvconfig accepts of them, and what root gets."""

import copy
from typing import Any

import pytest
import yaml
from hvconfig.model import Range, System
from hvconfig.read import unblob
from hvconfig.write import blob

from tests.helpers import errors, good, warnings

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
    own = [Range(0xFEC00000, 4096), Range(0xFEE00000, 4096), Range(0x80000000, 256 << 20)]
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
