# SPDX-License-Identifier: GPL-2.0
"""PCs as SeaBIOS and UEFI describe them: what hvconfig collects goes the whole way."""

import base64
import pathlib
from collections.abc import Callable

import pytest
import yaml
from bulkhead.hv import Hv
from hvconfig.cli.main import main
from hvconfig.model import Platform
from hvconfig.problems import Report
from hvconfig.read.platform import load_platform
from hvconfig.read.system import load_system
from hvconfig.write import blob, cmdline
from machine.config import Config
from machine.paths import SOURCE
from machine.qemu import Machine

New = Callable[[Config], Machine]
GATHER = SOURCE / "tools" / "hvconfig" / "gather.sh"
OVMF = "/usr/share/ovmf/OVMF.fd"  # of the package ovmf
CPU1 = "/sys/devices/system/cpu/cpu1/online"


def collect(machine: Machine, out: pathlib.Path) -> Platform:
    """Returns the machine's platform, which is written to a file."""
    machine.put("/tmp/gather.sh", GATHER.read_bytes())
    archive = out.with_suffix(".tar.gz")
    packed = machine.check("sh /tmp/gather.sh | base64", 120)
    archive.write_bytes(base64.b64decode(packed))
    name = machine.config.board.name
    options = ["--from", str(archive), "--name", name, "-o", str(out)]
    assert main(["collect", *options]) == 0
    report = Report()
    found = load_platform(str(out), report)
    assert found is not None and not report.problems
    return found


def unprepared(config: Config) -> str:
    """The board's kernel arguments, without those that prepare the machine."""
    return config.board.kernel_arguments.partition(" memmap=")[0]


def use_what_firmware_left(machine: Machine) -> None:
    """Reads the tables of firmware, and page 0 as a CPU that comes online does."""
    tables = "/sys/firmware/acpi/tables /sys/firmware/dmi/tables"
    machine.check(f"find {tables} -type f -exec cat {{}} + >/dev/null")
    machine.check(f"echo 0 >{CPU1}; echo 1 >{CPU1}")
    machine.check("devmem 0x467 32; devmem 0xf0000 32")


@pytest.mark.once
def test_the_shipped_platform_is_collected(enabled: Hv, tmp_path: pathlib.Path) -> None:
    """On a machine that is prepared, and while the hypervisor runs."""
    config = enabled.machine.config
    if config.kernel != "6.12":
        pytest.skip("the platform has the names of Linux 6.12")
    found = collect(enabled.machine, tmp_path / "found.yaml")
    file = SOURCE / "configs" / "platforms" / f"{config.board.name}.yaml"
    shipped = load_platform(str(file), Report())
    assert found == shipped


@pytest.mark.once
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "firmware",
    [
        pytest.param((), id="seabios", marks=pytest.mark.thorough),
        pytest.param(("-bios", OVMF), id="uefi"),
    ],
)
def test_the_whole_way(
    new_machine: New, config: Config, tmp_path: pathlib.Path, firmware: tuple[str, ...]
) -> None:
    stock = unprepared(config)
    changed = config.with_changes(args=firmware, kernel_arguments=stock)
    machine = new_machine(changed).boot()
    platform = collect(machine, tmp_path / "platform.yaml")
    machine.close()

    cell = {"cpus": [3], "ram": "16M", "console": True}
    file = tmp_path / "system.yaml"
    text = {"name": "pc", "platform": "platform.yaml", "cells": {"one": cell}}
    file.write_text(yaml.safe_dump(text))
    system = load_system(str(file))
    # The EFI stub does not honour memmap= where it places the kernel.
    more = f"{cmdline.render(system)} nokaslr"
    machine = new_machine(changed.with_changes(append=more)).boot()
    assert ("efi: EFI v2" in machine.dmesg()) == bool(firmware)
    hv = Hv.of(machine)
    machine.put("/etc/bulkhead/pc.bin", blob.encode(system))
    hv.insmod()
    assert "This machine is ready." in hv.ok("check pc")
    hv.ok("enable pc")
    hv.system = system
    hv.run("one", "hello")
    hv.wait_console("one", "Hello from cell")
    use_what_firmware_left(machine)
    hv.end("one")
    use_what_firmware_left(machine)
    assert collect(machine, tmp_path / "again.yaml") == platform
    hv.disable()
