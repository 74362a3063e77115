# SPDX-License-Identifier: GPL-2.0
"""What system tests share: the machine, its time-outs, what holds after each.

    python3 -m pytest ci/system/test_smoke.py --kernel 6.12 --cpu max

A test asks for "machine": booted, shared by the tests of one file, replaced by
a new one after a test that failed; or for "fresh_machine", its own; or for
"new_machine", to choose the Config. Tests wait for events, never for a time.
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
MEMORY = 2 << 30  # of each test process; it needs a tenth of that
KERNEL_TROUBLE = re.compile(
    r"WARNING|BUG|Oops|Call trace|cut here|Internal error|Kernel panic"
    r"|Unable to handle|rcu.*(?:stall|expedited)|lockup|blocked for more than"
    r"|SError|[Bb]ad mode|nobody cared|refcount_t|hung task"
)

# What only sounds like it: a hint at the CPU's faults, at boot; what 6.1 says of cores
# with several threads as QEMU describes them on arm64.
HARMLESS = re.compile(
    r"Speculative Return Stack Overflow: WARNING|BUG: arch topology borken"
)

# Called with the machine after each test that used it and did not fail.
AFTER_EACH: list[Callable[[Machine], None]] = [audit_after]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--arch", default="arm64", choices=tuple(BOARDS))
    parser.addoption("--kernel", default="6.1", help="6.1 or 6.12")
    parser.addoption("--cpu", default="", help="any -cpu of QEMU")
    parser.addoption(
        "--thorough", action="store_true", help="what takes long and rarely finds more"
    )
    parser.addoption(
        "--brief", action="store_true", help="less of what another machine repeats"
    )
    parser.addoption(
        "--turns", action="store_true", help="the machine's CPUs never run in parallel"
    )


def pytest_configure(config: pytest.Config) -> None:
    for line in (
        "timeout(seconds): instead of the default time-out of a test",
        "kernel_trouble: the test makes the kernel complain, which is fine",
        "thorough: only with --thorough",
        "once: not with --brief; hardly depends on the machine",
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
    """The machines of one test file."""

    # Of the file before, where booting takes long.
    _left: Machine | None = None

    def __init__(self, config: Config, name: str) -> None:
        self.config = config
        self._name = name
        self._count = 0
        self._shared, Machines._left = Machines._left, None
        self.used: list[Machine] = []  # by the test that runs

    def new(self, config: Config) -> Machine:
        self._rest()
        self._count += 1
        machine = machine_of(config, f"{self._name}-{self._count}")
        self.used.append(machine)
        return machine

    def _rest(self) -> None:
        """Nobody uses the shared one for a while: its emulator may never sleep."""
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
        """The next file goes on with the shared one, or nobody does."""
        if self.config.board.boots_once:
            self._rest()
            Machines._left, self._shared = self._shared, None
        self.end_test(failed=True)


def end_of(log: str) -> str:
    """What a report shows of it; all of what the kernel complained of, if it did."""
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
            if not machine.console_log.exists():  # it could not even be started
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
        turns=bool(request.config.getoption("--turns")),
    )


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """How often to do what is promised to work that often."""
    brief = bool(request.config.getoption("--brief"))
    return lambda promised: promised // 5 if brief else promised


@pytest.fixture(scope="module")
def machines(request: pytest.FixtureRequest, config: Config) -> Iterator[Machines]:
    global _current
    file = request.path.stem
    _current = Machines(config, f"{file}-{config.kernel}-{config.cpu}")
    yield _current
    _current.close()
    _current = None


def complaints(machine: Machine, since: int = 0) -> list[str]:
    """What the kernel has complained about on the console."""
    messages = machine.console.kernel_messages[since:]
    return [
        message
        for message in messages
        if KERNEL_TROUBLE.search(message) and not HARMLESS.search(message)
    ]


def leave_whole(request: pytest.FixtureRequest, machine: Machine, since: int) -> None:
    """What has to hold after every test, whatever it did."""
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
    """The module loaded, nothing enabled."""
    hv = Hv.of(machine)
    hv.ready(None)
    return hv


@pytest.fixture
def enabled(machine: Machine) -> Hv:
    """The system of the tests enabled, without cells."""
    hv = Hv.of(machine)
    hv.ready("test")
    return hv
