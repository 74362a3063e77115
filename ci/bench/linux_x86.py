# SPDX-License-Identifier: GPL-2.0
"""Linux in a cell on x86-64, by SVM, beside the same kernel natively.

The native run starts from the content of the cell's memory as hvctl wrote it, on a
machine with the devices of a cell: one CPU, a real-time clock, a serial port, no
firmware. Only the APIC id in the ACPI tables differs: the machine's only CPU has id 0.
"""

import pathlib
import struct
import subprocess
import time
from typing import Any

import yaml
from bench import linux
from bench.linux import Boot, Guest, cell_of
from bench.run import scratch
from bulkhead.hv import Hv
from bulkhead.linux_cell import linux_config
from bulkhead.systems import load, system_file
from hvconfig.model import Cell, System
from hvconfig.read.system import load_system
from hvconfig.write import blob
from machine.boards.x86 import Q35
from machine.config import Config
from machine.errors import MachineError
from machine.instruction_counts import Range
from machine.paths import SOURCE
from machine.patience import patient
from machine.process import bound_to_us
from machine.qemu import Machine

KERNEL = 0x100_0000  # the kernel's preferred address, to which it is decompressed
CELLS = ("small", "linux")  # cells with one CPU and two, whose exits are counted

ONE = "one"  # the system whose cell's boots are counted
CELL = "linux"
TABLES, BIOS, BIOS_END = 0xF0000, 0xF0000, 0x100000
RESET_VECTOR = BIOS_END - 16
ROOM = 0xA0000  # a PC has no memory from here to the BIOS

# The native CPU also lacks the features that a cell's CPUID hides.
CPU = Q35.cpu + ",-svm,-mce,-mca,-mtrr"
MACHINE = "microvm,acpi=off,pit=off,pic=off,rtc=on,isa-serial=off,x-option-roms=off"
NATIVE_SECONDS = 120


def system_of_one(directory: pathlib.Path) -> System:
    """Returns a system with a Linux cell of one CPU, whose image is kept."""
    system = yaml.safe_load(system_file(Q35, "linux").read_text())
    platform = SOURCE / "configs" / "platforms" / f"{Q35.name}.yaml"
    system |= {"name": ONE, "platform": str(platform)}
    system["cells"] = {CELL: system["cells"][CELL] | {"cpus": [3]}}
    path = directory / f"{ONE}.yaml"
    path.write_text(yaml.safe_dump(system))
    return load_system(str(path))


# In a cell


def boots_in_cell(guest: Guest, system: System) -> tuple[dict[str, Boot], bytes]:
    """Returns the boots, and the content of the cell's memory before its first boot."""
    cell = cell_of(system, CELL)
    counts = guest.counter("x86-linux-cell")
    config = linux_config(Config(board=Q35)).with_changes(args=counts.arguments)
    with Machine(config, "bench-x86-linux-cell") as machine:
        hv = Hv.of(machine.boot())
        hv.insmod()
        machine.put(f"/etc/bulkhead/{ONE}.bin", blob.encode(system))
        hv.ok(f"enable {ONE}")
        memory = b""
        for arguments in guest.command_lines.values():
            for command in linux.start(CELL, arguments, ONE):
                machine.check(command, NATIVE_SECONDS)
            memory = memory or machine.read_physical(cell.image.start, cell.image.size)
            for command in linux.end(CELL):
                machine.check(command)
    found = guest.boots_of(counts.reports(), cell.cpus[0])
    return dict(zip(guest.command_lines, found, strict=True)), memory


# Natively


def with_cpu_0(tables: bytes, number: int) -> bytes:
    """Changes the APIC id of the only CPU in ACPI tables to 0."""
    changed = bytearray(tables)
    begin = changed.index(b"APIC")
    (size,) = struct.unpack_from("<I", changed, begin + 4)
    # Local APIC: type, length, number, APIC id, enabled (ACPI 6.5, 5.2.12.2).
    entry = struct.pack("<BBBBI", 0, 8, 0, number, 1)
    at = changed.index(entry, begin, begin + size)
    changed[at + 3] = 0
    # The checksum: the bytes of a table sum to 0.
    changed[begin + 9] = (changed[begin + 9] + number) & 0xFF
    return bytes(changed)


