# SPDX-License-Identifier: GPL-2.0
"""Linux in a cell: an unmodified Debian kernel beside the root Linux."""

import re
import subprocess
import time
from collections.abc import Callable

import pytest
from audit.check import Expected
from bulkhead.hv import Hv, console_head
from bulkhead.linux_cell import LinuxCell, linux_config
from machine.config import Config
from machine.errors import MachineError
from machine.qemu import Machine
from machine.wait import until


@pytest.fixture(scope="module")
def config(config: Config) -> Config:
    return linux_config(config)


@pytest.fixture
def linux(machine: Machine) -> Hv:
    """The system "linux" enabled; a cell of the previous test may still run."""
    hv = Hv.of(machine)
    if not hv.system:
        hv.ready("linux")
    return hv


def test_two_cpus(linux: Hv) -> None:
    cell = LinuxCell(linux, "linux")
    cell.start()
    assert cell.ask("nproc") == "2"
    assert linux.online() == "0-1"
    # The typed commands raised interrupts of the UART.
    assert re.search(
        r"[1-9]", cell.ask("grep -E 'uart-pl011|ttyS0' /proc/interrupts | cut -c5-15")
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


def test_a_cpu_that_is_off_inside_is_off(linux: Hv) -> None:
    cell = LinuxCell(linux, "linux")
    cell.ensure()
    online = "/sys/devices/system/cpu/cpu1/online"
    cell.ask(f"echo 0 >{online}")
    assert linux.cell("linux")["cpus_on"] == [2]
    cell.ask(f"echo 1 >{online}")
    assert linux.cell("linux")["cpus_on"] == [2, 3]


def test_reboot_inside(linux: Hv, rounds: Callable[[int], int]) -> None:
    cell = LinuxCell(linux, "linux")
    cell.ensure()
    # Its clock continues from the time at which it was started.
    clock = "cat /sys/class/rtc/rtc0/since_epoch"
    times = [int(cell.ask(clock))]
    for _ in range(max(rounds(3), 1)):
        cell.again("reboot -f")
        times.append(int(cell.ask(clock)))
    assert times == sorted(set(times))
    assert int(linux.machine.check("date +%s")) - times[-1] < 300
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


@pytest.mark.once
def test_three_cpus_and_memory_in_two_pieces(linux: Hv) -> None:
    linux.destroy_all()
    cell = LinuxCell(linux, "wide")
    cell.start()
    assert cell.ask("nproc") == "3"
    total = cell.ask("grep MemTotal /proc/meminfo | tr -dc 0-9")
    assert 100 << 10 < int(total) < 144 << 10
    linux.audit()


@pytest.mark.once
def test_a_small_cell(linux: Hv) -> None:
    linux.destroy_all()
    cell = LinuxCell(linux, "small")
    cell.start()
    assert cell.ask("nproc") == "1"
    cma = "cma: Failed to reserve 64 MiB"  # 6.12 appends the number of the node
    assert [line for line in cell.complaints() if cma not in line] == []
    # A cell without a snapshot cannot be reset.
    cell.type("reboot -f")
    linux.wait_state("small", "failed")
    assert linux.cell("small")["stop"]["reason"] == "reset"


NOTE = """/dts-v1/; /plugin/;
/ { fragment@0 { target-path = "/"; __overlay__ { note = "by overlay"; }; }; };
"""


@pytest.mark.once
def test_a_device_tree_overlay(linux: Hv) -> None:
    linux.destroy_all()
    cell = LinuxCell(linux, "small")
    overlay = subprocess.run(
        ["dtc", "-q"], input=NOTE.encode(), capture_output=True, check=True
    )
    linux.machine.put("/tmp/note.dtbo", overlay.stdout)
    cell.start("--overlay /tmp/note.dtbo")
    assert cell.ask("tr -d '\\0' </proc/device-tree/note") == "by overlay"


def test_devices_of_the_machine(linux: Hv) -> None:
    """A cell has root's real-time clock and GPIO pins, with their stock drivers."""
    hv = linux
    hv.destroy_all()
    drivers = "cd /sys/bus/amba/drivers; ls rtc-pl031 pl061_gpio"
    bound = f"({drivers} | grep -c ^90)"
    assert hv.machine.check(bound) == "2"
    cell = LinuxCell(hv, "io")
    hv.refused(cell.command(), "is in use by Linux")
    cell.start("--unbind")
    assert hv.machine.run(bound).output == "0"
    assert cell.ask(bound) == "2"
    rtc = "$(dirname /sys/bus/amba/devices/9010000.pl031/rtc/rtc*/since_epoch)"
    theirs = int(cell.ask(f"cat {rtc}/since_epoch"))
    assert abs(theirs - time.time()) < 100
    # The alarm raises an interrupt.
    cell.ask(f"echo +1 >{rtc}/wakealarm")
    rung = "awk '/rtc-pl031/ && $2 > 0 { n = 1 } END { exit !n }' /proc/interrupts"
    cell.ask(f"until {rung}; do sleep 0.2; done")
    assert cell.complaints() == []
    hv.end("io")
    assert hv.machine.check(bound) == "2"


def test_destroyed_while_it_boots(linux: Hv) -> None:
    linux.destroy_all()
    cell = LinuxCell(linux, "linux")
    linux.ok(cell.command())
    until("some output", lambda: cell.console("grep 'Linux version'") or None)
    linux.end("linux")
    assert linux.online() == "0-3"


@pytest.mark.once
def test_what_cannot_start(linux: Hv) -> None:
    hv = linux
    hv.destroy_all()
    before = hv.snapshot()
    hv.machine.check("head -c 100000 /lib/bulkhead/linux/vmlinuz >/tmp/short")
    hv.machine.check("dd if=/dev/urandom of=/tmp/noise bs=4k count=9 2>/dev/null")
    refused = [
        ("--kernel /bin/busybox", "is an ELF file"),
        ("--kernel /tmp/noise", f"is not an {hv.machine.config.board.arch} kernel"),
        ("--kernel /tmp/short", "is damaged: it was cut off"),
        ("--kernel /lib/bulkhead/linux/vmlinuz --initrd /none", "cannot open /none"),
    ]
    for words, sentence in refused:
        hv.refused(f"cell linux linux {words}", sentence, status=5)
    hv.refused("cell linux linux", "needs a kernel", status=2)
    hv.refused("cell linux test/linux --kernel /tmp/short", "is not enabled")
    assert hv.snapshot() == before


@pytest.mark.once
def test_a_tree_that_is_not_the_cells(linux: Hv) -> None:
    hv = linux
    hv.destroy_all()
    before = hv.snapshot()
    hv.machine.check("dd if=/dev/urandom of=/tmp/noise bs=4k count=9 2>/dev/null")
    kernel = "--kernel /lib/bulkhead/linux/vmlinuz"
    for tree, sentence in (
        ("/tmp/noise", "tree is broken"),
        ("/etc/bulkhead/linux.wide.dtb", "not all RAM of cell"),
    ):
        hv.refused(f"cell linux linux {kernel} --dtb {tree}", sentence, status=5)
    assert hv.snapshot() == before


@pytest.mark.once
def test_console_flood(linux: Hv) -> None:
    """Output that nobody reads loses characters, and has no other effect."""
    cell = LinuxCell(linux, "linux")
    cell.ensure()
    cell.type("i=0; while [ $i -lt 20000 ]; do echo flood; i=$((i+1)); done")
    assert linux.online() == "0-1"

    def answered() -> bool | None:
        try:
            return cell.ask("echo alive", 20) == "alive" or None
        except MachineError:  # the flood displaced the answer
            return None

    until("an answer", answered, 150)


@pytest.mark.once
def test_out_of_memory_inside(linux: Hv) -> None:
    cell = LinuxCell(linux, "linux")
    cell.ensure()
    cell.ask("tail /dev/zero; true", 180)
    assert "Out of memory" in cell.ask("dmesg | grep -m1 'Out of memory'")
    assert linux.state("linux") == "running"


@pytest.mark.once
def test_a_real_time_cell_beside_two_busy_linuxes(linux: Hv) -> None:
    hv = linux
    cell = LinuxCell(hv, "linux")
    cell.ensure()
    hv.run("rt", "rt-timer", "period_us=10000")
    hv.machine.check("load start light")
    cell.type(
        "for i in 1 2; do while :; do md5sum /bin/busybox >/dev/null; done & done"
    )
    hv.wait_beats("rt", 300, 120)
    hv.machine.check("load stop")
    cell.ask("kill %1 %2; true")
    hv.end("rt")


@pytest.mark.thorough
@pytest.mark.timeout(1200)
def test_twenty_restarts(linux: Hv) -> None:
    cell = LinuxCell(linux, "linux")
    cell.ensure()
    for _ in range(20):
        cell.start("--restart")
    assert cell.ask("nproc") == "2"


@pytest.mark.kernel_trouble
def test_it_goes_on_and_reboots_when_root_is_dead(fresh_machine: Machine) -> None:
    hv = Hv.of(fresh_machine)
    hv.ready("linux")
    cell = LinuxCell(hv, "linux")
    cell.start()
    cell.type("while :; do echo still here; sleep 1; done &")
    hv.expected = Expected(created=["linux"], running=["linux"], enabled=True)
    hv.machine.end_by("echo c >/proc/sysrq-trigger")
    hv.machine.console.wait_for_kernel("Kernel panic - not syncing", 60)
    first = console_head(hv)
    until("more output", lambda: console_head(hv) > first + 100 or None)


@pytest.mark.once
def test_u_boot(linux: Hv) -> None:
    """U-Boot, a stock program for this board, runs and can reset the cell."""
    hv = linux
    hv.destroy_all()
    hv.ok("cell create uboot")
    hv.ok("cell load uboot /lib/bulkhead/linux/u-boot.bin --at 0")
    hv.ok("cell load uboot /lib/bulkhead/linux/u-boot.dtb --at 0x40000000")
    hv.ok("cell start uboot")
    hv.wait_console("uboot", "Hit any key to stop autoboot|^=> ")
    cell = LinuxCell(hv, "uboot")
    cell.type("")
    hv.wait_console("uboot", "^=> ")
    cell.type("version")
    hv.wait_console("uboot", "^U-Boot 20.*\\n(.*\\n)*=> version")
    cell.type("reset")
    hv.wait_state("uboot", "failed")
    assert hv.cell("uboot")["stop"]["reason"] == "reset"
