# SPDX-License-Identifier: GPL-2.0
"""Features of configs: several cells and CPUs, memory, consoles, devices."""

import base64
import dataclasses
import pathlib
import struct

import pytest
from bulkhead.hv import Hv
from hvconfig.cli.main import main
from hvconfig.problems import Report
from hvconfig.read.platform import load_platform
from machine.paths import SOURCE

GATHER = SOURCE / "tools" / "hvconfig" / "gather.sh"
PLATFORM = SOURCE / "configs" / "platforms" / "qemu-virt-arm64.yaml"
LOOP = {"arm64": struct.pack("<I", 0x14000000), "x86": b"\xeb\xfe"}  # "b ." and "jmp ."
SELFTEST = r"DONE selftest: (\d+) passed, (\d+) failed"


def test_two_cells_at_once_share_memory(enabled: Hv) -> None:
    hv = enabled
    hv.run("alpha", "shmem", "side=0 region=1 count=2000 seconds=60")
    hv.run("beta", "shmem", "side=1 region=0 count=2000 seconds=60")
    assert hv.online() == "0-1"
    for cell in ("alpha", "beta"):
        found = hv.wait_console(cell, r"shmem: done, we are at (\d+), they at (\d+)")
        assert int(found.group(1)) == 2000
    hv.audit()


def test_shared_memory_of_root_and_a_cell(enabled: Hv) -> None:
    hv = enabled
    hv.run("alpha", "shmem", "side=0 region=0")
    # The cell increments its counter, and waits for root to do the same.
    hv.wait_console("alpha", "we are at 1, they at 0")
    assert hv.system
    start = hv.system.shared["root-alpha"].phys
    assert hv.machine.read_physical(start, 8) == (1).to_bytes(8, "little")
    mapping = [m for m in hv.root_tables() if m.startswith(f"{start:#x}-")]
    assert mapping == [f"{start:#x}-{start + 0xFFFF:#x} -> {start:#x} rw--"]


def test_shared_memory_is_clean_at_first(hv: Hv) -> None:
    """Shared memory is cleared at enable, also where root may not write."""
    shared = hv.load("test").shared
    places = [shared[name].phys for name in ("root-alpha", "alpha-beta")]
    hv.ready(None)
    for start in places:  # not RAM to Linux, so user space may write there
        hv.machine.check(f"devmem {start:#x} 64 0x6265666f72652121")
        assert hv.machine.read_physical(start, 8) == b"!!erofeb"
    hv.ready("test")
    hv.ok("cell create alpha")
    for start in places:
        assert hv.machine.read_physical(start, 64) == bytes(64)
    hv.ok("cell destroy alpha")


def test_shared_memory_that_is_read_only(enabled: Hv) -> None:
    enabled.run("beta", "shmem", "region=1")
    enabled.wait_console("beta", "the region is read-only here")


@pytest.mark.parametrize("cell", ["two", "two-direct"])
def test_two_cpus(enabled: Hv, cell: str) -> None:
    enabled.run(cell, "smp")
    enabled.wait_console(cell, "smp: good")
    assert enabled.cell(cell)["cpus_on"] == [2, 3]
    enabled.audit()


def test_three_cpus(enabled: Hv) -> None:
    enabled.run("wide", "smp")
    enabled.wait_console("wide", "smp: good")
    assert enabled.online() == "0"


@pytest.mark.parametrize("cell", ["alpha", "rt"])
def test_console_input(enabled: Hv, cell: str) -> None:
    hv = enabled
    hv.run(cell, "echo")
    hv.wait_console(cell, "type something")
    hv.machine.check(f"echo 'one two' | hvctl cell console --attach {cell}")
    hv.wait_console(cell, r"^one two$")
    hv.ok(f"cell shutdown {cell}")
    hv.wait_console(cell, "echo: 8 characters")


def test_much_console_input_arrives_whole(enabled: Hv) -> None:
    hv = enabled
    hv.run("alpha", "echo")
    hv.wait_console("alpha", "type something")
    hv.machine.check(
        "i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); done >/tmp/in"
    )
    hv.machine.check("hvctl cell console --attach alpha </tmp/in >/tmp/out", 60)
    size = int(hv.machine.check("wc -c </tmp/in"))
    hv.wait_console("alpha", r"^line 299$")
    hv.ok("cell shutdown alpha")
    hv.wait_console("alpha", f"echo: {size} characters")


