# SPDX-License-Identifier: GPL-2.0
"""A Linux cell with a device that is no PCI function: a second serial port."""

import pathlib
import re
from collections.abc import Callable

from bulkhead.hv import Hv
from bulkhead.linux_cell import LinuxCell, linux_config
from machine.config import Config
from machine.qemu import Machine
from machine.wait import until

PORTS = "io 0x2f8-0x2ff"
DRIVER = "/sys/bus/pnp/drivers/serial"


def arrives(text: str, file: pathlib.Path) -> None:
    until(f"{text!r} outside", lambda: text in file.read_text() or None)


def test_linux_in_a_cell_drives_a_serial_port(
    new_machine: Callable[[Config], Machine], config: Config, tmp_path: pathlib.Path
) -> None:
    """The device works with its stock driver and interrupt, as root described it."""
    outside = tmp_path / "com2"
    port = ("-device", "isa-serial,index=1,chardev=com2")
    args = ("-chardev", f"file,id=com2,path={outside}", *port)
    hv = Hv.of(new_machine(linux_config(config).with_changes(args=args)).boot())
    found = hv.machine.check(f"grep -l '{PORTS}' /sys/bus/pnp/devices/*/resources")
    device = pathlib.PurePath(found.strip()).parent.name
    hv.machine.check("echo root before >/dev/ttyS1")
    arrives("root before", outside)
    hv.ready("linux")
    hv.machine.check(f"echo {device} >{DRIVER}/unbind")
    cell = LinuxCell(hv, "serial")
    cell.start()
    cell.ask("exec 3>/dev/ttyS1; echo cell >&3")
    arrives("cell", outside)
    taken = cell.ask("grep ttyS1 /proc/interrupts")
    assert re.search(r"[1-9]\d* .*IO-APIC +3-edge +ttyS1", taken), taken
    assert cell.complaints() == []
    hv.end("serial")
    hv.machine.check(f"echo {device} >{DRIVER}/bind")
    hv.machine.check("echo root after >/dev/ttyS1")
    arrives("root after", outside)
    hv.disable()
