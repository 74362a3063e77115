# SPDX-License-Identifier: GPL-2.0
"""Linux in a cell: an unmodified Debian kernel beside the root Linux."""

import re

import pytest
from hv import Hv, until
from linuxcell import LinuxCell, linux_config
from machine import Config, Machine


@pytest.fixture(scope="module")
def config(request: pytest.FixtureRequest) -> Config:
    options = request.config
    kernel, cpu = str(options.getoption("--kernel")), str(options.getoption("--cpu"))
    return linux_config(Config(kernel=kernel, cpu=cpu))


@pytest.fixture
def linux(machine: Machine) -> Hv:
    """The system with the Linux cells enabled; the one of the last test may go on."""
    hv = Hv.of(machine)
    if not hv.system:
        hv.ready("linux")
    return hv


def test_two_cpus(linux: Hv) -> None:
    cell = LinuxCell(linux, "linux")
    cell.start()
    assert cell.ask("nproc") == "2"
    assert linux.online() == "0-1"
    # By interrupt: what was typed got there.
    assert re.search(
        r"[1-9]", cell.ask("grep uart-pl011 /proc/interrupts | cut -c5-15")
    )
    assert cell.complaints() == []
    linux.audit()


def test_time_of_day(linux: Hv) -> None:
    cell = LinuxCell(linux, "linux")
    cell.ensure()
    theirs = int(cell.ask("date +%s"))
    ours = int(linux.machine.check("date +%s"))
    assert abs(ours - theirs) < 300 and theirs > 1_000_000_000


def test_cpu_hotplug_inside(linux: Hv) -> None:
    cell = LinuxCell(linux, "linux")
    cell.ensure()
    online = "/sys/devices/system/cpu/cpu1/online"
    cell.ask(f"for i in 1 2 3; do echo 0 >{online}; echo 1 >{online}; done")
    assert cell.ask("nproc") == "2"
    cell.ask(f"echo 0 >{online}")
    assert linux.cell("linux")["cpus_on"] == [2]
    cell.ask(f"echo 1 >{online}")
    assert linux.cell("linux")["cpus_on"] == [2, 3]


def test_reboot_inside(linux: Hv) -> None:
    cell = LinuxCell(linux, "linux")
    cell.ensure()
    for _ in range(3):
        cell.again("reboot -f")
    assert cell.ask("nproc") == "2"


def test_panic_reboots(linux: Hv) -> None:
    cell = LinuxCell(linux, "linux")
    cell.ensure()
    cell.again("echo c >/proc/sysrq-trigger")
    assert cell.ask("echo alive") == "alive"


def test_poweroff_and_restart(linux: Hv) -> None:
    cell = LinuxCell(linux, "linux")
    cell.ensure()
    cell.type("poweroff -f")
    linux.wait_state("linux", "shut down")
    assert linux.cell("linux")["stop"]["reason"] == "off"
    assert linux.online() == "0-1"
    cell.start()
    linux.refused(cell.command(), "is running; --restart")
    cell.start("--restart")
    assert cell.ask("nproc") == "2"


def test_three_cpus_and_memory_in_two_pieces(linux: Hv) -> None:
    linux.destroy_all()
    cell = LinuxCell(linux, "wide")
    cell.start()
    assert cell.ask("nproc") == "3"
    total = cell.ask("grep MemTotal /proc/meminfo | tr -dc 0-9")
    assert 100 << 10 < int(total) < 144 << 10
    linux.audit()


def test_a_small_cell(linux: Hv) -> None:
    linux.destroy_all()
    cell = LinuxCell(linux, "small")
    cell.start()
    assert cell.ask("nproc") == "1"
    # Without a kept image a reset ends it.
    cell.type("reboot -f")
    linux.wait_state("small", "failed")
    assert linux.cell("small")["stop"]["reason"] == "reset"


def test_destroyed_while_it_boots(linux: Hv) -> None:
    linux.destroy_all()
    cell = LinuxCell(linux, "linux")
    linux.ok(cell.command())
    until("some output", lambda: cell.console("grep 'Linux version'") or None)
    linux.end("linux")
    assert linux.online() == "0-3"


def test_what_cannot_start(linux: Hv) -> None:
    hv = linux
    hv.destroy_all()
    before = hv.snapshot()
    hv.machine.check("head -c 100000 /lib/bulkhead/linux/vmlinuz >/tmp/short")
    hv.machine.check("dd if=/dev/urandom of=/tmp/noise bs=4k count=9 2>/dev/null")
    refused = [
        ("--kernel /bin/busybox", "is an ELF file"),
        ("--kernel /tmp/noise", "is no arm64 kernel"),
        ("--kernel /lib/bulkhead/linux/vmlinuz --initrd /none", "cannot open /none"),
        ("--kernel /lib/bulkhead/linux/vmlinuz --dtb /tmp/noise", "tree is broken"),
    ]
    for words, sentence in refused:
        hv.refused(f"cell linux linux {words}", sentence, status=5)
    hv.refused("cell linux linux", "needs a kernel", status=2)
    hv.refused("cell linux test/linux --kernel /tmp/short", "is not enabled")
    dtb = "--dtb /etc/bulkhead/linux.wide.dtb"
    kernel = "--kernel /lib/bulkhead/linux/vmlinuz"
    hv.refused(f"cell linux linux {kernel} {dtb}", "not all RAM of cell", status=5)
    assert hv.snapshot() == before
