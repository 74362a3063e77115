# SPDX-License-Identifier: GPL-2.0
"""Modules of the stock kernel in a machine's root file system."""

import lzma
import pathlib
import subprocess
import sys

from machine import SOURCE, Config


def with_modules(config: Config, modules: tuple[str, ...], out: pathlib.Path) -> Config:
    """The machine with these of its kernel's modules in its root file system, in /."""
    if not modules:
        return config
    files = []
    for module in modules:
        base = config.built / f"linux-{config.kernel}" / "modules" / "kernel"
        (found,) = base.glob(f"{module}.ko*")
        packed = found.read_bytes()
        name = f"{module.rpartition('/')[2]}.ko"
        (out / name).write_bytes(
            lzma.decompress(packed) if found.suffix == ".xz" else packed
        )
        files.append(f"{out / name}=/{name}")
    more, both = out / "more.cpio", out / "both.cpio"
    make = [sys.executable, str(SOURCE / "ci" / "rootfs" / "mkinitramfs.py")]
    make += ["-o", str(more), "--busybox", "/dev/null", "/dev/null", *files]
    subprocess.run(make, check=True)
    _, first = config.files()
    both.write_bytes(first.read_bytes() + more.read_bytes())
    return config.with_changes(initrd=both)
