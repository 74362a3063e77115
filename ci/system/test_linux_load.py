# SPDX-License-Identifier: GPL-2.0
"""A Linux in a cell under load: Debian's stress-ng, cyclictest and perf."""

import re

import pytest
from bulkhead.hv import Hv
from bulkhead.linux_cell import LinuxCell, linux_config
from machine.config import Config
from machine.initrd import with_files
from machine.qemu import Machine

# "make programs" fetches the programs.
pytestmark = [pytest.mark.thorough, pytest.mark.timeout(600)]

INITRD = "/lib/bulkhead/linux/initrd-load"
# Load of each kind: CPU, memory, processes, system calls, timers.
STRESS = "--cpu 1 --vm 1 --vm-bytes 16M --fork 1 --pipe 1 --futex 1 --timer 1"


@pytest.fixture(scope="module")
def config(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A machine with the programs in root's file system and in the cell's initrd."""
    place = tmp_path_factory.mktemp("load")
    usual = linux_config(config)
    programs = (config.built / "programs.cpio.zst").read_bytes()
    cell = place / "cell"
    initrd_of_cells = config.built / f"cell-initrd-{config.kernel}.cpio"
    cell.write_bytes(initrd_of_cells.read_bytes() + programs)
    both = with_files(usual, {INITRD: cell}, place / "initrd")
    with both.files()[1].open("ab") as initrd:
        initrd.write(programs)
    return both


@pytest.fixture
def cell(machine: Machine) -> LinuxCell:
    """The Linux cell with two CPUs."""
    hv = Hv.of(machine)
    if not hv.system:
        hv.ready("linux")
    # Without this argument the root file system is limited to half of the memory.
    found = LinuxCell(hv, "linux", INITRD, "rootfstype=ramfs")
    found.ensure()
    return found


def test_cyclictest(cell: LinuxCell) -> None:
    """On each CPU a thread wakes up by a timer, never a second late."""
    said = cell.ask("cyclictest -q -t -p 80 -i 1000 -l 500", 120)
    threads = re.findall(r"^T: (\d) .* C: +(\d+) .* Max: +(\d+)$", said, re.MULTILINE)
    assert [cpu for cpu, _, _ in threads] == ["0", "1"], said
    assert all(int(cycles) > 100 for _, cycles, _ in threads), said
    assert all(int(most) < 1_000_000 for _, _, most in threads), said


def test_perf_stat(cell: LinuxCell) -> None:
    events = "task-clock,context-switches,page-faults,cpu-migrations"
    said = cell.ask(f"perf stat -x, -e {events} -- sh -c 'sleep 0.1; ls /proc'", 120)
    counted = dict(
        (name, value)
        for value, _, name in re.findall(
            r"^([^,\n]*),([^,]*),([a-z-]+)(?::[ukh]*)?,", said, re.MULTILINE
        )
    )
    assert counted.keys() == set(events.split(",")), said
    assert float(counted["task-clock"]) > 0 and int(counted["page-faults"]) > 0
    assert int(counted["context-switches"]) > 0


def test_stress_ng_in_both_beside_a_real_time_cell(cell: LinuxCell) -> None:
    """The bare cell on the third CPU keeps its period during the load."""
    hv = cell.hv
    hv.run("rt", "rt-timer", "period_us=10000")
    hv.wait_beats("rt", 10)
    # Root's load has the lowest priority, because hvctl must run too.
    last = f"renice -n 19 -p $$; exec stress-ng {STRESS} -t 10"
    root = hv.machine.spawn(f"sh -c '{last}' >/tmp/stress 2>&1")
    said = cell.ask(f"stress-ng {STRESS} -t 10 2>&1 | tail -n 3", 300)
    assert "successful run completed" in said
    hv.wait_beats("rt", 100, 120)
    ended = f"while kill -0 {root} 2>/dev/null; do sleep 1; done; cat /tmp/stress"
    assert "successful run completed" in hv.machine.check(ended, 100)
    hv.end("rt")
    assert cell.complaints() == []
