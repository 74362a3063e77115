# SPDX-License-Identifier: GPL-2.0
"""Fixtures of the system tests: machines, time-outs, and checks after each test.

    python3 -m pytest ci/system/test_smoke.py --kernel 6.12 --cpu max

The fixture "machine" is booted and shared by the tests of one file; after a failed test
the next one boots another. "fresh_machine" is a test's own. "new_machine" makes one
from a Config. Tests wait for events, never for a time.
"""

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import pytest
from bulkhead.hv import Hv, audit_after
from inapplicable import INAPPLICABLE
from machine.boards import BOARDS
from machine.boots import boot
from machine.config import Config
from machine.emulators import machine_of
from machine.errors import MachineError
from machine.patience import be_patient_with, patient
from machine.process import die_with_parent, limit_memory
from machine.qemu import Machine

DEFAULT_TIMEOUT = 180
MEMORY = 2 << 30  # the memory limit of each test process, about ten times what it needs
KERNEL_TROUBLE = re.compile(
    r"WARNING|BUG|Oops|Call trace|cut here|Internal error|Kernel panic"
    r"|Unable to handle|rcu.*(?:stall|expedited)|lockup|blocked for more than"
    r"|SError|[Bb]ad mode|nobody cared|refcount_t|hung task"
)

# Messages of harmless causes: the CPU's vulnerabilities; in 6.1, QEMU's description of
# cores with several threads on arm64.
HARMLESS = re.compile(
    r"Speculative Return Stack Overflow: WARNING|BUG: arch topology borken"
)

# Called for each machine after each test that did not fail.
AFTER_EACH: list[Callable[[Machine], None]] = [audit_after]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--arch", default="arm64", choices=tuple(BOARDS))
    parser.addoption("--kernel", default="6.1", help="6.1, 6.12 or newest")
    parser.addoption("--cpu", default="", help="any -cpu of QEMU")
    parser.addoption(
        "--firmware", help="a name of the board, or switches of ci/firmware"
    )
    parser.addoption("--thorough", action="store_true", help="run slow tests, too")
    parser.addoption(
        "--brief", action="store_true", help="omit tests that another machine repeats"
    )
    parser.addoption(
        "--turns", action="store_true", help="emulate all CPUs in one thread"
    )


def pytest_configure(config: pytest.Config) -> None:
    for line in (
        "timeout(seconds): replaces the default time-out of a test",
        "kernel_trouble: the test makes the kernel complain",
        "thorough: only with --thorough",
        "once: not with --brief; the test hardly depends on the machine",
    ):
        config.addinivalue_line("markers", line)
    die_with_parent()
    limit_memory(MEMORY)
    be_patient_with(BOARDS[str(config.getoption("--arch"))])


def skip_inapplicable(config: pytest.Config, items: list[pytest.Item]) -> None:
    reasons = INAPPLICABLE.get(str(config.getoption("--arch")), {})
    for item in items:
        file = item.path.stem
        names = {item.name, getattr(item, "originalname", item.name)}
        for key in {file, *(f"{file}::{name}" for name in names)}:
            if key in reasons:
                item.add_marker(pytest.mark.skip(reason=reasons[key]))


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    skip_inapplicable(config, items)
    without = [] if config.getoption("--thorough") else ["thorough"]
    without += ["once"] if config.getoption("--brief") else []
    left = [i for i in items if any(i.get_closest_marker(name) for name in without)]
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)


@contextmanager
def time_limit(what: str, seconds: float) -> Iterator[None]:
    def too_late(_: int, __: FrameType | None) -> None:
        raise TimeoutError(f"{what} took longer than {seconds:.0f} s")

    signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


@pytest.hookimpl(hookwrapper=True)  # type: ignore[misc]
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    marker = item.get_closest_marker("timeout")
    seconds = marker.args[0] if marker else DEFAULT_TIMEOUT
    with time_limit("the test", patient(seconds)):
        yield


