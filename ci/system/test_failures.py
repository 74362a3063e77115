# SPDX-License-Identifier: GPL-2.0
"""A cell that fails is stopped, and it is said why, in words and in numbers."""

import subprocess
from typing import NamedTuple

import pytest
from hv import Hv
from machine import SOURCE

SYSFS = "/sys/class/misc/bulkhead/cells"


class Failure(NamedTuple):
    args: str
    reason: str
    state: str
    says: list[str]


FAILURES = [
    Failure(
        "attack=wild-read addr=0x0c000000",
        "access",
        "failed",
        [
            "accessed memory that its config doesn't give it",
            "guest address 0xc000000",
            "the nearest that it has is",
            "as a physical address, it belongs to the root cell",
        ],
    ),
    Failure(
        "attack=write addr=0xbfc00000",
        "access",
        "failed",
        ["guest address 0xbfc00000", "it belongs to the hypervisor"],
    ),
    Failure(
        "attack=read addr=0xba000010",
        "access",
        "failed",
        ["guest address 0xba000010", 'it belongs to cell "alpha" (its region 0)'],
    ),
    Failure(
        "attack=wild-jump addr=0x0c000000",
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
        ["asked for a reset, and its config keeps no image for one"],
    ),
]
FAILURES[0] = FAILURES[0]._replace(args="attack=read addr=0x0c000000")


@pytest.mark.parametrize("failure", FAILURES, ids=lambda f: str(f.args.split("=")[1]))
def test_failure_record(enabled: Hv, failure: Failure) -> None:
    hv = enabled
    hv.run("stray", "hostile", failure.args)
    hv.wait_state("stray", failure.state)
    said = hv.ok("cell list -v")
    for sentence in failure.says:
        assert sentence in said, said
    cell = hv.cell("stray")
    assert cell["stop"]["reason"] == failure.reason
    assert cell["cpus_on"] == []
    stopped = [m for m in hv.messages() if m["code"] == "stopped"][-1]
    assert stopped["cell_name"] == "stray"
    hv.audit()
    hv.ok("cell destroy stray")
    assert hv.online() == "0-3"


def test_the_record_has_everything(enabled: Hv) -> None:
    hv = enabled
    hv.run("stray", "hostile", "attack=read addr=0x0c000123 size=4")
    hv.wait_state("stray", "failed")
    stop = hv.cell("stray")["stop"]
    assert (stop["cpu"], int(stop["guest_address"], 16)) == (3, 0x0C000123)
    assert int(stop["syndrome"], 16) >> 26 == 0x24  # data abort, lower level
    assert 0x40000000 <= int(stop["pc"], 16) < 0x40100000
    registers = stop["registers"]
    assert len([name for name in registers if name.startswith("x")]) == 31
    assert 0x0C000123 in (int(value, 16) for value in registers.values())
    assert int(registers["pstate"], 16) & 0xF in (4, 5)
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
    """The record goes from one to the other as it is."""
    hv = enabled
    hv.run("stray", "hostile", "attack=read addr=0x09010000 size=4")
    hv.wait_state("stray", "failed")
    record = hv.machine.check("hvctl cell list --json 2>/dev/null")
    program = str(SOURCE / "tools/hvconfig/hvconfig.sh")
    system = str(SOURCE / "configs/systems/qemu-virt-arm64-test.yaml")
    said = subprocess.run(
        [program, "explain", "-", "--system", system],
        input=record,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    text, _, lines = said.partition("the system needs:")
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
    hv.run("stray", "hostile", "attack=write addr=0xba000000")
    hv.wait_state("stray", "failed")
    assert hv.wait_beats("alpha", 3).errors == 0
    assert hv.state("alpha") == "running"


def test_a_cell_that_does_not_answer(enabled: Hv) -> None:
    """shutdown without --force is a question, and says when there is no answer."""
    hv = enabled
    hv.run("hostile", "hostile", "attack=loop")
    said = hv.refused("cell shutdown --timeout 300 hostile", "300 ms", status=4)
    assert "hvctl cell shutdown --force hostile" in said
    assert hv.state("hostile") == "running"
    hv.ok("cell shutdown --force hostile")
    assert hv.cell("hostile")["stop"]["reason"] == "forced"
