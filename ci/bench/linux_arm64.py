# SPDX-License-Identifier: GPL-2.0
"""Linux in a cell on arm64, beside the same kernel natively.

The native run has the same kernel, initrd, command line and memory size, one CPU, and
the cell's device tree with the machine's UART instead of the emulated one: both have
the same devices.
"""

import struct
from typing import Any

import libfdt
from bench import linux
from bench.linux import Boot, Guest
from bench.run import run_script, scratch
from bench.trace_arm64 import Marks
from bulkhead.linux_cell import linux_config
from bulkhead.systems import load
from hvconfig import abi
from hvconfig.model import Cell
from machine.boards.arm64 import VIRT
from machine.config import Config
from machine.instruction_counts import EL2
from machine.paths import BUILD
from machine.qemu import Machine

SYSTEM = load(VIRT, "linux")
CELL = "io"  # has one CPU, and no device that the native machine lacks
KERNEL = 0x4020_0000  # where hvctl and QEMU load the kernel
LIST, DIRECT = "linux", "wide"  # names of cells


def config_of(name: str) -> Cell:
    return linux.cell_of(SYSTEM, name)


def boots_in_cell(guest: Guest, config: Config) -> dict[str, Boot]:
    counts = guest.counter("linux-cell")
    lines: list[str] = []
    for arguments in guest.command_lines.values():
        lines += [*linux.start(CELL, arguments), *linux.end(CELL)]
    text = linux.script(lines)
    run_script(text, counts, "linux-cell", linux_config(config))
    found = guest.boots_of(counts.reports(), config_of(CELL).cpus[0])
    return dict(zip(guest.command_lines, found, strict=True))


def native_tree() -> bytes:
    """Returns the cell's device tree, changed for the native machine.

    It has the machine's UART, and lacks the clock that hvctl adds.
    """
    tree = libfdt.Fdt((BUILD / "arm64" / "configs" / f"linux.{CELL}.dtb").read_bytes())
    tree.resize(tree.totalsize() + 256)
    entry = config_of(CELL).entry
    tree.del_node(tree.path_offset(f"/rtc@{entry + abi.PAGE_SIZE:x}"))
    uart = tree.path_offset("/serial@9000000")
    tree.setprop(uart, "interrupts", struct.pack(">3I", 0, 1, 4))
    # hvctl also adds a seed. Without one Linux waits for entropy.
    tree.setprop(tree.path_offset("/chosen"), "rng-seed", bytes(56))
    (number,) = config_of(CELL).cpus
    cpu = tree.path_offset(f"/cpus/cpu@{number:x}")
    tree.setprop(cpu, "reg", struct.pack(">Q", 0))
    return bytes(tree.as_bytearray())


def boot_natively(guest: Guest) -> Boot:
    tree = scratch("native.dtb")
    tree.write_bytes(native_tree())
    counts = guest.counter("linux-native")
    memory = sum(x.size for x in config_of(CELL).regions if x.type == "ram")
    config = Config(
        machine="virt,gic-version=3",
        smp=1,
        memory=f"{memory >> 20}M",
        kernel_arguments=guest.command_lines["console"],
        initrd=BUILD / "arm64" / f"cell-initrd-{Config().kernel}.cpio",
        agent=False,
        exact=True,
        args=("-dtb", str(tree), *counts.arguments),
    )
    with Machine(config, name="bench-linux-native") as machine:
        machine.console.wait_for(linux.USER_SPACE, 120)
    return guest.boots_of(counts.reports(), 0)[0]


def measure(marks: Marks) -> tuple[dict[str, int | float], dict[str, Any]]:
    """Returns the figures, and the exits by reason from which they are computed."""
    put = tuple(begin for begin, _ in marks.innermost("console_put"))
    guest, config = Guest(VIRT, KERNEL, EL2, put), Config(exact=True)
    boots = boots_in_cell(guest, config)
    native = boot_natively(guest)
    cells = [config_of(LIST), config_of(DIRECT)]
    rate = linux.exits(guest, config, cells)
    busy = rate[f"busy {DIRECT}"]
    numbers = linux.boot_figures(boots["console"], native) | {
        "linux_el2_percent": round(boots["console"].percent, 3),
        "linux_quiet_el2_percent": round(boots["quiet"].percent, 3),
        "linux_idle_exits_per_s": max(
            rate[f"idle {x}"]["total"] for x in (LIST, DIRECT)
        ),
        "linux_busy_exits_per_s": round(busy.get("total", 0) - busy.get("sgi", 0), 2),
    }
    return numbers, {"linux_exits_per_s": rate}