class Machines:
    """The machines of a test file."""

    # On a board that boots once: the machine that the previous file left.
    _left: Machine | None = None

    def __init__(self, config: Config, name: str) -> None:
        self.config = config
        self._name = name
        self._count = 0
        self._shared, Machines._left = Machines._left, None
        self.used: list[Machine] = []  # machines that the present test uses

    def new(self, config: Config) -> Machine:
        self._rest()
        self._count += 1
        machine = machine_of(config, f"{self._name}-{self._count}")
        self.used.append(machine)
        return machine

    def _rest(self) -> None:
        """Pauses the shared machine while a test uses another one.

        Its emulator may never sleep, and would slow the other machine down.
        """
        shared = self._shared
        if self.config.board.boots_once and shared and shared.is_open:
            if shared not in self.used:
                shared.pause()

    def shared(self) -> Machine:
        if self._shared is None or not self._shared.is_open:
            self._shared = boot(self.new(self.config))
        elif self._shared not in self.used:
            if self.config.board.boots_once:
                self._shared.resume()
            self.used.append(self._shared)
        return self._shared

    def end_test(self, failed: bool) -> None:
        keep = None if failed else self._shared
        for machine in self.used:
            if machine is not keep:
                machine.close()
        if failed:
            self._shared = None
        self.used = []

    def close(self) -> None:
        """Closes the machines, or leaves the shared one to the next file."""
        if self.config.board.boots_once:
            self._rest()
            Machines._left, self._shared = self._shared, None
        self.end_test(failed=True)


def end_of(log: str) -> str:
    """Returns the end of a log for a report.

    It starts at the kernel's first complaint or earlier.
    """
    lines = log.splitlines()[-200:]
    trouble = (n for n, line in enumerate(lines) if KERNEL_TROUBLE.search(line))
    return "\n".join(lines[min(next(trouble, len(lines)), max(len(lines) - 40, 0)) :])


_current: Machines | None = None


@pytest.hookimpl(hookwrapper=True)  # type: ignore[misc]
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if report.failed and call.when in ("setup", "call") and _current:
        for machine in _current.used:
            if not machine.console_log.exists():  # the machine did not start
                continue
            log = machine.console_log.read_text(errors="replace")
            report.sections.append((f"{machine.console_log}", end_of(log)))
        item.stash[FAILED] = True


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def config(request: pytest.FixtureRequest) -> Config:
    return Config(
        board=BOARDS[str(request.config.getoption("--arch"))],
        kernel=str(request.config.getoption("--kernel")),
        cpu=str(request.config.getoption("--cpu")),
        firmware=request.config.getoption("--firmware"),
        turns=bool(request.config.getoption("--turns")),
    )


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """Returns a function that reduces a number of repetitions without --thorough."""
    thorough = bool(request.config.getoption("--thorough"))
    return lambda promised: promised if thorough else promised // 5


@pytest.fixture(scope="module")
def machines(request: pytest.FixtureRequest, config: Config) -> Iterator[Machines]:
    global _current
    file = request.path.stem
    name = f"{file}-{config.kernel}-{config.cpu}{config.board.flavour}"
    _current = Machines(config, name)
    yield _current
    _current.close()
    _current = None


def complaints(machine: Machine, since: int = 0) -> list[str]:
    """Returns the kernel's complaints on the console."""
    messages = machine.console.kernel_messages[since:]
    return [
        message
        for message in messages
        if KERNEL_TROUBLE.search(message) and not HARMLESS.search(message)
    ]


def leave_whole(request: pytest.FixtureRequest, machine: Machine, since: int) -> None:
    """Checks what must hold after every test."""
    if request.node.stash.get(FAILED, False):
        return
    if not request.node.get_closest_marker("kernel_trouble"):
        if found := complaints(machine, since):
            raise MachineError("the kernel complained:\n" + "\n".join(found))
    for look in AFTER_EACH:
        look(machine)


def finish(request: pytest.FixtureRequest, machines: Machines, since: int) -> None:
    failed = True
    try:
        for machine in machines.used:
            with time_limit("the look at the machine", patient(DEFAULT_TIMEOUT)):
                leave_whole(request, machine, since)
        failed = request.node.stash.get(FAILED, False)
    finally:
        machines.end_test(failed)


@pytest.fixture
def machine(request: pytest.FixtureRequest, machines: Machines) -> Iterator[Machine]:
    machine = machines.shared()
    since = len(machine.console.kernel_messages)
    yield machine
    finish(request, machines, since)


@pytest.fixture
def fresh_machine(
    request: pytest.FixtureRequest, machines: Machines, config: Config
) -> Iterator[Machine]:
    yield boot(machines.new(config))
    finish(request, machines, 0)


@pytest.fixture
def new_machine(
    request: pytest.FixtureRequest, machines: Machines
) -> Iterator[Callable[[Config], Machine]]:
    yield machines.new
    finish(request, machines, 0)


@pytest.fixture
def hv(machine: Machine) -> Hv:
    """A machine with the module loaded and no system enabled."""
    hv = Hv.of(machine)
    hv.ready(None)
    return hv


@pytest.fixture
def enabled(machine: Machine) -> Hv:
    """A machine with the system "test" enabled and no cells."""
    hv = Hv.of(machine)
    hv.ready("test")
    return hv
