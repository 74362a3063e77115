# SPDX-License-Identifier: GPL-2.0
"""A PCI function in a cell: QEMU's teaching device."""

import pathlib
from collections.abc import Callable, Iterator

import pytest
from hv import Hv
from machine import Config, Machine
from modules import with_modules

FUNCTION = "/sys/bus/pci/devices/0000:00:05.0"
REGISTERS = 0xFEA00000  # as configs/systems/qemu-q35-edu.yaml says
HEADER = f"od -An -v -tx1 -N64 {FUNCTION}/config"
MSI_CONTROL = f"od -An -tx2 -j66 -N2 {FUNCTION}/config"  # QEMU has it at 0x40
DRIVER = "drivers/pci/pci-stub"  # claims what it is told and does nothing with it


@pytest.fixture
def with_edu(
    new_machine: Callable[[Config], Machine], config: Config, tmp_path: pathlib.Path
) -> Iterator[Hv]:
    device = config.with_changes(args=("-device", "edu,addr=5"))
    hv = Hv.of(new_machine(with_modules(device, (DRIVER,), tmp_path)).boot())
    resources = hv.machine.check(f"cat {FUNCTION}/resource").split()
    assert int(resources[0], 16) == REGISTERS
    hv.ready("edu")
    yield hv
    hv.disable()


def test_a_function_is_given_and_comes_back(with_edu: Hv) -> None:
    hv = with_edu
    before = hv.machine.check(HEADER).split()
    assert before[:4] == ["34", "12", "e8", "11"]
    hv.run("edu", "edu")
    done = hv.wait_console("edu", r"^DONE edu: (\d+) passed, (\d+) failed$")
    assert done.groups() == ("8", "0"), hv.console("edu")
    assert set(hv.machine.check(HEADER).split()) == {"ff"}  # for root there is none
    hv.refused("cell create function", 'cell "edu"')
    hv.audit()
    hv.end("edu")
    after = hv.machine.check(HEADER).split()
    assert before[:4] + before[6:] == after[:4] + after[6:]  # all but the command
    assert after[4:6] == ["00", "00"]  # no memory, no DMA
    assert not int(hv.machine.check(MSI_CONTROL), 16) & 1


@pytest.mark.once
@pytest.mark.parametrize("cell", ["edu", "function"])
def test_a_driver_of_linux_has_it(with_edu: Hv, cell: str) -> None:
    hv = with_edu
    hv.machine.check("insmod /pci-stub.ko ids=1234:11e8")
    driver = f"readlink {FUNCTION}/driver"
    assert hv.machine.check(driver).rstrip().endswith("/pci-stub")
    before = hv.snapshot()
    hv.refused(f"cell create {cell}", r"in use by Linux \(pci-stub 0000:00:05\.0\)")
    assert hv.snapshot() == before
    hv.ok(f"cell create --unbind {cell}")
    assert hv.machine.run(driver).status
    hv.ok(f"cell destroy {cell}")
    assert hv.machine.check(driver).rstrip().endswith("/pci-stub")
