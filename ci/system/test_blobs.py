# SPDX-License-Identifier: GPL-2.0
"""Configs with one field at extreme values are refused, or are harmless.

A bad config is a copy of a good one with the bytes of one field replaced. Requests go
through hvctl, which checks them first, or directly to the module (raw).
"""

import re
import struct
from typing import NamedTuple

import pytest
from bulkhead.hv import Hv
from hvconfig import abi
from hvconfig.write import blob

SYSTEM, CELL = "/etc/bulkhead/test.bin", "/tmp/cell.bin"
# A cell with interrupts, I/O ports and PCI functions, as far as the board has them.
WITH_RANGES = {"arm64": "stray", "x86": "ranges"}
NAMES = {
    # struct bh_cell_part, in the order of its members
    "header": ["magic:4", "version:4", "kind:2", "arch:2", "size:4"],
    "scalars": [
        *("name:32", "cpus:8", "entry:8", "info_guest:8", "console_guest:8"),
        *("console_kind:4", "console_irq:4", "image_phys:8", "image_size:8"),
        *("rights:4", "flags:4", "irq_mode:4", "n_regions:4", "n_irqs:4"),
        *("n_ports:4", "n_functions:4", "n_shared:4"),
        *("reserved:8", "reserved2:8", "reserved3:8"),
        *("args:256",),
    ],
    "region": ["phys:8", "guest:8", "size:8", "type:4", "flags:4"],
    "irq": ["first:4", "count:4"],
    "shared": ["name:32", "region:2", "irq:2", "flags:4"],
    # struct bh_system_part
    "system": ["name:32", "hyp_phys:8", "hyp_size:8", "flags:4", "n_cpus:4"],
    # The platform structs
    "arm64": [
        *("gic_version:4", "maintenance_irq:4", "gicd_phys:8", "gicr_phys:8"),
        *("gicr_size:8", "its_phys:8", "its_size:8", "uart_phys:8"),
        *("root_doorbell:4", "n_spare_irqs:4", "spare_irqs:2"),
    ],
    "x86": [
        *("apic_phys:8", "root_doorbell:4", "n_io_apics:4"),
        *("io_apic_phys:8", "io_apic_first_irq:4", "io_apic_reserved:4"),
        *("io_apics_unused:240", "mmconfig_phys:8", "mmconfig_buses:4", "reserved:4"),
    ],
}
# Extreme values that are valid.
FINE = {
    ("rights", 0),
    ("rights", 1 << 1),
    ("flags", 1),
    ("irq_mode", 1),
    ("irq_mode", 2),
    ("args", 0),
    ("cpus", 2),
    ("cpus", 1),
    ("info_guest", 0),
    ("info_guest", 0x1000),
    ("console_guest", 0),
    ("console_guest", 0x1000),
    ("size", 0x1000),
    ("count", 1),
    ("count", 2),
    ("console_irq", 0),
    ("n_irqs", 0),
}
# Valid on x86 only: a region below the entry address; I/O APIC pins and ports from 0.
FINE_OF = {
    "arm64": set[tuple[str, int]](),
    "x86": {
        *(("guest", 0), ("guest", 0x1000)),
        *(("first", 0), ("first", 1), ("first", 0x1000)),
    },
}


class Patch(NamedTuple):
    name: str
    offset: int
    data: bytes
    value: int

    def __str__(self) -> str:
        return f"{self.name} = {self.value:#x}"


def members(kind: str, offset: int) -> list[tuple[str, int, int]]:
    """Yields (name, offset, size) of each member."""
    found = []
    for item in NAMES[kind]:
        name, size = item.split(":")
        found.append((name, offset, int(size)))
        offset += int(size)
    return found


def extremes(kind: str, offset: int) -> list[Patch]:
    patches = []
    for name, at, size in members(kind, offset):
        if size > 8:
            patches.append(Patch(name, at, b"\xff" * size, (1 << 64) - 1))
            patches.append(Patch(name, at, b"\0" * size, 0))
            continue
        top = (1 << 8 * size) - 1
        for value in (0, 1, 0x1000, (top >> 1) + 1, top - 0xFFF, top):
            if value <= top:
                patches.append(Patch(name, at, value.to_bytes(size, "little"), value))
    return patches


