# SPDX-License-Identifier: GPL-2.0
"""Every change of state sends a uevent, as docs/abi/sysfs.md documents."""

import re
from collections.abc import Iterator

import pytest
from bulkhead.hv import Hv
from machine.wait import until

FILE = "/tmp/uevents"
Event = dict[str, str]


class Listener:
    """busybox's uevent, which runs a program for each event with its variables."""

    def __init__(self, hv: Hv) -> None:
        self._hv = hv
        self._seen = 0
        hv.machine.check(f": >{FILE}")
        self._pid = hv.machine.spawn(
            f"exec uevent sh -c 'env | grep -v ^_ | sort >{FILE}.one;"
            f" echo >>{FILE}.one; cat {FILE}.one >>{FILE}'"
        )
        # The program does not report when it listens: provoke events until one arrives.
        trigger = "echo change >/sys/class/mem/null/uevent"

        def listens() -> bool:
            hv.machine.check(trigger)
            return not hv.machine.run(f"test -s {FILE}").status

        until("a first event", lambda: listens() or None)

    def close(self) -> None:
        self._hv.machine.check(f"kill {self._pid}")

    def _events(self) -> list[Event]:
        blocks = self._hv.machine.check(f"cat {FILE}").split("\n\n")
        events = [
            dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
            for block in blocks
        ]
        return [event for event in events if "BULKHEAD_STATE" in event]

    def wait(self, **wanted: str) -> Event:
        """Waits for an event with these variables, after the previous match."""

        def look() -> Event | None:
            events = self._events()
            for number in range(self._seen, len(events)):
                if wanted.items() <= events[number].items():
                    self._seen = number + 1
                    return events[number]
            return None

        event = until(f"event {wanted}", look)
        assert event["ACTION"] == "change"
        assert event["SUBSYSTEM"] == "misc"
        assert event["DEVNAME"] == "bulkhead"
        assert re.fullmatch("/devices/virtual/misc/bulkhead", event["DEVPATH"])
        return event

    def wait_cell(self, cell: str, state: str) -> Event:
        event = self.wait(BULKHEAD_CELL=cell, BULKHEAD_STATE=state)
        assert "BULKHEAD_SYSTEM" not in event
        return event

    def wait_machine(self, system: str, state: str) -> None:
        event = self.wait(BULKHEAD_SYSTEM=system, BULKHEAD_STATE=state)
        assert "BULKHEAD_CELL" not in event and "BULKHEAD_ID" not in event


@pytest.fixture
def listener(hv: Hv) -> Iterator[Listener]:
    listener = Listener(hv)
    yield listener
    listener.close()


def test_each_change_of_state_is_an_event(hv: Hv, listener: Listener) -> None:
    hv.enable("test")
    listener.wait_machine("test", "enabled")
    hv.ok("cell create stray")
    number = listener.wait_cell("stray", "created")["BULKHEAD_ID"]
    assert number == str(hv.cell("stray")["id"])
    hv.ok("cell load stray /lib/bulkhead/hello.bin")
    hv.ok("cell start stray")
    assert listener.wait_cell("stray", "running")["BULKHEAD_ID"] == number
    hv.ok("cell shutdown stray")
    listener.wait_cell("stray", "shut-down")
    hv.ok("cell load stray /lib/bulkhead/hostile.bin")
    hv.ok("cell start stray attack=read addr=0x0c000000")
    listener.wait_cell("stray", "failed")  # "running" may be skipped
    hv.ok("cell destroy stray")
    assert listener.wait_cell("stray", "destroyed")["BULKHEAD_ID"] == number
    hv.disable()
    listener.wait_machine("test", "disabled")


def test_what_is_refused_is_no_event(hv: Hv, listener: Listener) -> None:
    hv.enable("test")
    listener.wait_machine("test", "enabled")
    hv.refused("cell create nobody", "has no cell", status=5)
    hv.refused("enable test", "enabled already|already enabled")
    hv.refused("cell start nobody", "there is no cell")
    hv.disable()
    event = listener.wait()
    assert event["BULKHEAD_STATE"] == "disabled", event
