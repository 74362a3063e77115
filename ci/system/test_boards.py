# SPDX-License-Identifier: GPL-2.0
"""What boards have and the usual emulated machine lacks: UEFI, two clusters of CPUs,
kernel arguments that hide features, devices behind an ITS."""

import pathlib
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from bulkhead.hv import Hv
from hvconfig.cli.main import main
from hvconfig.model import System
from hvconfig.read.system import load_system
from hvconfig.write import blob
from machine.config import Config
from machine.modules import with_modules, with_needed
from machine.process import unlimited
from machine.qemu import Machine
from machine.wait import until

New = Callable[[Config], Machine]
UEFI = "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"  # of the package qemu-efi-aarch64
CPUS = "/sys/devices/system/cpu"


def collected(config: Config, out: pathlib.Path, system: dict[str, Any]) -> System:
    """Returns a system on a platform that is collected from the machine's own tree."""
    tree = out / "machine.dtb"
    command = [config.board.program, "-nodefaults", "-display", "none"]
    command += ["-M", f"{config.machine},dumpdtb={tree}", "-cpu", config.cpu]
    command += ["-smp", str(config.smp), "-m", config.memory]
    subprocess.run(unlimited(command), check=True, stderr=subprocess.DEVNULL)
    platform, file = out / "platform.yaml", out / "system.yaml"
    arguments = ["--dtb", str(tree), "--spare-irqs", "240-248", "-o", str(platform)]
    assert main(["collect", *arguments]) == 0
    mode = "list" if config.firmware else "direct"
    root = {"irq_mode": mode, "mem": "1920M"}
    whole = {"name": "board", "platform": platform.name, "root": root} | system
    file.write_text(yaml.safe_dump(whole))
    return load_system(str(file))


def enable(machine: Machine, system: System) -> Hv:
    hv = Hv.of(machine)
    machine.put(f"/etc/bulkhead/{system.name}.bin", blob.encode(system))
    hv.insmod()
    assert "This machine is ready." in hv.ok(f"check {system.name}")
    hv.ok(f"enable {system.name}")
    hv.system = system
    return hv


@pytest.mark.parametrize(
    "firmware",
    [
        pytest.param(None, marks=pytest.mark.thorough),
        pytest.param("fiq=1 garbage=3 trap=1", id="trapped", marks=pytest.mark.once),
    ],
)
def test_linux_is_told_not_to_use_sve(
    new_machine: New, config: Config, firmware: str | None
) -> None:
    """SVE and SME trap wherever Linux left them so, even to firmware that does not know
    them; their ID fields announce them nevertheless."""
    changes: dict[str, Any] = {"cpu": "max", "append": "arm64.nosve arm64.nosme"}
    if firmware is not None:
        changes["firmware"] = firmware
    machine = new_machine(config.with_changes(**changes)).boot()
    assert "sve" not in machine.check("grep -m 1 Features /proc/cpuinfo").split()
    hv = Hv.of(machine)
    hv.ready("root-list")
    hv.run("hello", "hello")
    hv.wait_console("hello", "Hello from cell")
    hv.end("hello")
    machine.check(f"echo 0 >{CPUS}/cpu1/online; echo 1 >{CPUS}/cpu1/online")
    hv.disable()


@pytest.mark.once
def test_uefi_with_a_device_tree(
    new_machine: New, config: Config, tmp_path: pathlib.Path
) -> None:
    """UEFI keeps its run-time services at the end of RAM, which stays root's."""
    changed = config.with_changes(
        memory="3G", firmware="", args=("-bios", UEFI, "-no-acpi")
    )
    cell = {"cpus": [3], "ram": [{"phys": 0xBA000000, "size": "16M"}], "console": True}
    pinned = {"memory": {"at": 0xBFC00000, "size": "4M"}}
    system = {"cells": {"one": cell}, "hypervisor": pinned}
    made = collected(changed, tmp_path, system)
    machine = new_machine(with_modules(changed, ["efivarfs"], tmp_path)).boot()
    assert "efi: EFI v2" in machine.dmesg()
    machine.check("insmod /efivarfs.ko")
    hv = enable(machine, made)
    hv.run("one", "hello")
    hv.wait_console("one", "Hello from cell")
    assert "SecureBoot" in machine.check(
        "mount -t efivarfs e /tmp; ls /tmp; umount /tmp"
    )
    hv.end("one")
    hv.disable()


