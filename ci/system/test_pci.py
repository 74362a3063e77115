# SPDX-License-Identifier: GPL-2.0
"""PCI functions in cells: with MSI and a line, with MSI-X, and in a Linux."""

import pathlib
import re
from collections.abc import Callable, Iterator

import pytest
from bulkhead.hv import Hv
from bulkhead.linux_cell import LinuxCell, linux_config
from machine import vmstate
from machine.config import Config
from machine.modules import with_modules
from machine.qemu import Machine

DEVICES = ("-device", "edu,addr=5", "-device", "e1000e,addr=6,romfile=")
FUNCTIONS = {"edu": 5, "nic": 6}  # the device number of each cell's function
# The offset and bit that enable interrupt messages in the configuration space.
ENABLED = {"edu": (0x42, 0x0001), "nic": (0xA2, 0x8000)}
# The I/O APIC's pin to which edu's interrupt line leads; bits of the pin's entry
# (82093AA, 3.2.4).
PIN, IN_FLIGHT, LEVEL, MASKED = 21, 1 << 14, 1 << 15, 1 << 16
DRIVER = "drivers/pci/pci-stub"  # claims a function but does not use it
# The same network card, connected to QEMU's user network, where 10.0.2.2 responds.
CARD = (*DEVICES[:3], f"{DEVICES[3]},netdev=net")
NETWORK = ("-netdev", "user,id=net,restrict=on")
CARD_DRIVER = "drivers/net/ethernet/intel/e1000e/e1000e"


def path_of(cell: str) -> str:
    return f"/sys/bus/pci/devices/0000:00:{FUNCTIONS[cell]:02x}.0"


def header(hv: Hv, cell: str) -> list[str]:
    """Returns the header of the function's configuration space, read by root."""
    return hv.machine.check(f"od -An -v -tx1 -N64 {path_of(cell)}/config").split()


def sends_messages(hv: Hv, cell: str) -> bool:
    offset, bit = ENABLED[cell]
    read = f"od -An -tx2 -j{offset} -N2 {path_of(cell)}/config"
    return bool(int(hv.machine.check(read), 16) & bit)


def check_registers(hv: Hv, cell: str) -> None:
    """Checks that the config's registers are where the firmware placed them."""
    lines = hv.machine.check(f"cat {path_of(cell)}/resource").splitlines()
    starts = {int(line.split()[0], 16) for line in lines}
    given = {region.phys for region in hv.config(cell).regions if region.phys >> 31}
    assert given and given <= starts, lines


@pytest.fixture
def with_devices(
    new_machine: Callable[[Config], Machine], config: Config, tmp_path: pathlib.Path
) -> Iterator[Hv]:
    machine = with_modules(config.with_changes(args=DEVICES), (DRIVER,), tmp_path)
    hv = Hv.of(new_machine(machine).boot())
    hv.ready("pci")
    yield hv
    hv.disable()


def test_functions_are_given_and_come_back(with_devices: Hv) -> None:
    hv = with_devices
    before = {cell: header(hv, cell) for cell in FUNCTIONS}
    for cell, number in FUNCTIONS.items():
        check_registers(hv, cell)
        hv.run(cell, "pci", f"function={number << 3}")
        hv.audit()
    for cell in FUNCTIONS:
        done = hv.wait_console(cell, r"^DONE pci: (\d+) passed, (\d+) failed$")
        assert int(done[1]) >= 8 and done[2] == "0", hv.console(cell)
        assert set(header(hv, cell)) == {"ff"}  # root reads all ones, as if absent
    hv.refused("cell create function", 'PCI function 0x28 .* belongs to cell "edu"')
    for cell in FUNCTIONS:
        hv.end(cell)
        after = header(hv, cell)
        assert before[cell][:4] + before[cell][6:] == after[:4] + after[6:]
        # the command register allows neither memory accesses nor DMA
        assert after[4:6] == ["00", "00"]
        assert not sends_messages(hv, cell)
    before_refusal = hv.snapshot()
    hv.refused("cell create function", "PCI function 0x28 .* has registers outside")
    assert hv.snapshot() == before_refusal


