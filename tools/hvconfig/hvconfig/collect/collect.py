# SPDX-License-Identifier: GPL-2.0
"""The sources of a platform, and what is made of them."""

from dataclasses import replace

from ..model import Platform
from ..read.yaml_lines import read_file, refuse
from ..tree import nodes
from ..tree.nodes import Tree
from . import acpi, acpi_machine, devicetree, inputs, proc
from .devicetree import Wishes
from .inputs import Inputs


def from_blob(path: str, wishes: Wishes) -> Platform:
    """A device tree blob and nothing else."""
    blob = read_file(path, nodes.MAX_BYTES)
    return devicetree.platform(nodes.parse(blob, path), path, wishes)


def from_inputs(files: Inputs, file: str, wishes: Wishes) -> Platform:
    """Raw inputs of a machine; file: what to call them."""
    found = _tree(files, file)
    if found is not None and found.root.child("cpus") is not None:
        return _with_tree(files, found, file, wishes)
    if acpi.Madt(files):
        return acpi_machine.platform(files, file, wishes)
    raise refuse(
        file,
        "has neither a device tree nor ACPI tables that could be read; root may read "
        "both",
    )


def _with_tree(files: Inputs, found: Tree, file: str, wishes: Wishes) -> Platform:
    used = proc.gic_irqs(files)
    platform = devicetree.platform(found, file, wishes, proc.ram(files), used)
    caches = proc.caches(files, len(platform.cpus))
    if not caches:
        return platform
    cpus = proc.with_clusters(platform.cpus, caches)
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
