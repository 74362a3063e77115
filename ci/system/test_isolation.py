# SPDX-License-Identifier: GPL-2.0
"""No attack of a hostile cell affects its neighbours or Linux.

inmates/tests/hostile.c lists the attacks. The neighbours are a canary in a list cell, a
timer task in a direct cell, and a file in Linux.
"""

import re

import pytest
from bulkhead.hv import ONLINE, Heartbeat, Hv, documents
from machine.boards import BOARDS
from machine.paths import SOURCE
from machine.qemu import Machine

TESTS = SOURCE / "inmates" / "tests"
ENTRY = re.compile(r'^\t\{ "([\w-]+)", \w+, (true|false), ', re.MULTILINE)
# The attacking cells: one for each delivery mode of the architecture.
MODES = {"arm64": ["hostile", "hostile-direct"], "x86": ["hostile"]}
NEIGHBOURS = {"alpha": "canary report=0", "neighbour": "rt-timer report=0"}

# Attacks after which the program does not return: arguments, final state of the cell.
ENDINGS = {
    "read": ("addr={hypervisor}", "running"),
    "write": ("addr={alpha}", "running"),
    "fetch": ("addr=0x0c000000", "running"),
    "heartbeat": ("", "running"),
    "loop": ("", "running"),
    "flood": ("", "running"),
    "binary-flood": ("", "running"),
    "off": ("", "any"),
    "reset": ("", "any"),
    "hypercall-storm": ("", "running"),
    "ipi-storm": ("", "running"),
    "timer-storm": ("", "running"),
    "ap1r-hold": ("", "running"),
    "bpr1-hold": ("", "running"),
    "cpu-off": ("", "running"),
    "wfi": ("", "running"),
    "wfi-closed": ("", "running"),
    "wfe": ("", "running"),
    "bad-stack": ("addr=0x0c000000", "running"),
    "bad-vectors": ("addr=0x0c000000", "running"),
    "wild-jump": ("addr=0x0c000000", "running"),
    "random-code": ("", "any"),
    "halt": ("", "running"),
    "shutdown": ("", "failed"),
    "efer": ("", "failed"),
    "code-segment": ("", "failed"),
}
# Final states on machines with a firmware interface for power-off and reset.
ENDINGS_OF = {
    "arm64": {"off": "shut down", "reset": "failed"},
    "x86": {"reset": "failed"},
}


def listed(returning: bool, arch: str) -> list[str]:
    files = [TESTS / "hostile_memory.c", TESTS / arch / "hostile_attacks.c"]
    text = "\n".join(file.read_text() for file in files)
    word = "true" if returning else "false"
    return [name for name, returns in ENTRY.findall(text) if returns == word]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    arch = BOARDS[str(metafunc.config.getoption("--arch"))].arch
    first, *others = MODES[arch]
    once = "ending" in metafunc.fixturenames and others
    cells = [pytest.param(first, marks=pytest.mark.once) if once else first, *others]
    if "cell" in metafunc.fixturenames:
        metafunc.parametrize("cell", cells)
    if "returning" in metafunc.fixturenames:
        metafunc.parametrize("returning", listed(True, arch))
    if "ending" in metafunc.fixturenames:
        metafunc.parametrize("ending", listed(False, arch))


# The attack that leaves the most in the CPU's registers.
LEAVES = {"arm64": "ap1r", "x86": "leftovers"}
# Linux's canaries: a file, and the configuration space of its PCI functions.
CANARIES = "md5sum /tmp/canary; cat /sys/bus/pci/devices/*/config | md5sum"


class Siege:
    """The hostile cell's neighbours, and their state before the attack."""

    def __init__(self, hv: Hv) -> None:
        self.hv = hv
        self.before = {name: hv.heartbeat(name) for name in NEIGHBOURS}
        self.sums = hv.machine.check(CANARIES).splitlines()

    def intact(self, online: str = "0") -> None:
        for name, before in self.before.items():
            self.sound(name, before, self.hv.wait_beats(name, 3))
        said = self.hv.machine.check(
            f"{CANARIES}; cat {ONLINE}; hvctl status --json; hvctl cell list --json"
        )
        *sums, there, rest = said.split("\n", 3)
        status, cells = documents(rest)
        assert (sums, there) == (self.sums, online)
        assert status["state"] == "enabled"
        states = {cell["name"]: cell["state"] for cell in cells}
        assert all(states[name] == "running" for name in NEIGHBOURS), states

    def sound(self, name: str, before: Heartbeat, now: Heartbeat) -> None:
        assert now.beats > before.beats, name
        assert now.errors == before.errors, f"{name}: {now}\n{self.hv.console(name)}"