def bios_of(memory: bytes, number: int) -> bytes:
    """Returns a firmware image: the ACPI tables, and at the reset vector a jump to
    address 0 in real mode, where a cell starts."""
    tables = with_cpu_0(memory[TABLES:RESET_VECTOR], number)
    return tables + bytes.fromhex("ea00000000").ljust(BIOS_END - RESET_VECTOR, b"\0")


def command_of(memory: bytes, cell: Cell) -> list[str]:
    """Returns the QEMU command for a machine with this content of memory."""
    bios, low, high = (scratch(f"native.{name}") for name in ("bios", "low", "high"))
    bios.write_bytes(bios_of(memory, cell.cpus[0]))
    low.write_bytes(memory[:ROOM])
    high.write_bytes(memory[BIOS_END:].rstrip(b"\0"))
    assert cell.console
    serial = f"isa-serial,chardev=serial,iobase=0x3f8,irq={cell.console.irq}"
    size = sum(x.size for x in cell.regions if x.type == "ram")
    command = [Q35.program, "-nodefaults", "-display", "none", "-no-reboot"]
    command += ["-M", MACHINE, "-cpu", CPU, "-smp", "1", "-m", f"{size >> 20}M"]
    command += ["-accel", "tcg,thread=single", "-bios", str(bios)]
    for path, address in ((low, 0), (high, BIOS_END)):
        command += ["-device", f"loader,file={path},addr={address:#x},force-raw=on"]
    return [*command, "-chardev", "stdio,id=serial", "-device", serial]


def boot_natively(guest: Guest, memory: bytes, cell: Cell) -> Boot:
    counts = guest.counter("x86-linux-native")
    output = scratch("x86-linux-native.console")
    command = [*command_of(memory, cell), *counts.arguments]
    deadline = time.monotonic() + patient(NATIVE_SECONDS)
    with output.open("wb") as file, subprocess.Popen(
        bound_to_us(command),
        stdin=subprocess.DEVNULL,
        stdout=file,
        stderr=subprocess.DEVNULL,
    ) as emulator:
        while linux.USER_SPACE.encode() not in output.read_bytes():
            if emulator.poll() is not None or time.monotonic() > deadline:
                emulator.kill()
                raise MachineError(f"Linux did not boot natively: see {output}")
            time.sleep(0.1)
        emulator.kill()
    return guest.boots_of(counts.reports(), 0)[0]


def measure(
    hypervisor: Range, put: tuple[int, ...]
) -> tuple[dict[str, int | float], dict[str, Any]]:
    """Returns the figures, and the exits by reason from which they are computed."""
    guest = Guest(Q35, KERNEL, hypervisor, put)
    system = system_of_one(scratch(ONE).parent)
    boots, memory = boots_in_cell(guest, system)
    native = boot_natively(guest, memory, cell_of(system, CELL))
    cells = [cell_of(load(Q35, "linux"), name) for name in CELLS]
    rate = linux.exits(guest, Config(board=Q35), cells)
    one, two = ([rate[f"{phase} {x}"] for phase in ("idle", "busy")] for x in CELLS)
    numbers = linux.boot_figures(boots["console"], native) | {
        "linux_hypervisor_percent": round(boots["console"].percent, 3),
        "linux_quiet_hypervisor_percent": round(boots["quiet"].percent, 3),
        "linux_idle_exits_per_s": one[0]["total"],
        "linux_busy_exits_per_s": one[1]["total"],
        "linux_2_cpus_idle_exits_per_s": two[0]["total"],
        "linux_2_cpus_busy_exits_per_s": two[1]["total"],
    }
    return numbers, {"linux_exits_per_s": rate}
