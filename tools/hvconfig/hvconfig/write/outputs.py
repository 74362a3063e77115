# SPDX-License-Identifier: GPL-2.0
"""All output files of a system."""

from ..arch import arch_of
from ..model import System
from . import blob, cmdline, header, reserve


def everything(system: System) -> dict[str, bytes]:
    """File names and contents; the same for the same system."""
    name = system.name
    files = {f"{name}.bin": blob.encode(system)}
    if cmdline.can_exclude(system):
        files[f"{name}.cmdline"] = _line(cmdline.render(system))
    has_tree = arch_of(system.platform).has_device_tree
    if has_tree:
        files |= {
            f"{name}-reserved.cmdline": _line(cmdline.render_reserved()),
            f"{name}-reserved.dtsi": reserve.include(system).encode(),
            f"{name}-reserved.dtso": reserve.overlay(system).encode(),
        }
    for cell in system.cells:
        if cell.linux and has_tree:
            from . import cell_tree

            files[f"{name}.{cell.name}.dtb"] = cell_tree.encode(system, cell)
        elif not cell.linux:
            base = f"{name}-{cell.name}"
            files[f"{base}.h"] = header.render(system, cell).encode()
            files[f"{base}.ld"] = header.linker(system, cell).encode()
    return files


def _line(text: str) -> bytes:
    return f"{text}\n".encode()