@pytest.mark.thorough
@pytest.mark.timeout(400)
def test_two_clusters(new_machine: New, config: Config, tmp_path: pathlib.Path) -> None:
    """24 CPUs, 16 of which have an Aff1 of 0."""
    changed = config.with_changes(smp=24, turns=True)
    both = {"cpus": [15, 16], "ram": "16M", "console": True}
    last = {"cpus": [23], "ram": "16M", "console": True}
    system = {"cells": {"both": both, "last": last}, "hypervisor": {"memory": "8M"}}
    made = collected(changed, tmp_path, system)
    assert [cpu.hw_id for cpu in made.platform.cpus][15:17] == [15, 0x100]
    machine = new_machine(changed).boot()
    hv = enable(machine, made)
    hv.run("both", "smp")
    hv.wait_console("both", "smp: good")
    hv.run("last", "selftest")
    hv.wait_console("last", r"^DONE selftest: \d+ passed, 0 failed$", 60)
    assert hv.online() == "0-14,17-22"
    hv.destroy_all()
    assert hv.online() == "0-23"
    hv.disable()


def messages_of(machine: Machine, name: str) -> int:
    """Returns how many interrupts an ITS delivered for a device."""
    lines = machine.check("cat /proc/interrupts").splitlines()
    cpus = len(lines[0].split())
    counts = [
        sum(map(int, line.split()[1 : 1 + cpus]))
        for line in lines
        if name in line and "ITS" in line
    ]
    assert counts, f"no interrupt of {name} behind the ITS"
    return sum(counts)


@pytest.mark.thorough
def test_nvme_and_network_behind_the_its(
    new_machine: New, config: Config, tmp_path: pathlib.Path
) -> None:
    """Root in list mode takes LPIs under load, while cells come and go."""
    disk = tmp_path / "disk"
    disk.write_bytes(b"bulkhead" * (8 << 17))
    devices = ["-drive", f"if=none,id=d,format=raw,readonly=on,file={disk}"]
    devices += ["-device", "nvme,serial=1,drive=d"]
    devices += ["-netdev", "user,id=n", "-device", "e1000e,netdev=n"]
    changed = config.with_changes(args=devices)
    modules = with_needed(changed, "nvme", "e1000e")
    machine = new_machine(with_modules(changed, modules, tmp_path)).boot()
    for module in modules:
        machine.check(f"insmod /{module}.ko")
    machine.check("ip link set eth0 up; ip addr add 10.0.2.15/24 dev eth0")
    until("the disk", lambda: machine.run("ls /dev/nvme0n1").status == 0 or None)
    hv = Hv.of(machine)
    hv.ready("root-list")
    read = "dd if=/dev/nvme0n1 iflag=direct bs=4k of=/dev/null"
    machine.check(
        f"(while :; do {read}; done) >/dev/null 2>&1 & echo $! >/tmp/disk.pid"
    )
    machine.check("ping -A 10.0.2.2 >/tmp/ping 2>&1 & echo $! >/tmp/ping.pid")
    for _ in range(3):
        before = [messages_of(machine, name) for name in ("nvme", "eth0")]
        hv.run("hello", "hello")
        hv.wait_console("hello", "Hello from cell")
        hv.end("hello")
        for number, name in enumerate(("nvme", "eth0")):
            until(
                f"more interrupts of {name}",
                lambda: messages_of(machine, name) > before[number] + 20 or None,
            )
    machine.check("kill $(cat /tmp/disk.pid) $(cat /tmp/ping.pid)")
    good = "md5sum </dev/nvme0n1"
    said = machine.check(good)
    assert (
        said.split()[0]
        == subprocess.run(
            ["md5sum", str(disk)], check=True, capture_output=True, text=True
        ).stdout.split()[0]
    )
    hv.disable()
    assert machine.check(good) == said
