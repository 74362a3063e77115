# SPDX-License-Identifier: GPL-2.0
"""Stock kernel modules in a machine's root file system."""

import lzma
import pathlib

from machine.config import Config
from machine.initrd import with_files


def _read(config: Config, module: str) -> bytes:
    """Returns a module; its path may be left out."""
    base = config.built / f"linux-{config.kernel}" / "modules" / "kernel"
    (found,) = [
        path
        for path in base.rglob(f"{module.rpartition('/')[2]}.ko*")
        if str(path).partition(".ko")[0].endswith(f"/{module}")
    ]
    packed = found.read_bytes()
    return lzma.decompress(packed) if found.suffix == ".xz" else packed


def with_needed(config: Config, *modules: str) -> list[str]:
    """Returns these modules and those that they need, in the order of loading."""
    order: list[str] = []
    for module in modules:
        # The section .modinfo has texts that end with a zero.
        for text in _read(config, module).split(b"\0"):
            if text.startswith(b"depends="):
                needs = filter(None, text.decode().partition("=")[2].split(","))
                order += with_needed(config, *needs)
        order.append(module)
    return list(dict.fromkeys(order))


def with_modules(
    config: Config, modules: tuple[str, ...] | list[str], out: pathlib.Path
) -> Config:
    """Adds these modules of the machine's kernel to its root directory."""
    if not modules:
        return config
    files = {}
    for module in modules:
        file = out / f"{module.rpartition('/')[2]}.ko"
        file.write_bytes(_read(config, module))
        files[f"/{file.name}"] = file
    return with_files(config, files, out / "initrd")
