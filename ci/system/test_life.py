# SPDX-License-Identifier: GPL-2.0
"""The life of a system and its cells, by the steps of a user."""

import json
import re

from bulkhead.hv import Hv
from machine.wait import until

SYSFS = "/sys/class/misc/bulkhead"


def test_check_says_that_the_machine_is_ready(hv: Hv) -> None:
    without_system = hv.ok("check")
    assert (
        "No requirement is missing among those that could be checked." in without_system
    )
    assert "This machine is ready." not in without_system
    assert not hv.json("check")["ready"]
    assert "This machine is ready." in hv.ok("check demo")
    said = hv.json("check demo")
    assert said["ready"]
    states = {item["name"]: item["state"] for item in said["requirements"]}
    assert set(states.values()) == {"ok"}, states
    assert hv.status()["state"] == "disabled"


def test_enable_and_disable(hv: Hv) -> None:
    before = hv.snapshot()
    said = hv.ok("enable demo")
    assert '"demo"' in said
    hv.system = hv.load("demo")
    status = hv.status()
    assert (status["state"], status["system"]) == ("enabled", "demo")
    assert (status["cpus"], status["cells"]) == (4, 0)
    assert 0 < status["pool_pages_used"] < status["pool_pages"]
    assert hv.machine.check(f"cat {SYSFS}/state").strip() == "enabled"
    hv.audit()
    hv.disable()
    assert hv.machine.check(f"cat {SYSFS}/state").strip() == "disabled"
    assert hv.snapshot() == before


def test_smis_since_enable(hv: Hv) -> None:
    """Earlier SMIs are not counted. QEMU takes SMIs on CPU 0 only, and none while a
    hypervisor is enabled."""
    # the port of APM, which raises an SMI
    to_port = "taskset 1 dd of=/dev/port bs=1 seek=178 2>/dev/null"
    one = rf"printf '\0' | {to_port}"
    hv.machine.check(f"for i in 1 2 3; do {one}; done")
    hv.enable("test")
    assert hv.status()["smis"] == 0
    assert "SMIs:               0 since enable" in hv.ok("status")
    hv.disable()


def test_life_of_a_cell(enabled: Hv) -> None:
    hv = enabled
    before = hv.snapshot()
    assert "is created" in hv.ok("cell create rt")
    assert hv.online() == "0-2"
    cell = hv.cell("rt")
    assert (cell["state"], cell["cpus"], cell["starts"]) == ("created", [3], 0)
    hv.audit(nothing_open=True)
    assert "is loaded" in hv.ok("cell load rt /lib/bulkhead/rt-timer.bin")
    hv.audit()
    hv.ok("cell start rt period_us=2000")
    assert hv.state("rt") == "running"
    assert hv.cell("rt")["cpus_on"] == [3]
    hv.wait_console("rt", r"rt-timer: a period of 2000 us")
    hv.wait_beats("rt", 50)
    hv.audit()
    assert "is shut down" in hv.ok("cell shutdown rt")
    cell = hv.cell("rt")
    assert (cell["state"], cell["cpus_on"]) == ("shut down", [])
    assert cell["stop"]["reason"] == "requested"
    assert "rt-timer summary" in hv.console("rt")
    hv.audit(nothing_open=True)
    assert "is destroyed" in hv.ok("cell destroy rt")
    assert hv.snapshot() == before
    codes = [message["code"] for message in hv.messages()]
    life = [
        "created",
        "loaded",
        "started",
        "shutdown-requested",
        "stopped",
        "destroyed",
    ]
    at = [codes.index(code) for code in life]
    assert at == sorted(at)


def test_start_again_and_load_again(enabled: Hv) -> None:
    hv = enabled
    hv.run("alpha", "hello", "first")
    hv.wait_console("alpha", r'command line: "first"')
    hv.ok("cell shutdown alpha")
    hv.ok("cell load alpha /lib/bulkhead/hello.bin")
    hv.ok("cell start alpha second time")
    hv.wait_console("alpha", r'command line: "second time"')
    assert hv.cell("alpha")["starts"] == 2
    hv.end("alpha")


def test_start_again_without_a_load(enabled: Hv) -> None:
    """Variables are as in the file, however often the program has run."""
    hv = enabled
    pattern = "^again: .*"
    hv.run("alpha", "again")
    hv.wait_console("alpha", pattern)
    for _ in range(2):
        before = hv.console("alpha").count("again: ")
        hv.ok("cell shutdown alpha")
        hv.ok("cell start alpha")
        until("the program", lambda: hv.console("alpha").count("again: ") > before)
    said = re.findall(pattern, hv.console("alpha"), re.MULTILINE)
    assert len(said) == 3 and set(said) == {"again: data 7, bss 0, beats 0"}
    hv.end("alpha")


