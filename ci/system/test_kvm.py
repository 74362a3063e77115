# SPDX-License-Identifier: GPL-2.0
"""KVM and the hypervisor exclude each other on x86-64.

test_wrong_machines.py tests that enable is refused while KVM is loaded.
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

    hv.enable("test")  # KVM was loaded before and is unloaded
    failed = machine.run(LOAD)
    assert failed.status and "busy" in failed.output
    assert "module kvm can't be loaded: the hypervisor uses" in machine.dmesg()
    hv.audit()
    hv.disable()
    machine.check(LOAD)
