# SPDX-License-Identifier: GPL-2.0
"""Additional files in a machine's root file system, for one run."""

import pathlib
import subprocess
import sys
from collections.abc import Mapping

from machine.config import Config
from machine.paths import SOURCE

MAKE = SOURCE / "ci" / "rootfs" / "mkinitramfs.py"


def with_files(
    config: Config, files: Mapping[str, pathlib.Path], initrd: pathlib.Path
) -> Config:
    """Adds files, by their paths in the machine; the archive is written to "initrd".

    Linux unpacks concatenated archives one after the other.
    """
    _, usual = config.files()
    more = initrd.with_name(f"{initrd.name}.more")
    command = [sys.executable, str(MAKE), "-o", str(more), "--busybox", "/dev/null"]
    added = [f"{source}={path}" for path, source in files.items()]
    subprocess.run([*command, "/dev/null", *added], check=True)
    initrd.write_bytes(usual.read_bytes() + more.read_bytes())
    more.unlink()
    return config.with_changes(initrd=initrd)
