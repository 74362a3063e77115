# SPDX-License-Identifier: GPL-2.0
"""KVM and the hypervisor want the same thing of an x86-64: who comes first has it.

That a KVM which is there refuses enable: test_wrong_machines.
"""

import pathlib
from collections.abc import Callable

from bulkhead.hv import Hv
from machine.config import Config
from machine.modules import with_modules
from machine.qemu import Machine

MODULES = ("virt/lib/irqbypass", "arch/x86/kvm/kvm")
LOAD = "insmod /kvm.ko 2>&1"


def test_who_comes_first(
    new_machine: Callable[[Config], Machine], config: Config, tmp_path: pathlib.Path
) -> None:
    machine = new_machine(with_modules(config, MODULES, tmp_path)).boot()
    hv = Hv.of(machine)
    hv.ready(None)
    machine.check("insmod /irqbypass.ko")
    machine.check(f"{LOAD} && rmmod kvm")

    hv.enable("test")  # one that has gone isn't in the way
    failed = machine.run(LOAD)
    assert failed.status and "busy" in failed.output
    assert "module kvm can't be loaded: the hypervisor uses" in machine.dmesg()
    hv.audit()
    hv.disable()
    machine.check(LOAD)
