# SPDX-License-Identifier: GPL-2.0
"""Kexec: another kernel starts without a reset, and finds EL2 in its original state.

Not with -cpu max: Linux 6.12 itself cannot kexec with addresses of 52 bits.
"""

from collections.abc import Callable

import pytest
from bulkhead.hv import Hv
from machine.config import Config
from machine.paths import BUILD
from machine.qemu import Machine

# Above Linux's RAM (mem=), in memory that no cell has.
KERNEL = 0xBB000000
INITRD = 0xB8000000
OLD_INITRD = 0x48000000  # where QEMU put the first kernel's initrd, by the device tree


@pytest.mark.timeout(300)
def test_kexec_with_a_running_cell(
    new_machine: Callable[[Config], Machine], config: Config
) -> None:
    files = {
        KERNEL: BUILD / "arm64" / f"linux-{config.kernel}" / "vmlinuz",
        INITRD: BUILD / "arm64" / f"initramfs-{config.kernel}.cpio",
    }
    loaders = []
    for address, file in files.items():
        loaders += ["-device", f"loader,file={file},addr={address:#x},force-raw=on"]
    # With this argument Linux lets the helper read RAM above mem=.
    changed = config.with_changes(
        cpu="cortex-a57", append="iomem=relaxed", args=loaders
    )
    machine = new_machine(changed).boot()
    hv = Hv.of(machine)
    hv.ready("root-list")
    hv.run("hello", "rt-timer", "report=0")
    before = len(machine.console.kernel_messages)
    where = " ".join(f"{a:#x} {file.stat().st_size}" for a, file in files.items())
    machine.begin(f"kexec {where} {OLD_INITRD:#x}")
    machine.console.wait_for_kernel("bulkhead: disabled", 60, since=before)
    machine.wait_ready()
    machine.run("true")
    hv.system = None
    hv.ready("root-list")
    assert hv.online() == "0-3"
    hv.run("hello", "hello")
    hv.wait_console("hello", "Hello from cell")
    hv.end("hello")
