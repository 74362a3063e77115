# SPDX-License-Identifier: GPL-2.0
"""Systems without problems, of any size."""

from typing import Any

_RAM = 0x100000000
_SIZES = (0x1000, 0x10000, 0x4000, 0x200000, 0x3000, 0x400000)


def large_system(cells: int, regions: int) -> dict[str, Any]:
    """Returns a system with these numbers of cells and of memory regions in total.

    Cells beyond the number of CPUs share the last CPU and exclude each other.
    """
    cpus = min(cells + 1, 64)
    return {
        "name": "large",
        "platform": _platform(cpus),
        "hypervisor": {"memory": {"at": 0x40000000, "size": "16M"}},
        "cells": {
            f"cell-{number}": _cell(number, cells, cpus, regions)
            for number in range(cells)
        },
    }


def _platform(cpus: int) -> dict[str, Any]:
    return {
        "name": "large-board",
        "arch": "arm64",
        "cpus": [{"number": n, "mpidr": (n // 4) << 8 | n % 4} for n in range(cpus)],
        "ram": [{"at": 0x40000000, "size": "1G"}, {"at": _RAM, "size": "64G"}],
        "gic": {
            "version": 3,
            "distributor": 0x08000000,
            "redistributors": {"at": 0x080A0000, "size": 0x20000 * cpus},
            "maintenance_irq": 25,
        },
        "devices": {
            f"can{n}": {
                "regs": [{"at": 0x20000000 + n * 4096, "size": "4K"}],
                "irqs": [100 + n],
            }
            for n in range(64)
        },
    }


def _cell(number: int, cells: int, cpus: int, regions: int) -> dict[str, Any]:
    count = regions // cells + (number < regions % cells)
    phys, guest, memory = _RAM + number * (512 << 20), 0x40000000, []
    for index in range(count):
        size = _SIZES[index % len(_SIZES)]
        phys, guest = phys + -phys % size, guest + -guest % size
        memory.append(
            {"phys": phys, "guest": guest, "size": size, "loadable": index == 0}
        )
        phys, guest = phys + size + 0x1000, guest + size
    data = {"cpus": [min(number + 1, cpus - 1)], "memory": memory, "info": 0x0B000000}
    if number < 64:
        data["devices"] = [f"can{number}"]
    if number >= cpus - 1:
        data["not_with"] = [f"cell-{n}" for n in range(cpus - 2, number)]
    return data