@pytest.fixture
def siege(machine: Machine) -> Siege:
    hv = Hv.of(machine)
    if not hv.system or hv.system.name != "test":
        hv.ready("test")
        machine.check("head -c 1000000 /dev/urandom >/tmp/canary")
    there = {cell["name"] for cell in hv.cells()}
    for name in there - NEIGHBOURS.keys():
        hv.end(name)
    for name, program in NEIGHBOURS.items():
        if name not in there:
            hv.run(name, *program.split(" ", 1))
            hv.wait_beats(name, 3)
    return Siege(hv)


def attack_and_return(siege: Siege, cell: str, attack: str, timeout: float) -> None:
    hv = siege.hv
    hv.run(cell, "hostile", f"attack={attack}")
    done = hv.wait_console(cell, r"^DONE hostile: (\d+) passed, (\d+) failed$", timeout)
    said = hv.console(cell)
    failed = [line for line in said.splitlines() if line.startswith("FAIL")]
    assert done.group(2) == "0", "\n".join(failed)
    assert said.count("PASS ") == said.count("TRY ")
    siege.intact()
    assert "is shut down" in hv.ok(f"cell shutdown {cell}")
    hv.ok(f"cell destroy {cell}")
    siege.intact("0,3")


@pytest.mark.timeout(300)
def test_all_attacks_that_return(siege: Siege, cell: str) -> None:
    attack_and_return(siege, cell, "all", 240)


@pytest.mark.thorough
def test_attack_that_returns(siege: Siege, cell: str, returning: str) -> None:
    """Tries each attack alone, with the MMU off and on."""
    attack_and_return(siege, cell, returning, 120)
    attack_and_return(siege, cell, f"{returning} mmu", 120)


def test_attack_that_has_to_be_stopped(siege: Siege, cell: str, ending: str) -> None:
    hv = siege.hv
    args, end = ENDINGS[ending]
    end = ENDINGS_OF.get(hv.machine.config.board.arch, {}).get(ending, end)
    assert hv.system
    args = args.format(
        hypervisor=hex(hv.system.hypervisor.start),
        alpha=hex(hv.config("alpha").regions[0].phys),
    )
    hv.run(cell, "hostile", f"attack={ending} {args}")
    if end == "running":
        hv.wait_beats("alpha", 3)
        assert hv.state(cell) == "running"
    elif end != "any":
        hv.wait_state(cell, end)
    hv.end(cell)
    siege.intact("0,3")


def test_page_tables_that_another_cpu_moves(enabled: Hv) -> None:
    """With two CPUs, one moves the page tables while the other accesses memory."""
    hv = enabled
    hv.run("hostile-two", "hostile", "attack=moving-tables")
    hv.wait_console("hostile-two", r"^DONE hostile: 1 passed, 0 failed$")
    assert "2 CPUs" in hv.console("hostile-two")
    hv.end("hostile-two")


def test_every_attack_has_an_ending() -> None:
    found = {attack for arch in MODES for attack in listed(False, arch)}
    assert found == ENDINGS.keys()
    assert len(listed(True, "arm64")) > 20


def test_the_cpu_is_as_good_as_new(siege: Siege, cell: str) -> None:
    """After an attack, the CPU's next owner gets it in its reset state."""
    hv = siege.hv
    hv.run(cell, "hostile", f"attack={LEAVES[hv.machine.config.board.arch]}")
    hv.wait_console(cell, "DONE hostile")
    hv.end(cell)
    hv.run(cell, "selftest", "violation=abort")
    hv.wait_console(cell, r"^DONE selftest: ", 60)
    assert "passed, 0 failed" in hv.console(cell), hv.console(cell)
    hv.end(cell)
    siege.intact("0,3")
    hv.destroy_all()
    assert hv.online() == "0-3"