def pin(hv: Hv) -> int:
    """Returns the I/O APIC's entry of PIN."""
    was_running = hv.machine.is_running
    hv.machine.pause()
    (chip,) = vmstate.read(hv.machine, {"ioapic"})
    if was_running:
        hv.machine.resume()
    return chip.fields["ioredtbl"][PIN]


def passes(hv: Hv, arguments: str, more: str) -> None:
    hv.run("line", "pci", f"function={FUNCTIONS['edu'] << 3} line={PIN} {arguments}")
    hv.wait_console("line", more)
    hv.audit()
    assert "FAIL" not in hv.console("line")


def test_a_line_that_is_left_raised(with_devices: Hv) -> None:
    """A raised line leaves no interrupt in flight, in the pin or on the CPU."""
    hv = with_devices
    before = pin(hv)
    done = r"^DONE pci: \d+ passed, 0 failed$"
    passes(hv, "", done)
    hv.end("line")
    assert pin(hv) == before
    passes(hv, "leave", "PASS raised")
    assert pin(hv) & (IN_FLIGHT | LEVEL | MASKED) == IN_FLIGHT | LEVEL
    hv.end("line")
    assert pin(hv) == before
    assert "No irq handler" not in hv.machine.dmesg()
    passes(hv, "", done)
    assert "PASS left raised" in hv.console("line")
    hv.end("line")


@pytest.mark.once
def test_a_driver_of_linux_has_it(with_devices: Hv) -> None:
    hv = with_devices
    hv.machine.check("insmod /pci-stub.ko ids=1234:11e8")
    driver = f"readlink {path_of('edu')}/driver"
    assert hv.machine.check(driver).rstrip().endswith("/pci-stub")
    before = hv.snapshot()
    hv.refused("cell create edu", r"in use by Linux \(pci-stub 0000:00:05\.0\)")
    assert hv.snapshot() == before
    hv.ok("cell create --unbind edu")
    assert hv.machine.run(driver).status
    hv.ok("cell destroy edu")
    assert hv.machine.check(driver).rstrip().endswith("/pci-stub")


@pytest.fixture
def with_network(
    new_machine: Callable[[Config], Machine], config: Config, tmp_path: pathlib.Path
) -> Iterator[Hv]:
    machine = linux_config(config).with_changes(args=(*NETWORK, *CARD))
    hv = Hv.of(new_machine(with_modules(machine, (CARD_DRIVER,), tmp_path)).boot())
    hv.ready("linux")
    yield hv
    hv.disable()


def test_linux_in_a_cell_drives_a_network_card(with_network: Hv) -> None:
    """A Linux cell has a network card with its stock driver, messages and DMA."""
    hv = with_network
    before = header(hv, "nic")
    initrd = "cat /lib/bulkhead/linux/initrd - >/tmp/initrd"
    hv.machine.check(f"cd / && echo e1000e.ko | cpio -o -H newc 2>/dev/null | {initrd}")
    cell = LinuxCell(hv, "nic", "/tmp/initrd")
    cell.start()
    assert cell.ask("ls /sys/bus/pci/devices") == "0000:00:06.0"
    cell.ask("insmod /e1000e.ko; ip address add 10.0.2.15/24 dev eth0")
    cell.ask("ip link set eth0 up")
    cell.ask("until grep -q 1 /sys/class/net/eth0/carrier; do sleep 0.2; done")
    answer = cell.ask("ping -c 3 10.0.2.2")
    assert "3 packets transmitted, 3 packets received" in answer, answer
    taken = cell.ask("grep eth0 /proc/interrupts")
    assert re.search(r"[1-9]\d* .*PCI-MSI.*eth0-rx-0", taken), taken
    assert cell.complaints() == []
    hv.end("nic")
    after = header(hv, "nic")
    assert before[:4] + before[6:] == after[:4] + after[6:]
    assert after[4:6] == ["00", "00"] and not sends_messages(hv, "nic")
