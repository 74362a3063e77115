# SPDX-License-Identifier: GPL-2.0
"""Stock kernel modules in a machine's root file system."""

import lzma
import pathlib

from machine.config import Config
from machine.initrd import with_files


def with_modules(config: Config, modules: tuple[str, ...], out: pathlib.Path) -> Config:
    """Adds these modules of the machine's kernel to its root directory."""
    if not modules:
        return config
    files = {}
    for module in modules:
        base = config.built / f"linux-{config.kernel}" / "modules" / "kernel"
        (found,) = base.glob(f"{module}.ko*")
        packed = found.read_bytes()
        file = out / f"{module.rpartition('/')[2]}.ko"
        file.write_bytes(lzma.decompress(packed) if found.suffix == ".xz" else packed)
        files[f"/{file.name}"] = file
    return with_files(config, files, out / "initrd")
