# SPDX-License-Identifier: GPL-2.0
"""Sample systems for the tests, and functions that load and check them."""

import copy
import json
import pathlib
from typing import Any

import yaml
from hvconfig.check.system import check_system
from hvconfig.model import System
from hvconfig.problems import ConfigError, Problem, Report
from hvconfig.read import yaml_lines
from hvconfig.read.system import system_from

SOURCE = pathlib.Path(__file__).resolve().parents[3]
SYSTEMS = sorted((SOURCE / "configs" / "systems").glob("qemu-virt-arm64-*.yaml"))
# The systems of boards, which no test runs on hardware.
BOARD_SYSTEMS = sorted(
    set((SOURCE / "configs" / "systems").glob("*.yaml")).difference(SYSTEMS)
)

PLATFORM = """\
arch: arm64
cpus:
  - {number: 0, mpidr: 0x0}
  - {number: 1, mpidr: 0x1}
  - {number: 2, mpidr: 0x100}
  - {number: 3, mpidr: 0x101}
ram: [{at: 0x40000000, size: 2G}]
gic:
  version: 3
  distributor: 0x08000000
  redistributors: {at: 0x080a0000, size: 0x80000}
  its: {at: 0x08080000, size: 128K}
  maintenance_irq: 25
root_doorbell: 240
spare_irqs: [241, 242, 243, 244]
devices:
  can: {regs: [{at: 0x09010000, size: 4K}], irqs: [34]}
  net: {regs: [{at: 0x0a000000, size: 512}], irqs: [48], dma: true}
  disk: {regs: [{at: 0x0a000200, size: 512}], irqs: [49], dma: true}
"""


def cell(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Returns a cell. Cells with different numbers do not conflict."""
    data = {
        "cpus": [number],
        "memory": [
            {
                "phys": 0xB0000000 + (number << 24),
                "guest": 0x40000000,
                "size": "16M",
                "loadable": True,
            }
        ],
        "console": {"at": 0x09000000, "irq": 240 + number},
        "info": 0x0B000000,
    }
    data |= changes
    return {key: value for key, value in data.items() if value is not None}


def system(**changes: Any) -> dict[str, Any]:
    """Returns a system with the cells "one" and "two" that has no problems."""
    data: dict[str, Any] = {
        "platform": yaml.safe_load(PLATFORM),
        "hypervisor": {"memory": {"at": 0xBFC00000, "size": "4M"}},
        "cells": {"one": cell(1), "two": cell(2)},
    }
    return data | changes


def cells(**named: dict[str, Any]) -> dict[str, Any]:
    return system(cells=named)


def change(path: str, value: Any) -> dict[str, Any]:
    """Returns system() with one value changed.

    The path of the value is like cells.one.memory.0.phys.
    """
    data = copy.deepcopy(system())
    *steps, last = [int(x) if x.isdigit() else x for x in path.split(".")]
    place: Any = data
    for step in steps:
        place = place[step]
    place[last] = value
    return data


def examine_text(
    text: str, file: str = "test.yaml"
) -> tuple[System | None, list[Problem]]:
    """Returns the system in the text, None if unreadable, and all its problems."""
    report = Report()
    try:
        found = system_from(yaml_lines.parse(text, file), report)
    except ConfigError as error:
        return None, error.problems
    if found is not None:
        check_system(found, report)
    return found, sorted(set(report.problems))


def to_yaml(data: dict[str, Any]) -> str:
    """Renders data as YAML without aliases, which hvconfig refuses.

    The conversion to JSON and back copies objects that are used twice.
    """
    text: str = yaml.safe_dump(json.loads(json.dumps(data)), sort_keys=False)
    return text


def examine(data: dict[str, Any]) -> tuple[System | None, list[Problem]]:
    return examine_text(to_yaml(data))


def errors(data: dict[str, Any]) -> list[str]:
    """Returns each error as "name: message; hint"."""
    return [say(x) for x in examine(data)[1] if x.is_error]


def warnings(data: dict[str, Any]) -> list[str]:
    return [say(x) for x in examine(data)[1] if x.severity == "warning"]


def notes(data: dict[str, Any]) -> list[str]:
    return [say(x) for x in examine(data)[1] if x.severity == "note"]


def say(problem: Problem) -> str:
    return f"{problem.name}: {problem.message}; {problem.hint}"


def good(data: dict[str, Any]) -> System:
    """Returns the system in data, which must have no errors."""
    found, problems = examine(data)
    assert found is not None, problems
    assert not [x for x in problems if x.is_error]
    return found
