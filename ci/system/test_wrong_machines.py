# SPDX-License-Identifier: GPL-2.0
"""Unsuitable machines: check names the reason and the remedy, enable refuses."""

import pathlib
from collections.abc import Callable
from typing import NamedTuple

import pytest
from bulkhead.hv import MODULE, Hv
from machine.boards import BOARDS
from machine.config import Config
from machine.modules import with_modules
from machine.qemu import Machine


class Wrong(NamedTuple):
    name: str
    arguments: str = ""  # empty: the board's; also the next two
    cpu: str = ""
    machine: str = ""
    device: str = ""  # a device that the machine has in addition
    modules: tuple[str, ...] = ()  # modules of Linux to load before
    smp: int = 4
    says: str = ""
    advice: str = ""
    requirement: str = ""
    by_kernel: bool = False  # the result depends on kernel and CPU


CONSOLE = "console=ttyAMA0 mem=1920M"
ARM64 = [
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
        says="not booted at EL2",
        advice="EL2",
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
        says="the root cell can't have direct interrupts: the interrupt controller",
        advice="use irq_mode list for the root cell",
        requirement="direct",
    ),
]
X86 = [
    Wrong(
        "no-svm",
        cpu="EPYC,-svm",
        by_kernel=True,
        says="the CPUs lack a feature that the hypervisor needs .AMD SVM or Intel VMX.",
        advice="firmware's setup",
        requirement="virtualization",
    ),
    Wrong(
        "no-npt",
        cpu="EPYC,+svm,-npt",
        says="the CPUs lack a feature that the hypervisor needs .nested paging.",
        advice="firmware's setup",
        requirement="virtualization",
    ),
    Wrong(
        "kvm",
        modules=("virt/lib/irqbypass", "arch/x86/kvm/kvm"),
        says="another hypervisor uses the CPUs' virtualization .module kvm.",
        advice="modprobe -r kvm_amd kvm",
        requirement="no-kvm",
        by_kernel=True,
    ),
    Wrong(
        "memory",
        arguments="console=ttyS0 nox2apic no_timer_check",
        says="not reserved: Linux uses",
        advice="memmap=",
        requirement="hypervisor-memory",
    ),
    Wrong("cpus", smp=2, says="CPUs of machine and config differ", requirement="cpus"),
    Wrong(
        "iommu",
        device="intel-iommu,intremap=on",
        says="an IOMMU translates DMA or interrupts",
        advice="intremap=off intel_iommu=off",
        requirement="iommu",
    ),
    Wrong(
        "amd-iommu",
        device="amd-iommu,intremap=on",
        says="an IOMMU translates DMA or interrupts",
        advice="add 'amd_iommu=off'",
        requirement="iommu",
    ),
]
MACHINES = {"arm64": ARM64, "x86": X86}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "wrong" not in metafunc.fixturenames:
        return
    machines = MACHINES[BOARDS[str(metafunc.config.getoption("--arch"))].arch]
    once = [pytest.mark.once]
    marked = [
        pytest.param(wrong, id=wrong.name, marks=[] if wrong.by_kernel else once)
        for wrong in machines
    ]
    metafunc.parametrize("wrong", marked)


def test_wrong_machine(
    new_machine: Callable[[Config], Machine],
    config: Config,
    tmp_path: pathlib.Path,
    wrong: Wrong,
) -> None:
    changed = config.with_changes(
        kernel_arguments=wrong.arguments or config.kernel_arguments,
        cpu=wrong.cpu or config.cpu,
        machine=wrong.machine or config.machine,
        firmware="" if wrong.machine else config.firmware,
        smp=wrong.smp,
        args=("-device", wrong.device) if wrong.device else (),
    )
    machine = new_machine(with_modules(changed, wrong.modules, tmp_path)).boot()
    for module in wrong.modules:
        machine.check(f"insmod /{module.rpartition('/')[2]}.ko")
    hv = Hv(machine)  # not Hv.of(), so that no audit follows: no hypervisor runs
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


@pytest.mark.once
@pytest.mark.parametrize(
    "argument, says",
    [
        ("lockdown=integrity", r"Linux is locked down \(integrity\)"),
        ("module.sig_enforce=1", r"signature that it knows \(module\.sig_enforce\)"),
    ],
)
def test_modules_have_to_be_signed(
    new_machine: Callable[[Config], Machine], config: Config, argument: str, says: str
) -> None:
    machine = new_machine(config.with_changes(append=argument)).boot()
    assert machine.run(f"insmod {MODULE}").status
    hv = Hv(machine)
    for command in ("check", "enable test"):
        said = hv.refused(command, says, status=3)
        assert "what to do: sign the module" in said


@pytest.mark.once
def test_locked_down_after_loading(
    new_machine: Callable[[Config], Machine], config: Config
) -> None:
    """As with a signed module: the image and config have no signature."""
    hv = Hv(new_machine(config).boot())  # no audit follows: no hypervisor runs
    hv.insmod()
    hv.machine.check("echo integrity >/sys/kernel/security/lockdown")
    assert "Linux is locked down" in hv.hvctl("check test").output
    refusal = hv.refused("enable test", "Linux is locked down: a config")
    assert "what to do: switch lockdown off" in refusal


def test_module_of_the_other_kernel(
    new_machine: Callable[[Config], Machine], config: Config
) -> None:
    """Linux itself refuses to load the module."""
    other = "6.12" if config.kernel == "6.1" else "6.1"
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