def cell_blob(hv: Hv, name: str) -> bytes:
    """Returns the cell's part of the system's blob."""
    data = blob.encode(hv.load("test"))
    while data:
        size = struct.unpack_from(abi.HEADER, data)[4]
        if data[16:48].rstrip(b"\0").decode() == name:
            return data[:size]
        data = data[size:]
    raise KeyError(name)


def octal(data: bytes) -> str:
    return "".join(f"\\0{byte:03o}" for byte in data)


def patched(hv: Hv, source: str, patch: Patch) -> str:
    """Makes a patched copy of the file in the machine."""
    hv.machine.check(
        f"cp {source} /tmp/bad.bin; printf '%b' '{octal(patch.data)}' |"
        f" dd of=/tmp/bad.bin bs=1 seek={patch.offset} conv=notrunc 2>/dev/null"
    )
    return "/tmp/bad.bin"


def raw(hv: Hv, what: str, path: str) -> tuple[int, int]:
    """Sends a request without hvctl; returns errno and code. Success is undone."""
    return answers(hv.machine.run(f"raw {what} {path}").output)[0]


def answers(said: str) -> list[tuple[int, int]]:
    found = re.findall(r"errno (\d+) code (\d+)", said)
    return [(int(error), int(code)) for error, code in found]


def differing(data: bytes, patches: list[Patch]) -> list[Patch]:
    return [p for p in patches if data[p.offset : p.offset + len(p.data)] != p.data]


def accepted(hv: Hv, what: str, path: str, patches: list[Patch]) -> list[Patch]:
    """Tries all patches without hvctl; returns those that are accepted.

    Every refusal must have a code.
    """
    found = []
    while patches:
        some, patches = patches[:20], patches[20:]
        words = " ".join(f"{p.offset}={p.data.hex()}" for p in some)
        said = answers(hv.machine.run(f"raw {what} {path} {words}", 120).output)
        for patch in some:
            error, code = said.pop(0)
            if error == 0:
                assert said.pop(0) == (0, 0), f"{patch} cannot be undone"
                found.append(patch)
            else:
                assert error == 1 and code, f"{patch}: errno {error}, code {code}"
        assert not said
    return found


@pytest.fixture
def with_cell_file(enabled: Hv) -> Hv:
    """Puts a valid cell part into the file CELL."""
    enabled.machine.put(CELL, cell_blob(enabled, "stray"))
    assert raw(enabled, "create", CELL) == (0, 0)
    return enabled


def try_cells(hv: Hv, patches: list[Patch], cell: str = "stray") -> None:
    before = hv.snapshot()
    good = cell_blob(hv, cell)
    hv.machine.put(CELL, good)
    fine = accepted(hv, "create", CELL, differing(good, patches))
    assert hv.snapshot() == before
    good_too = FINE | FINE_OF[hv.machine.config.board.arch]
    wrong = [str(p) for p in fine if (p.name, p.value) not in good_too]
    assert not wrong, f"accepted: {wrong}"


def test_headers_of_cells(with_cell_file: Hv) -> None:
    try_cells(with_cell_file, extremes("header", 0))


@pytest.mark.once
def test_scalars_of_cells(with_cell_file: Hv) -> None:
    try_cells(with_cell_file, extremes("scalars", struct.calcsize(abi.HEADER)))


@pytest.mark.once
def test_regions_of_cells(with_cell_file: Hv) -> None:
    offset = struct.calcsize(abi.HEADER) + struct.calcsize(abi.CELL)
    try_cells(with_cell_file, extremes("region", offset))


@pytest.mark.once
def test_interrupts_of_cells(with_cell_file: Hv) -> None:
    name = WITH_RANGES[with_cell_file.machine.config.board.arch]
    cell = cell_blob(with_cell_file, name)
    # The part ends with the ranges: of interrupts, I/O ports, PCI functions.
    ranges = sum(struct.unpack_from("<3I", cell, 120))
    for at in range(len(cell) - 8 * ranges, len(cell), 8):
        try_cells(with_cell_file, extremes("irq", at), name)


