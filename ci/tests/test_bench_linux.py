# SPDX-License-Identifier: GPL-2.0
"""The figures of Linux in cells, from sample counts and statistics."""

import json
import struct

import pytest
from bench import linux
from bench.linux import Boot, Guest
from bench.linux_x86 import RESET_VECTOR, TABLES, bios_of, with_cpu_0
from bench.run import Sections
from bulkhead.systems import load
from hvconfig.model import Cell
from machine.boards.x86 import Q35
from machine.instruction_counts import Report

GUEST = Guest(Q35, kernel=0x1000, hypervisor=(0, 1), put=(0x2000, 0x3000))
CPU = 1


def cell(name: str) -> Cell:
    found = load(Q35, "linux").cell(name)
    assert found
    return found


def report(mark: int | None, total: int, inside: int, vcpu: int = CPU) -> Report:
    return Report(mark, vcpu, [[7, 7], [total, inside]])


@pytest.fixture(autouse=True)
def user(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sets the entry address of init: the busybox that has it may be missing."""
    monkeypatch.setattr(Guest, "user", 0x4000)


def test_a_boot_is_from_the_kernel_to_user_space() -> None:
    reports = [
        report(0x4000, 10, 1),  # from another Linux that ran on the CPU before
        report(0x1000, 100, 10),
        report(0x3000, 150, 20),
        report(0x2000, 160, 21),
        report(0x4000, 170, 22, vcpu=0),
        report(0x4000, 300, 30),
        report(0x4000, 400, 31),
        report(None, 500, 32),
    ]
    (boot,) = GUEST.boots_of(reports, CPU)
    assert boot == Boot(first_line=50, user_space=200, hypervisor=20)
    assert boot.percent == 10


def test_a_kernel_that_unpacks_itself_begins_behind_that() -> None:
    reports = [
        report(0x1000, 100, 10),
        report(0x1000, 200, 20),
        report(0x4000, 300, 30),
        report(0x1000, 400, 40),
        report(0x4000, 600, 60),
    ]
    boots = GUEST.boots_of(reports, CPU)
    assert [boot.user_space for boot in boots] == [100, 200]


def stats(**exits: int) -> str:
    return json.dumps({"cpus": [{"exits": exits}, {"exits": exits}]}) + "\n"


def test_rates_are_those_of_each_cpu() -> None:
    said = Sections(
        {
            "idle linux before": stats(total=10, sgi=10, apic=0),
            "uptime idle linux before": "100.5\n",
            "idle linux after": stats(total=50, sgi=10, apic=40),
            "uptime idle linux after": "120.5\n",
        }
    )
    assert linux.rates(said, "idle", cell("linux")) == {"total": 2, "apic": 2}


def test_no_more_loops_than_cpus() -> None:
    script = linux.exits_script([cell("small"), cell("wide")], "console=ttyS0")
    assert script.count("seq 1") == 1 and script.count("seq 2") == 1
    assert "## busy wide after" in script


def tables(apic_id: int) -> bytes:
    entry = struct.pack("<BBBBI", 0, 8, 0, apic_id, 1)
    table = bytearray(b"APIC" + struct.pack("<IBB", 20, 6, 0) + bytes(2) + entry)
    table += bytes(20 - len(table))
    table[9] = -sum(table) & 0xFF
    return b"RSD PTR " + bytes(table) + bytes(8)


def test_the_native_machines_cpu_is_number_0() -> None:
    changed = with_cpu_0(tables(3), 3)
    assert changed != tables(3)
    assert sum(changed[8:28]) & 0xFF == 0
    assert changed[:8] == tables(3)[:8] and changed[23] == 0
    with pytest.raises(ValueError):  # the tables have no CPU with this APIC id
        with_cpu_0(tables(3), 2)


def test_the_native_machine_starts_as_the_cell_does() -> None:
    memory = bytearray(1 << 20)
    memory[TABLES : TABLES + 36] = tables(3)
    memory[RESET_VECTOR:] = bytes(range(16))
    bios = bios_of(bytes(memory), 3)
    assert len(bios) == 0x10000
    assert bios[:36] == with_cpu_0(tables(3), 3)
    assert bios[-16:-11] == b"\xea\0\0\0\0"  # ljmp 0:0
