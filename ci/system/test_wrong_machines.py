# SPDX-License-Identifier: GPL-2.0
"""Machines that aren't fit: check says why and what to do, enable refuses."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from hv import Hv
from board import VIRT
from machine import Config, Machine


class Wrong(NamedTuple):
    name: str
    arguments: str = VIRT.kernel_arguments
    cpu: str = ""
    machine: str = "virt,virtualization=on,gic-version=3"
    smp: int = 4
    says: str = ""
    advice: str = ""
    requirement: str = ""
    by_kernel: bool = False  # what it is depends on kernel and CPU


CONSOLE = "console=ttyAMA0 mem=1920M"
MACHINES = [
    Wrong(
        "vhe",
        arguments=f"{CONSOLE} kvm-arm.mode=none",
        cpu="max",
        says="Linux itself runs at EL2",
        advice="id_aa64mmfr1.vh=0",
        requirement="el1",
        by_kernel=True,
    ),
    Wrong(
        "kvm",
        arguments=f"{CONSOLE} kvm-arm.mode=protected id_aa64mmfr1.vh=0",
        says="KVM is resident",
        advice="kvm-arm.mode=none",
        requirement="no-kvm",
        by_kernel=True,
    ),
    Wrong(
        "memory",
        arguments="console=ttyAMA0 kvm-arm.mode=none id_aa64mmfr1.vh=0",
        says="not reserved: Linux uses",
        advice="mem=1920M",
        requirement="hypervisor-memory",
    ),
    Wrong(
        "no-el2",
        machine="virt,gic-version=3",
        says="PSCI is missing, or is not called by SMC|not booted at EL2",
        advice="EL2|smc",
        requirement="psci",
    ),
    Wrong(
        "gicv2",
        machine="virt,virtualization=on,gic-version=2",
        says="GICv3",
        requirement="gicv3",
    ),
    Wrong("cpus", smp=2, says="CPUs of machine and config differ", requirement="cpus"),
    Wrong(
        "two-states",
        machine="virt,virtualization=on,gic-version=3,secure=on",
        says="one security state, and this one has two",
        advice="use irq_mode list",
        requirement="direct",
    ),
]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(
            wrong, id=wrong.name, marks=[] if wrong.by_kernel else [pytest.mark.once]
        )
        for wrong in MACHINES
    ],
)
def test_wrong_machine(
    new_machine: Callable[[Config], Machine], config: Config, wrong: Wrong
) -> None:
    machine = new_machine(
        config.with_changes(
            kernel_arguments=wrong.arguments,
            cpu=wrong.cpu or config.cpu,
            machine=wrong.machine,
            smp=wrong.smp,
        )
    ).boot()
    hv = Hv(machine)  # not one that is audited: nothing of ours runs
    hv.insmod()
    before = hv.snapshot()
    said = hv.hvctl("check test")
    assert said.status == 1
    assert "This machine is not ready." in said.output
    document = hv.check_document("test")
    assert not document["ready"]
    states = {item["name"]: item["state"] for item in document["requirements"]}
    assert states[wrong.requirement] == "missing", states
    refusal = hv.refused("enable test", wrong.says)
    if wrong.advice:
        assert "what to do: " in refusal
        assert any(word in refusal for word in wrong.advice.split("|")), refusal
    assert hv.snapshot() == before
    machine.check("rmmod bulkhead")


def test_module_of_the_other_kernel(
    new_machine: Callable[[Config], Machine], config: Config
) -> None:
    """What Linux itself refuses: said by insmod, nothing else happens."""
    other = {"6.1": "6.12", "6.12": "6.1"}[config.kernel]
    commands = config.qemu_command()
    initrd = commands[commands.index("-initrd") + 1]
    from pathlib import Path

    machine = new_machine(
        config.with_changes(
            initrd=Path(initrd.replace(f"-{config.kernel}.", f"-{other}."))
        )
    ).boot()
    said = machine.run("insmod /lib/modules/bulkhead.ko 2>&1")
    assert said.status
    assert machine.check("cat /sys/devices/system/cpu/online").strip() == "0-3"
