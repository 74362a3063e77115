# SPDX-License-Identifier: GPL-2.0
"""Bulkhead in a machine: hvctl commands, state, consoles, heartbeats and the audit.

    hv = Hv.of(machine)
    hv.enable("test")
    hv.run("rt", "rt-timer", "period_us=1000")
    hv.wait_beats("rt", 100)
    hv.refused("cell create rt", "exists already")
"""

import json
import re
import struct
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from audit import check
from audit.paused import paused_view
from audit.tables import Mapping
from bulkhead.systems import load
from hvconfig.model import Cell, System
from machine.errors import MachineError
from machine.qemu import Machine
from machine.shell import Result
from machine.wait import until

CONSOLE_MAGIC = 0x534E4F43  # struct bh_console
MODULE = "/lib/modules/bulkhead.ko"
ONLINE = "/sys/devices/system/cpu/online"
HEARTBEAT_OFFSET = 0x1000  # inmates/lib/heartbeat.h
HEARTBEAT_MAGIC = 0x5441454254524148

Json = dict[str, Any]
T = TypeVar("T")


class Heartbeat(NamedTuple):
    """struct heartbeat of inmates/lib/heartbeat.h."""

    magic: int
    beats: int
    missed: int
    errors: int
    time: int
    max: int
    detail: int


class Snapshot(NamedTuple):
    """The state that a refused request must not change."""

    status: Json
    cells: list[Json]
    linux: str  # online CPUs, /proc/iomem, devices bound to drivers
    tables: list[str]


class Existing(NamedTuple):
    """The enabled system and its cells, as hvctl in the machine reports them."""

    system: System | None
    expected: check.Expected
    faults: str  # the hypervisor's messages about faults of its own


def documents(text: str) -> list[Any]:
    """Parses a text of several JSON documents."""
    found = []
    while text := text.lstrip():
        document, end = json.JSONDecoder().raw_decode(text)
        found.append(document)
        text = text[end:]
    return found


def cpus_in(text: str) -> set[int]:
    """Parses a CPU list of Linux, like 0-1,3."""
    ends = [part.partition("-") for part in text.split(",")]
    return {n for a, _, b in ends for n in range(int(a), int(b or a) + 1)}


def console_head(hv: "Hv") -> int:
    """Returns how many bytes the only cell with a console wrote to it.

    The number is read from physical memory.
    """
    assert hv.system
    where = hv.system.hypervisor
    memory = hv.machine.read_physical(where.start, where.size)
    for page in range(0, where.size, 4096):
        magic, head = struct.unpack_from("<II", memory, page)
        if magic == CONSOLE_MAGIC:
            return int(head)
    raise MachineError("there is no console")