def test_truncated_cells(with_cell_file: Hv) -> None:
    hv = with_cell_file
    before = hv.snapshot()
    size = len(cell_blob(hv, "stray"))
    for length in [0, 1, 15, 16, 17, 415, 416, 424, size - 8, size - 1]:
        hv.machine.check(f"head -c {length} {CELL} >/tmp/bad.bin")
        assert raw(hv, "create", "/tmp/bad.bin")[0] == 1, length
        hv.refused("cell create /tmp/bad.bin", "/tmp/bad.bin", status=5)
    hv.machine.check(f"cat {CELL} {CELL} >/tmp/bad.bin")
    assert raw(hv, "create", "/tmp/bad.bin")[0] == 1
    hv.machine.check("head -c 5000 /dev/zero >/tmp/bad.bin")
    assert raw(hv, "create", "/tmp/bad.bin")[0] == 1
    assert hv.snapshot() == before


SENTENCES = [
    (Patch("version", 4, b"\0\0\2\0", 2), r"ABI version 2.0.* has 1\.\d"),
    (Patch("magic", 0, b"none", 0), "not a Bulkhead config"),
    (Patch("arch", 10, b"\x09\0", 2), "another architecture"),
    (Patch("name", 16, b"a/b\0", 0), "name"),
]


def test_hvctl_says_what_is_wrong_with_a_file(with_cell_file: Hv) -> None:
    hv = with_cell_file
    before = hv.snapshot()
    for patch, sentence in SENTENCES:
        hv.refused(f"cell create {patched(hv, CELL, patch)}", sentence, status=5)
    assert hv.snapshot() == before


REFUSED = [
    # hvctl prints these sentences for the hypervisor's refusals.
    (Patch("cpus", 48, b"\x10", 16), r"CPU 4 of cell .stray."),
    (Patch("rights", 104, b"\x01", 1), r"rights of cell .stray."),
    (Patch("rights", 104, b"\x10", 16), r"reserved bit"),
    (Patch("entry", 56, b"\0\0\0\x7f", 0), r"entry address of cell .stray."),
]
# A physical address in Linux's memory, and one in a device's registers.
MEMORY_OF_LINUX = {"arm64": 0x41000000, "x86": 0x01000000}
REGISTERS = {"arm64": 0x08000000, "x86": 0xFEE00000}


def test_hvctl_says_what_the_hypervisor_refuses(with_cell_file: Hv) -> None:
    hv = with_cell_file
    before = hv.snapshot()
    assert hv.system
    arch = hv.machine.config.board.arch
    linux, registers = MEMORY_OF_LINUX[arch], REGISTERS[arch]
    memory = [
        (linux, f"{linux:#x}|is not"),
        (hv.system.hypervisor.start, "hypervisor"),
        (registers, f"{registers:#x}"),
    ]
    refused = [
        (Patch("region", 416, phys.to_bytes(8, "little"), phys), sentence)
        for phys, sentence in memory
    ]
    for patch, sentence in [*REFUSED, *refused]:
        hv.refused(f"cell create {patched(hv, CELL, patch)}", sentence)
    assert hv.snapshot() == before


def test_a_refused_cell_leaves_devices_bound(with_cell_file: Hv) -> None:
    """A cell is refused before Linux's driver is unbound, if its config suffices."""
    hv = with_cell_file
    data = cell_blob(hv, "device")
    hv.machine.put("/tmp/device.bin", data)
    before = hv.snapshot()
    bound = "ls -l /sys/bus/amba/devices/9010000.pl031/driver /sys/class/rtc"
    device = hv.machine.check(bound)
    rights = Patch("rights", 104, b"\x01", 1)
    at = data.index(struct.pack("<II", 34, 1))
    uart_irq = Patch("irq", at, b"\x21", 33)
    for patch, sentence in (
        (rights, "rights of cell .device."),
        (uart_irq, "interrupt 33 is in use by Linux .uart-pl011"),
    ):
        hv.refused(
            f"cell create --unbind {patched(hv, '/tmp/device.bin', patch)}", sentence
        )
        assert hv.machine.check(bound) == device
    assert hv.snapshot() == before


