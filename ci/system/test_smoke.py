# SPDX-License-Identifier: GPL-2.0
"""The machine itself: a stock kernel without the hypervisor."""

from collections.abc import Callable

import pytest
from audit.paused import paused_view
from bulkhead.systems import load
from hvconfig.model import Range
from hvconfig.write import reserve
from machine.config import Config
from machine.console import ConsoleError, ConsoleTimeout
from machine.gdbstub import GdbStub
from machine.qemu import Machine

SPARE = "0x6b6c7562"  # the letters "bulk"
PSCI_SMC = "/proc/device-tree/psci/method"


def write_spare(machine: Machine) -> int:
    """Writes a word into the memory kept for the hypervisor; returns its address."""
    address = load(machine.config.board, "test").hypervisor.start
    machine.check(f"devmem {address:#x} 32 {SPARE}")
    return address


def range_of(line: str) -> Range:
    """Returns the range of a line of /proc/iomem."""
    start, end = (int(number, 16) for number in line.split()[0].split("-"))
    return Range(start, end + 1 - start)


def test_boots_the_kernel_that_was_asked_for(machine: Machine, config: Config) -> None:
    release = machine.check("uname -r").strip()
    series, _, kind = config.kernel.partition("-")
    if series == "newest":
        assert not release.startswith(("6.1.", "6.12."))
    else:
        assert release.startswith(f"{series}.")
    assert ("-rt-" in release) == (kind == "rt")
    assert release.endswith(f"-{config.board.debian_arch}")
    assert machine.check("nproc").strip() == str(config.smp)


def test_a_boot_without_complaints(
    new_machine: Callable[[Config], Machine], config: Config
) -> None:
    """A boot from the start; other tests continue from a kept boot."""
    assert new_machine(config).boot().check("echo alive") == "alive"


def test_linux_runs_at_el1_with_the_stub_at_el2(machine: Machine) -> None:
    assert "CPU: All CPU(s) started at EL2" in machine.dmesg()
    assert "detected: Virtualization Host Extensions" not in machine.dmesg()
    assert machine.check(f"tr -d '\\0' <{PSCI_SMC}").strip() == "smc"


def test_memory_of_all_systems_is_left_to_us(machine: Machine) -> None:
    ram = [
        range_of(line)
        for line in machine.check("grep 'System RAM' /proc/iomem").splitlines()
    ]
    for name in ("demo", "test"):
        for taken in reserve.ranges(load(machine.config.board, name)):
            assert not any(taken.overlaps(linux) for linux in ram), taken


def test_status_and_output_survive_kernel_messages(machine: Machine) -> None:
    script = (
        "dmesg -n 8; i=0; while [ $i -lt 50 ]; do"
        " echo line $i; echo message $i >/dev/kmsg; i=$((i + 1)); done; (exit 7)"
    )
    status, output = machine.run(script)
    assert status == 7
    assert output.splitlines() == [f"line {i}" for i in range(50)]
    machine.console.wait_for_kernel(r"message 49", 30)


def test_a_command_that_hangs_is_a_timeout_not_the_end(machine: Machine) -> None:
    with pytest.raises(ConsoleTimeout):
        machine.run("sleep 1000", timeout=1)
    assert machine.check("echo alive") == "alive"


def test_files_arrive_whole(machine: Machine) -> None:
    data = bytes(range(256)) * 9
    machine.put("/tmp/file", data)
    assert machine.check("wc -c </tmp/file").strip() == str(len(data))
    dump = machine.check("hexdump -v -e '1/1 \"%02x\"' /tmp/file")
    assert bytes.fromhex(dump) == data


def test_cpus_go_and_come_back(machine: Machine) -> None:
    removable = machine.check("ls /sys/devices/system/cpu/cpu[0-9]*/online").split()
    # Linux may not let CPU 0 go offline
    assert len(removable) >= machine.config.smp - 1
    for online in (removable[-1], removable[0]):
        machine.check(f"echo 0 >{online}")
        machine.check(f"echo 1 >{online}")
    assert machine.check("cat /sys/devices/system/cpu/online") == "0-3"


def test_load_script_starts_and_stops(machine: Machine) -> None:
    machine.check("load start")
    assert machine.check("load status").strip() == "6 processes"
    machine.check("load stop")
    assert machine.check("load status").strip() == "not running"


def test_reserved_memory_is_readable_from_outside(machine: Machine) -> None:
    # Not RAM to Linux, so user space may write there.
    spare = write_spare(machine)
    machine.pause()
    assert machine.read_physical(spare, 4) == b"bulk"
    machine.resume()
    assert machine.check("echo alive") == "alive"


def test_gdb_stub_gives_system_registers_and_memory(machine: Machine) -> None:
    spare = write_spare(machine)
    with GdbStub(machine) as stub:
        assert len(stub.cpus) == machine.config.smp
        assert stub.physical(spare, 4) == b"bulk"
    with paused_view(machine) as look:
        assert [cpu.number for cpu in look.cpus] == list(range(machine.config.smp))
        # No hypervisor is enabled, so every CPU executes a guest and none is on.
        assert all(cpu.guest and not cpu.on for cpu in look.cpus)
    assert machine.check("echo alive") == "alive"


@pytest.mark.kernel_trouble
def test_a_panic_is_seen_and_memory_stays_readable(fresh_machine: Machine) -> None:
    spare = write_spare(fresh_machine)
    fresh_machine.end_by("echo c >/proc/sysrq-trigger")
    fresh_machine.console.wait_for_kernel("Kernel panic - not syncing", 60)
    assert fresh_machine.read_physical(spare, 4) == b"bulk"
    with pytest.raises(ConsoleError, match="sysrq triggered crash"):
        fresh_machine.run("true")


def test_a_reset_boots_again(fresh_machine: Machine) -> None:
    fresh_machine.check("touch /tmp/before")
    fresh_machine.reset()
    fresh_machine.boot()
    assert fresh_machine.run("ls /tmp/before").status == 1
