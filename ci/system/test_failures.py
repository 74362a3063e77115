# SPDX-License-Identifier: GPL-2.0
"""A cell that fails is stopped, and the reason is reported in words and numbers."""

import subprocess
from typing import NamedTuple

import pytest
from bulkhead.hv import Hv
from bulkhead.systems import system_file
from machine.paths import SOURCE

SYSFS = "/sys/class/misc/bulkhead/cells"


class Failure(NamedTuple):
    args: str
    reason: str
    state: str
    says: list[str]


FAILURES = [
    Failure(
        "attack=read addr=0x0c000000",
        "access",
        "failed",
        [
            "accessed memory that its config doesn't give it",
            "guest address 0xc000000",
            "the nearest region of the cell is",
            "as a physical address, it belongs to the root cell",
        ],
    ),
    Failure(
        "attack=write addr={hypervisor}",
        "access",
        "failed",
        ["guest address {hypervisor}", "it belongs to the hypervisor"],
    ),
    Failure(
        "attack=read addr={alpha}",
        "access",
        "failed",
        ["guest address {alpha}", 'it belongs to cell "alpha" (its region 0)'],
    ),
    Failure(
        "attack=fetch addr=0x0c000000",
        "fetch",
        "failed",
        [
            "jumped to memory that its config doesn't let it execute",
            "CPU 3, pc 0xc000000",
        ],
    ),
    Failure("attack=off", "off", "shut down", ["switched itself off"]),
    Failure(
        "attack=reset",
        "reset",
        "failed",
        ["requested a reset, but its config has no snapshot"],
    ),
]


def addresses(hv: Hv) -> dict[str, str]:
    """Addresses of memory that is not the cell's."""
    assert hv.system
    alpha = hv.config("alpha").regions[0].phys + 0x10
    return {"hypervisor": f"{hv.system.hypervisor.start:#x}", "alpha": f"{alpha:#x}"}


NESTED_FAULT = {"x86": 0x400, "x86-vmx": 1 << 32 | 48}


@pytest.mark.parametrize("failure", FAILURES, ids=lambda f: str(f.args.split("=")[1]))
def test_failure_record(enabled: Hv, failure: Failure) -> None:
    hv = enabled
    places = addresses(hv)
    hv.run("stray", "hostile", failure.args.format(**places))
    hv.wait_state("stray", failure.state)
    said = hv.ok("cell list -v")
    for sentence in failure.says:
        assert sentence.format(**places) in said, said
    cell = hv.cell("stray")
    assert cell["stop"]["reason"] == failure.reason
    assert cell["cpus_on"] == []
    stopped = [m for m in hv.messages() if m["code"] == "stopped"][-1]
    assert stopped["cell_name"] == "stray"
    hv.audit()
    hv.ok("cell destroy stray")
    assert hv.online() == "0-3"


@pytest.mark.parametrize("attack", ["efer", "code-segment"])
def test_an_entry_that_the_cpu_refuses(enabled: Hv, attack: str) -> None:
    """Ends the cell once, although violations don't end this one."""
    hv = enabled
    hv.run("hostile", "hostile", f"attack={attack}")
    hv.wait_state("hostile", "failed")
    assert "VM entry with a state that the CPU refuses" in hv.ok("cell list -v")
    assert "violation" not in [m["code"] for m in hv.messages()]
    hv.end("hostile")


def test_the_record_has_everything(enabled: Hv) -> None:
    hv = enabled
    hv.run("stray", "hostile", "attack=read addr=0x0c000123 size=4")
    hv.wait_state("stray", "failed")
    stop = hv.cell("stray")["stop"]
    assert (stop["cpu"], int(stop["guest_address"], 16)) == (3, 0x0C000123)
    program = hv.config("stray").entry
    assert program <= int(stop["pc"], 16) < program + 0x100000
    registers = {name: int(value, 16) for name, value in stop["registers"].items()}
    assert 0x0C000123 in registers.values()
    board = hv.machine.config.board
    if board.arch == "x86":
        assert int(stop["syndrome"], 16) == NESTED_FAULT[board.key]
        assert len(registers) == 16 + 12
        assert registers["rip"] == int(stop["pc"], 16)
    else:
        assert int(stop["syndrome"], 16) >> 26 == 0x24  # data abort, lower level
        assert len([name for name in registers if name.startswith("x")]) == 31
        assert registers["pstate"] & 0xF in (4, 5)
    directory = f"{SYSFS}/stray"
    assert hv.machine.check(f"cat {directory}/state").strip() == "failed"
    said = hv.machine.check(f"cat {directory}/failure/fault_ipa").strip()
    assert said == "0xc000123"


EXPLAINED = [
    "Cell 'stray' read 4 bytes at guest address 0x9010000.",
    "the device rtc, which belongs to cell 'device'",
    "The program counter on CPU 3 was 0x4",
    "stray:\n      devices: [rtc]\n",
]


def test_hvconfig_explains_what_hvctl_prints(enabled: Hv) -> None:
    """hvconfig explain reads hvctl's record unchanged."""
    hv = enabled
    hv.run("stray", "hostile", "attack=read addr=0x09010000 size=4")
    hv.wait_state("stray", "failed")
    record = hv.machine.check("hvctl cell list --json 2>/dev/null")
    program = str(SOURCE / "tools/hvconfig/hvconfig.sh")
    system = str(system_file(hv.machine.config.board, "test"))
    said = subprocess.run(
        [program, "explain", "-", "--system", system],
        input=record,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    text, _, lines = said.partition("add to the system:")
    for sentence in EXPLAINED[:-1]:
        assert sentence in " ".join(text.split()), said
    assert EXPLAINED[-1] in lines, said


def test_a_failed_cell_starts_again(enabled: Hv) -> None:
    hv = enabled
    hv.run("stray", "hostile", "attack=write addr=0x0c000000")
    hv.wait_state("stray", "failed")
    hv.refused("cell shutdown stray", 'cell "stray" is failed')
    hv.ok("cell load stray /lib/bulkhead/hello.bin")
    hv.ok("cell start stray")
    hv.wait_console("stray", "Hello from cell")
    assert hv.cell("stray")["stop"] is None


def test_the_other_cells_go_on(enabled: Hv) -> None:
    hv = enabled
    hv.run("alpha", "canary")
    hv.run("stray", "hostile", f"attack=write addr={addresses(hv)['alpha']}")
    hv.wait_state("stray", "failed")
    assert hv.wait_beats("alpha", 3).errors == 0
    assert hv.state("alpha") == "running"


def test_a_cell_that_does_not_answer(enabled: Hv) -> None:
    """shutdown without --force asks the cell, and fails if the cell does not answer."""
    hv = enabled
    hv.run("hostile", "hostile", "attack=loop")
    said = hv.refused("cell shutdown --timeout 300 hostile", "300 ms", status=4)
    assert "hvctl cell shutdown --force hostile" in said
    assert hv.state("hostile") == "running"
    hv.ok("cell shutdown --force hostile")
    assert hv.cell("hostile")["stop"]["reason"] == "forced"
