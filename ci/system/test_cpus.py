# SPDX-License-Identifier: GPL-2.0
"""CPUs that come and go."""

from bulkhead.hv import Hv
from machine.wait import until

CPU = "/sys/devices/system/cpu/cpu{}/online"


def switch(hv: Hv, cpu: int, on: bool) -> None:
    hv.machine.check(f"echo {int(on)} >{CPU.format(cpu)}")


def test_cpu_0_is_given_away(enabled: Hv) -> None:
    hv = enabled
    hv.run("cpu0", "hello")
    assert hv.online() == "1-3"
    hv.wait_console("cpu0", "CPU 0 of 1, hardware id 0x0")
    hv.audit()
    hv.end("cpu0")
    assert hv.online() == "0-3"


def test_hotplug_below_the_hypervisor(enabled: Hv) -> None:
    hv = enabled
    for cpu in (3, 0, 1):
        if hv.machine.run(f"test -e {CPU.format(cpu)}").status:
            continue  # Linux keeps CPU 0
        switch(hv, cpu, False)
        hv.audit()
        switch(hv, cpu, True)
    assert hv.online() == "0-3"
    hv.audit()


def test_cpu_offline_at_enable_comes_later(hv: Hv) -> None:
    switch(hv, 2, False)
    hv.enable("test")
    assert hv.online() == "0-1,3"
    hv.audit()
    switch(hv, 2, True)
    hv.machine.check("taskset 4 md5sum /bin/busybox")
    hv.audit()
    hv.disable()
    assert hv.online() == "0-3"


def test_cpu_offline_at_disable_comes_later(hv: Hv) -> None:
    hv.enable("test")
    switch(hv, 3, False)
    hv.disable()
    switch(hv, 3, True)
    hv.machine.check("taskset 8 md5sum /bin/busybox")
    assert hv.online() == "0-3"


def test_an_offline_cpu_can_be_given_and_stays_offline(enabled: Hv) -> None:
    hv = enabled
    switch(hv, 3, False)
    hv.run("rt", "hello")
    hv.wait_console("rt", "Hello from cell")
    assert hv.machine.run(f"echo 1 >{CPU.format(3)}").status, "Linux got a cell's CPU"
    hv.end("rt")
    assert hv.online() == "0-2"
    switch(hv, 3, True)


def test_linux_cannot_switch_on_a_cells_cpu(enabled: Hv) -> None:
    hv = enabled
    hv.run("rt", "rt-timer")
    assert hv.machine.run(f"echo 1 >{CPU.format(3)} 2>&1").status
    hv.wait_beats("rt", 20)
    hv.end("rt")
    assert hv.online() == "0-3"


def test_a_cells_cpu_cannot_be_ejected(enabled: Hv) -> None:
    hv = enabled
    hv.run("rt", "rt-timer")
    hv.wait_beats("rt", 1)
    hv.machine.check("echo 1 >/sys/devices/system/cpu/cpu3/firmware_node/eject")
    until("refused", lambda: "Offline failed" in hv.machine.dmesg())
    hv.wait_beats("rt", 3)
    hv.end("rt")
    assert hv.online() == "0-3"