def test_names_and_ids(enabled: Hv) -> None:
    hv = enabled
    hv.create_and_load("alpha", "hello")
    number = hv.cell("alpha")["id"]
    hv.ok(f"cell start {number}")
    hv.wait_console(str(number), "Hello from cell")
    assert f'"alpha" (id {number})' in hv.console("alpha")
    hv.ok(f"cell shutdown {number}")
    hv.ok(f"cell destroy {number}")
    hv.refused(f"cell start {number}", "there is no cell")


def test_memory_is_wiped_before_and_after(enabled: Hv) -> None:
    hv = enabled
    where = hv_free_memory(hv)
    hv.machine.check(f"devmem {where:#x} 32 0x12345678")
    hv.ok("cell create alpha")
    assert hv.machine.read_physical(where, 4) == b"\0\0\0\0"
    hv.ok("cell load alpha /lib/bulkhead/canary.bin")
    hv.ok("cell start alpha")
    until("canary", lambda: any(hv.machine.read_physical(where, 4)))
    hv.end("alpha")
    ram = hv.config("alpha").regions[0]
    assert not any(hv.machine.read_physical(ram.phys, ram.size))


def hv_free_memory(hv: Hv) -> int:
    """Returns an address in alpha's memory outside of its program."""
    return hv.config("alpha").regions[0].phys + (8 << 20)


def test_statistics_and_log(enabled: Hv) -> None:
    hv = enabled
    hv.run("rt", "rt-timer")
    hv.wait_beats("rt", 10)
    stats = hv.json("cell stats rt")
    assert [cpu["cpu"] for cpu in stats["cpus"]] == [3]
    assert stats["cpus"][0]["exits"]["total"] > 0
    assert "all exits" in hv.ok("cell stats rt")
    # The prefix keeps Console from taking lines for the kernel's messages.
    said = hv.machine.check("hvctl log | sed 's/^/> /'")
    assert re.search(r"^> [\[ ]*\d+\.\d{6}\]? CPU \d rt: started$", said, re.M), said
    assert hv.machine.check(f"cat {SYSFS}/cells/rt/state").strip() == "running"
    assert hv.machine.check(f"cat {SYSFS}/cells/rt/cpus").strip() == "3"
    watch = "hvctl cell stats --watch --json rt >/tmp/watch 2>&1; echo $? >/tmp/ended"
    hv.machine.spawn(watch)
    until("a second", lambda: bool(hv.machine.check("cat /tmp/watch")) or None)
    hv.end("rt")
    until("the end", lambda: not hv.machine.run("test -s /tmp/ended").status or None)
    assert hv.machine.check("cat /tmp/ended").strip() == "1"
    lines = hv.machine.check("cat /tmp/watch").splitlines()
    assert all(json.loads(line)["cell"] == "rt" for line in lines[:-1])
    assert lines[-1].startswith("hvctl: ") and "no cell" in lines[-1]
    assert hv.machine.run(f"ls {SYSFS}/cells/rt").status


def test_a_console_is_followed_to_the_end(enabled: Hv) -> None:
    hv = enabled
    hv.create_and_load("alpha", "hello")
    hv.machine.spawn("hvctl cell console -f alpha >/tmp/follow 2>&1")
    hv.ok("cell start alpha exit")
    hv.wait_state("alpha", "shut down")
    hv.ok("cell destroy alpha")
    ended = "! pgrep -f 'cell console' >/dev/null"
    until("the end", lambda: not hv.machine.run(ended).status or None)
    said = hv.machine.check("cat /tmp/follow")
    assert said.startswith('Hello from cell "alpha"')
    assert 'command line: "exit"' in said


def test_events_wake_those_who_wait(enabled: Hv) -> None:
    hv = enabled
    follower = hv.machine.spawn("exec hvctl log -f --json >/tmp/follow")
    hv.run("alpha", "hello")

    def seen() -> bool:
        lines = hv.machine.check("cat /tmp/follow").splitlines()
        return "started" in [json.loads(line)["code"] for line in lines]

    until("the message of the start", lambda: seen() or None)
    hv.machine.check(f"kill {follower}")
    hv.end("alpha")


def test_module_goes_and_comes_again(hv: Hv) -> None:
    for _ in range(2):
        hv.machine.check("rmmod bulkhead")
        assert hv.machine.run("ls /dev/bulkhead").status
        hv.refused("status", "load the module first", status=3)
        hv.insmod()
        hv.enable("test")
        hv.run("alpha", "hello")
        hv.wait_console("alpha", "Hello from cell")
        hv.end("alpha")
        hv.disable()
