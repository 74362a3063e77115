# SPDX-License-Identifier: GPL-2.0
"""KVM and the hypervisor want the same thing of an x86-64: who comes first has it."""

import lzma
import pathlib
import subprocess
from collections.abc import Callable

import pytest
from hv import Hv
from machine import SOURCE, Config, Machine

MODULES = ("virt/lib/irqbypass", "arch/x86/kvm/kvm")
LOAD = "insmod /lib/modules/kvm.ko 2>&1"


@pytest.fixture
def with_kvm(config: Config, tmp_path: pathlib.Path) -> Config:
    """The machine with Debian's modules of KVM in its root file system."""
    kernel = config.built / f"linux-{config.kernel}" / "modules" / "kernel"
    words: list[str] = []
    for module in MODULES:
        packed = kernel / f"{module}.ko.xz"
        plain = kernel / f"{module}.ko"
        path = tmp_path / plain.name
        path.write_bytes(
            lzma.decompress(packed.read_bytes())
            if packed.exists()
            else plain.read_bytes()
        )
        words.append(f"{path}=/lib/modules/")
    overlay = tmp_path / "kvm.cpio"
    command = [str(SOURCE / "ci/rootfs/mkinitramfs.py"), "-o", str(overlay)]
    command += ["--busybox", "/dev/null", "/dev/null", *words]
    subprocess.run(command, check=True)
    initrd = tmp_path / "initrd"
    _, usual = config.files()
    initrd.write_bytes(usual.read_bytes() + overlay.read_bytes())
    return config.with_changes(initrd=initrd)


def test_who_comes_first(
    new_machine: Callable[[Config], Machine], with_kvm: Config
) -> None:
    machine = new_machine(with_kvm).boot()
    hv = Hv.of(machine)
    hv.ready(None)
    machine.check("insmod /lib/modules/irqbypass.ko")
    machine.check(LOAD)
    hv.refused("enable test", r"another hypervisor uses .* \(module kvm\)")
    machine.check("rmmod kvm")

    hv.enable("test")
    failed = machine.run(LOAD)
    assert failed.status and "busy" in failed.output
    assert "module kvm can't be loaded: the hypervisor uses" in machine.dmesg()
    hv.audit()
    hv.disable()
    machine.check(LOAD)