def test_a_console_without_interrupt(enabled: Hv) -> None:
    enabled.run("polled", "hello")
    # "hello" is linked for another address than this cell's memory, so it fails.
    enabled.end("polled")


def test_arguments_of_the_config(enabled: Hv) -> None:
    enabled.run("args", "hello")
    enabled.wait_console("args", 'command line: "period=1000 count=10"')


def test_no_superpages(enabled: Hv) -> None:
    before = enabled.status()["pool_pages_used"]
    enabled.run("small-pages", "hello")
    enabled.wait_console("small-pages", "Hello from cell")
    assert enabled.status()["pool_pages_used"] - before >= 8
    enabled.audit()


@pytest.mark.once
def test_a_large_cell_has_its_info_page_elsewhere(enabled: Hv) -> None:
    """On x86, RAM of this size covers the usual address of the page."""
    enabled.run("large", "hello")
    enabled.wait_console("large", "Hello from cell")
    enabled.end("large")


def test_memory_in_pieces(enabled: Hv) -> None:
    hv = enabled
    before = hv.root_tables()
    hv.run("pieces", "hello")
    hv.wait_console("pieces", "RAM at 0x60006000, 2048 KiB, r-x")
    hv.audit()
    hv.end("pieces")
    assert hv.root_tables() == before


def test_nothing_but_cpu_and_memory(enabled: Hv) -> None:
    hv = enabled
    hv.machine.put("/tmp/loop.bin", LOOP[hv.machine.config.board.arch])
    hv.ok("cell run bare /tmp/loop.bin")
    hv.refused("cell console bare", "has no console")
    hv.refused("cell shutdown bare", "info page")
    hv.audit()
    hv.ok("cell shutdown --force bare")
    # The cell has no info page, so a program that reads it at the address that it got
    # fails.
    hv.ok("cell load bare /lib/bulkhead/hello.bin")
    hv.ok("cell start bare")
    hv.wait_state("bare", "failed")
    assert hv.cell("bare")["stop"]["guest_address"] == "0x0"


def test_a_real_device_is_given_and_comes_back(enabled: Hv) -> None:
    hv = enabled
    bound = hv.machine.run("ls /sys/bus/amba/drivers/rtc-pl031/9010000.pl031").status
    if bound == 0:
        hv.refused("cell create device", "rtc-pl031|pl031")
    before = hv.snapshot()
    hv.ok("cell create --unbind device")
    hv.audit()
    assert hv.machine.run("ls /sys/bus/amba/drivers/rtc-pl031/9010000.pl031").status
    hv.ok("cell destroy device")
    assert hv.snapshot() == before


@pytest.mark.parametrize(
    "cell", ["rt", "rt-list", "hostile", "hostile-direct", "two", "reset"]
)
def test_the_inside_of_a_cell(enabled: Hv, cell: str) -> None:
    args = "violation=abort" if cell.startswith("hostile") else ""
    enabled.run(cell, "selftest", args)
    found = enabled.wait_console(cell, SELFTEST, 120)
    said = enabled.console(cell)
    assert found.group(2) == "0", "\n".join(
        line for line in said.splitlines() if line.startswith("FAIL")
    )
    assert int(found.group(1)) > 20


def test_collect_in_the_root_cell(enabled: Hv, tmp_path: pathlib.Path) -> None:
    """gather.sh packs the files that hvconfig collect reads: the machine has no
    Python."""
    machine = enabled.machine
    machine.put("/tmp/gather.sh", GATHER.read_bytes())
    archive, found_in = tmp_path / "machine.tar.gz", tmp_path / "found.yaml"
    archive.write_bytes(
        base64.b64decode(machine.check("sh /tmp/gather.sh | base64", 120))
    )
    options = ["--spare-irqs", "240-248", "-o", str(found_in)]
    assert main(["collect", "--from", str(archive), *options]) == 0
    report = Report()
    found = load_platform(str(found_in), report)
    shipped = load_platform(str(PLATFORM), report)
    assert not report.problems and found is not None and shipped is not None
    if machine.config.firmware:  # the tree has the firmware's devices, too
        assert len(shipped.devices) < len(found.devices)
        serial, uart = (where.devices[str(where.stdout)] for where in (found, shipped))
        assert dataclasses.replace(serial, name=uart.name) == uart
        found = dataclasses.replace(
            found, devices=shipped.devices, stdout=shipped.stdout
        )
    assert found == shipped
    for key in ("timer", "psci", "stdout", "reserved"):
        assert getattr(found, key) == getattr(shipped, key), key
