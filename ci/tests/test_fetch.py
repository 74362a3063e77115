# SPDX-License-Identifier: GPL-2.0
"""What was fetched once is used without a network."""

import os
import pathlib
import subprocess

from machine import SOURCE

NOWHERE = "http://127.0.0.1:9"  # the discard port, where nobody listens


def test_the_cache_is_enough(tmp_path: pathlib.Path) -> None:
    command = [str(SOURCE / "ci" / "fetch"), "--link", str(tmp_path)]
    environment = {**os.environ, "http_proxy": NOWHERE, "https_proxy": NOWHERE}
    subprocess.run(command, env=environment, check=True, timeout=30)
    for kernel in ("6.1", "6.12"):
        assert (tmp_path / f"linux-{kernel}" / "vmlinuz").stat().st_size > 1 << 20
        assert (tmp_path / f"linux-{kernel}" / "headers" / "Makefile").exists()
    assert (tmp_path / "busybox" / "busybox").exists()
