# SPDX-License-Identifier: GPL-2.0
"""Root's user space tries to move addresses over a cell and the hypervisor, on q35.

Registers: Intel 3 Series Express Chipset Family datasheet, 5.1 (00:00.0), and I/O
Controller Hub 9 datasheet, 13.1 (00:1f.0).
"""

from bulkhead.hv import Hv

CELL = "alpha"
HOST, LPC, SATA = "00:00.0", "00:1f.0", "00:1f.2"
COMMAND, MEMORY = 4, 0x0002
SATA_BAR = 0x24
CONFIG = "/sys/bus/pci/devices/0000:{}/config"


def read(hv: Hv, function: str, offset: int, size: int = 4) -> int:
    path = CONFIG.format(function)
    out = hv.machine.check(f"od -An -tx{size} -j{offset} -N{size} {path}")
    return int(out, 16)


def write(hv: Hv, function: str, offset: int, value: int, size: int = 4) -> None:
    text = "".join(f"\\{byte:03o}" for byte in value.to_bytes(size, "little"))
    path = CONFIG.format(function)
    to = f"dd of={path} bs={size} seek={offset // size} conv=notrunc 2>/dev/null"
    hv.machine.check(f"printf '{text}' | {to}")


def is_sound(hv: Hv) -> None:
    """The cell goes on, and its memory is as it was. The test ends with an audit."""
    before = hv.wait_beats(CELL, 1)
    assert before.errors == 0 and hv.state(CELL) == "running"


def test_linux_moves_no_addresses(enabled: Hv) -> None:
    hv = enabled
    hv.run(CELL, "canary", "report=0")
    hv.wait_beats(CELL, 3)
    memory = next(r.phys for r in hv.config(CELL).regions if r.size >= 1 << 20)
    assert hv.system
    hypervisor = hv.system.hypervisor.start
    attempts = (
        (HOST, 0x60, memory | 1, 4),  # PCIEXBAR
        (HOST, 0x60, hypervisor | 1, 4),
        (HOST, 0x9D, 0x4A, 1),  # SMRAM
        (HOST, 0x9E, 0x0B, 1),  # TSEG
        (HOST, 0x90, 0x33, 1),  # PAM
        (LPC, 0x40, 0x0CF9, 4),  # PMBASE
        (LPC, 0xF0, memory | 1, 4),  # RCBA
        (LPC, 0xF0, hypervisor | 1, 4),
    )
    for function, offset, value, size in attempts:
        before = read(hv, function, offset, size)
        write(hv, function, offset, value, size)
        assert read(hv, function, offset, size) == before, (function, offset)
        is_sound(hv)
    command, bar = read(hv, SATA, COMMAND, 2), read(hv, SATA, SATA_BAR)
    for wrong in (memory, hypervisor):
        write(hv, SATA, COMMAND, command | MEMORY, 2)
        write(hv, SATA, SATA_BAR, wrong)
        assert read(hv, SATA, SATA_BAR) == bar
        write(hv, SATA, COMMAND, command & ~MEMORY, 2)
        write(hv, SATA, SATA_BAR, wrong)
        assert read(hv, SATA, SATA_BAR) == wrong
        write(hv, SATA, COMMAND, command | MEMORY, 2)
        assert not read(hv, SATA, COMMAND, 2) & MEMORY
        is_sound(hv)
        write(hv, SATA, SATA_BAR, bar)
        write(hv, SATA, COMMAND, command | MEMORY, 2)
        assert read(hv, SATA, COMMAND, 2) & MEMORY
    write(hv, SATA, COMMAND, command, 2)
    assert "Linux's write to register 0xf0 of PCI function 0xf8" in hv.machine.check(
        "hvctl log"
    )
    hv.end(CELL)