class Hv:
    _all: "WeakKeyDictionary[Machine, Hv]" = WeakKeyDictionary()

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.system: System | None = None  # the enabled system
        self.may_fault = False  # the test makes the hypervisor fault on purpose
        # The expected state, for the audit of a machine whose shell is not usable.
        self.expected: check.Expected | None = None

    @classmethod
    def of(cls, machine: Machine) -> "Hv":
        if machine not in cls._all:
            cls._all[machine] = Hv(machine)
        return cls._all[machine]

    @classmethod
    def known(cls, machine: Machine) -> "Hv | None":
        return cls._all.get(machine)

    def load(self, name: str) -> System:
        return load(self.machine.config.board, name)

    # Commands

    def hvctl(self, arguments: str, timeout: float = 60) -> Result:
        return self.machine.run(f"hvctl {arguments} 2>&1", timeout)

    def ok(self, arguments: str, timeout: float = 60) -> str:
        return self.machine.check(f"hvctl {arguments} 2>&1", timeout)

    def refused(self, arguments: str, pattern: str, status: int = 1) -> str:
        """Runs a command that must fail with this exit code and sentence."""
        result = self.hvctl(arguments)
        if result.status != status:
            raise MachineError(
                f"'hvctl {arguments}' ended with {result.status}, not {status}:\n"
                f"{result.output}"
            )
        if not re.search(pattern, result.output):
            raise MachineError(
                f"the output of 'hvctl {arguments}' does not match {pattern!r}:\n"
                f"{result.output}"
            )
        first = result.output.splitlines()[0]
        if not first.startswith("hvctl: "):
            raise MachineError(f"not a sentence of hvctl: {first!r}")
        return result.output

    def json(self, arguments: str) -> Any:
        # Standard error is dropped: warnings are not part of the document.
        return json.loads(self.machine.check(f"hvctl {arguments} --json 2>/dev/null"))

    def check_document(self, system: str) -> Json:
        """Returns the document of "hvctl check", whether ready or not."""
        document: Json = json.loads(self.hvctl(f"check {system} --json").output)
        return document

    # State

    def status(self) -> Json:
        status: Json = self.json("status")
        return status

    def cells(self) -> list[Json]:
        """The cells, without root's."""
        cells: list[Json] = self.json("cell list")
        return [cell for cell in cells if cell["id"] != 0]

    def cell(self, name: str) -> Json:
        for cell in self.cells():
            if cell["name"] == name:
                return cell
        raise MachineError(f"there is no cell {name}")

    def state(self, name: str) -> str:
        return str(self.cell(name)["state"])

    def online(self) -> str:
        return self.machine.check(f"cat {ONLINE}").strip()

    def messages(self) -> list[Json]:
        messages: list[Json] = self.json("log")
        return messages

    def snapshot(self) -> Snapshot:
        said = self.machine.check(
            "hvctl status --json; hvctl cell list --json 2>/dev/null; echo =linux;"
            f" cat {ONLINE} /proc/iomem; echo /sys/bus/*/drivers/*/*:*"
        )
        ours, linux = said.split("=linux\n")
        status, *lists = documents(ours)
        cells = [cell for cell in lists[0] if cell["id"] != 0] if lists else []
        if status["state"] == "disabled":
            return Snapshot(status, cells, linux, [])
        tables = self.root_tables(linux.splitlines()[0])
        return Snapshot(status, cells, linux, tables)

    def root_tables(self, online: str = "") -> list[str]:
        """Returns root's mappings as text, for comparison."""
        return [str(mapping) for mapping in self.root_mappings(online)]

    def root_mappings(self, online: str = "") -> list[Mapping]:
        """Returns root's mappings, read from the tables of a CPU that executes root."""
        linux = cpus_in(online or self.online())
        for _ in range(50):
            with paused_view(self.machine) as look:
                # On x86 the second stage of a CPU that executes the hypervisor is not
                # visible.
                for cpu in look.cpus:
                    if cpu.guest and cpu.on and cpu.number in linux:
                        return look.second_stage(cpu).mappings
        raise MachineError("all CPUs of Linux are in the hypervisor")

    # Life

    def insmod(self) -> None:
        self.machine.check(f"insmod {MODULE}")

    def loaded(self) -> bool:
        return not self.machine.run("grep -q '^bulkhead ' /proc/modules").status

    def enable(self, name: str) -> None:
        self.ok(f"enable {name}")
        self.system = self.load(name)

    def disable(self) -> None:
        self.ok("disable")
        self.system = None

    def destroy_all(self) -> None:
        for cell in self.cells():
            self.end(cell["name"])

    def ready(self, system: str | None) -> None:
        """Reaches a known state: no cells, and this system or none enabled."""
        if not self.loaded():
            self.insmod()
        if self.status()["state"] != "disabled":
            self.destroy_all()
            if self.system and self.system.name == system:
                return
            self.disable()
        if system:
            self.enable(system)

    def run(self, cell: str, program: str, args: str = "") -> None:
        """Creates, loads and starts a cell."""
        self.ok(f"cell run {cell} /lib/bulkhead/{program}.bin {args}".strip())

    def create_and_load(self, cell: str, program: str) -> None:
        self.ok(f"cell create {cell}")
        self.ok(f"cell load {cell} /lib/bulkhead/{program}.bin")

    def end(self, cell: str) -> None:
        """Stops a cell by force, and destroys it."""
        stop = f"hvctl cell shutdown --force {cell} 2>&1"
        self.machine.check(f"{stop}; hvctl cell destroy {cell} 2>&1")

    # Consoles and heartbeats

    def console(self, cell: str) -> str:
        return self.ok(f"cell console {cell}")

    def wait_console(
        self, cell: str, pattern: str, timeout: float = 60
    ) -> re.Match[str]:
        def look() -> re.Match[str] | None:
            return re.search(pattern, self.console(cell), re.MULTILINE)

        try:
            return until(f"console of {cell} with {pattern!r}", look, timeout)
        except MachineError as error:
            raise MachineError(f"{error}; it has:\n{self.console(cell)}") from None

    def wait_state(self, cell: str, state: str, timeout: float = 30) -> None:
        until(f"{cell} {state}", lambda: self.state(cell) == state or None, timeout)

    def config(self, cell: str) -> Cell:
        assert self.system
        found = self.system.cell(cell)
        assert found
        return found

    def physical(self, cell: str, guest: int) -> int:
        for region in self.config(cell).regions:
            if region.guest <= guest < region.guest + region.size:
                return region.phys + guest - region.guest
        raise MachineError(f"{cell} has no memory at {guest:#x}")

    def heartbeat(self, cell: str) -> Heartbeat:
        """Reads the heartbeat from physical memory, whatever state Linux is in."""
        where = self.physical(cell, self.config(cell).entry + HEARTBEAT_OFFSET)
        data = self.machine.read_physical(where, 56)
        beat = Heartbeat(*struct.unpack("<7Q", data))
        if beat.magic != HEARTBEAT_MAGIC:
            raise MachineError(f"no heartbeat of {cell} at {where:#x}: {beat}")
        return beat

    def wait_beats(self, cell: str, more: int, timeout: float = 60) -> Heartbeat:
        """Waits until the heartbeat has increased by "more"."""
        first = self.heartbeat(cell).beats

        def look() -> Heartbeat | None:
            beat = self.heartbeat(cell)
            return beat if beat.beats >= first + more else None

        return until(f"{more} more beats of {cell}", look, timeout)

    # The audit

    def ask_existing(self) -> Existing:
        # In one command, because it runs after each test.
        said = self.machine.check(
            "if grep -q '^bulkhead ' /proc/modules; then hvctl status --json;"
            " { hvctl cell list --json; echo =log; hvctl log --json |"
            " grep '\"el2-fault\"'; } 2>/dev/null; fi; true"
        )
        lists, _, faults = said.partition("=log")
        status, cells = (*documents(lists), {}, [])[:2]
        if not status or status["state"] == "disabled":
            return Existing(None, check.Expected(), "")
        cells = [cell for cell in cells if cell["id"] != 0]
        running = [cell["name"] for cell in cells if cell["state"] == "running"]
        created = [cell["name"] for cell in cells]
        expected = check.Expected(
            enabled=True,
            created=created,
            running=running,
            open=[name for name in created if name not in running],
        )
        return Existing(self.load(status["system"]), expected, faults)

    def audit(self, nothing_open: bool = False) -> None:
        """Raises if the machine allows more or less than the config says.

        nothing_open: root may reach no cell's loadable memory.
        """
        if self.expected:
            system, expected, faults = Existing(self.system, self.expected, "")
        else:
            system, expected, faults = self.ask_existing()
        if faults.strip() and not self.may_fault:
            raise MachineError(f"the hypervisor faulted:\n{faults}")
        if nothing_open:
            expected.open = []
        with paused_view(self.machine) as look:
            findings = check.audit(look, system or self.load("test"), expected)
        if findings:
            raise MachineError("the audit found:\n" + "\n".join(findings))


def audit_after(machine: Machine) -> None:
    """Audits the machine after each test that used Bulkhead."""
    hv = Hv.known(machine)
    if hv is None or not machine.is_open:
        return
    hv.audit()