def try_systems(hv: Hv, patches: list[Patch], fine: set[tuple[str, int]]) -> None:
    before = hv.snapshot()
    good = blob.encode(hv.load("test"))
    passed = accepted(hv, "enable", SYSTEM, differing(good, patches))
    assert hv.snapshot() == before
    wrong = [str(p) for p in passed if (p.name, p.value) not in fine]
    assert not wrong, f"accepted: {wrong}"


def test_headers_of_systems(hv: Hv) -> None:
    try_systems(hv, extremes("header", 0), set())


@pytest.mark.once
def test_fields_of_systems(hv: Hv) -> None:
    try_systems(hv, extremes("system", 16), {("flags", 0), ("flags", 1)})


@pytest.mark.once
def test_fields_of_the_platform(hv: Hv) -> None:
    arch = hv.machine.config.board.arch
    fine = {
        "arm64": {
            *(("uart_phys", 0), ("uart_phys", 0x1000), ("root_doorbell", 0)),
            *(("n_spare_irqs", n) for n in (0, 1, 2)),
        },
        "x86": {
            *(("root_doorbell", 0), ("mmconfig_buses", 1)),
            # Any number may be that of an I/O APIC's first pin.
            *(("io_apic_first_irq", 1 << n) for n in (0, 12, 31)),
            *(("io_apic_first_irq", (1 << 32) - n) for n in (1, 0x1000)),
        },
    }
    try_systems(hv, extremes(arch, 72), fine[arch])


@pytest.mark.once
def test_scalars_of_the_root_cell(hv: Hv) -> None:
    start = 392 + 8 * 4 + struct.calcsize(abi.HEADER)
    fine = {("flags", 0), ("flags", 1), ("args", 0), ("irq_mode", 1), ("irq_mode", 2)}
    # Not tried: a root cell without the right to manage, which could not be undone.
    patches = [
        patch
        for patch in extremes("scalars", start)
        if patch.name != "rights" or patch.value & 1
    ]
    try_systems(hv, patches, fine | {("rights", 1)})


@pytest.mark.once
def test_truncated_systems(hv: Hv) -> None:
    before = hv.snapshot()
    size = int(hv.machine.check(f"wc -c <{SYSTEM}"))
    for length in [0, 15, 16, 391, 392, 424, 500, 839, 840, size - 8, size - 1]:
        hv.machine.check(f"head -c {length} {SYSTEM} >/tmp/bad.bin")
        assert raw(hv, "enable", "/tmp/bad.bin")[0] == 1, length
        hv.refused("enable /tmp/bad.bin", "/tmp/bad.bin", status=5)
    assert hv.snapshot() == before


IMAGES = [
    (Patch("magic", 0, b"\0", 0), "is not for this machine"),
    (Patch("version", 8, b"\0\0\2\0", 2), "ABI version 2.0"),
    (Patch("arch", 12, b"\x09", 9), "is not for this machine"),
    (Patch("image_size", 16, b"\1", 0), "is not for this machine"),
    (Patch("mem_size", 24, b"\0\0\0\0\1", 0), "is not for this machine"),
    (Patch("entry_offset", 32, b"\xff\xff\xff\xff", 0), "is not for this machine"),
    (Patch("boot_offset", 40, b"\xff\xff\xff\xff", 0), "is not for this machine"),
    (Patch("config_offset", 48, b"\xff\xff\xff\xff", 0), "is not for this machine"),
    (Patch("code", 0x2000, b"\xde\xad\xbe\xef", 0), "differs from the one"),
]


def test_damaged_hypervisor_images(hv: Hv) -> None:
    before = hv.snapshot()
    image = f"/lib/firmware/bulkhead-{hv.machine.config.board.arch}.bin"
    hv.machine.check(f"cp {image} /tmp/good.bin")
    for patch, sentence in IMAGES:
        hv.machine.check(f"cp {patched(hv, '/tmp/good.bin', patch)} {image}")
        hv.refused("enable test", sentence)
    hv.machine.check(f"head -c 40 /tmp/good.bin >{image}")
    hv.refused("enable test", "is not for this machine")
    hv.machine.check(f"rm {image}")
    hv.refused("enable test", "can't be loaded")
    assert "can't be loaded" in hv.hvctl("check test").output
    hv.machine.check(f"cp /tmp/good.bin {image}")
    assert hv.snapshot() == before
    hv.enable("test")
