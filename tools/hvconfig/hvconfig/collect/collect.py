# SPDX-License-Identifier: GPL-2.0
"""Builds a platform from the available sources."""

from dataclasses import replace

from ..files import read_file
from ..model import Platform
from ..problems import refuse
from ..tree import nodes
from ..tree.nodes import Tree
from . import acpi, acpi_machine, devicetree, inputs, proc
from .devicetree import Choices
from .inputs import Inputs


def from_blob(path: str, choices: Choices) -> Platform:
    """From a device tree blob alone."""
    blob = read_file(path, nodes.MAX_BYTES)
    return devicetree.platform(nodes.parse(blob, path), path, choices)


def from_inputs(files: Inputs, file: str, choices: Choices) -> Platform:
    """From raw inputs; file: their name in messages."""
    found = _tree(files, file)
    if found is not None and found.root.child("cpus") is not None:
        return _with_tree(files, found, file, choices)
    if acpi.Madt(files):
        return acpi_machine.platform(files, file, choices)
    raise refuse(
        file,
        "has no readable device tree or ACPI tables; root can read both",
    )


def _with_tree(files: Inputs, found: Tree, file: str, choices: Choices) -> Platform:
    used = proc.gic_irqs(files)
    platform = devicetree.platform(found, file, choices, proc.ram(files), used)
    caches = proc.caches(files, len(platform.cpus))
    if not caches:
        return platform
    cpus = proc.with_cores(files, proc.with_clusters(platform.cpus, caches))
    return replace(platform, cpus=cpus, caches=tuple(caches))


def _tree(files: Inputs, file: str) -> Tree | None:
    blob = files.get(inputs.FDT)
    if blob is not None:
        return nodes.parse(blob, file)
    start = len(inputs.DEVICE_TREE)
    live = {
        name[start:]: content
        for name, content in files.items()
        if name.startswith(inputs.DEVICE_TREE)
    }
    return nodes.from_files(live, file) if live else None
