# SPDX-License-Identifier: GPL-2.0
"""What was fetched once is used without a network."""

import os
import pathlib
import subprocess

from machine.paths import SOURCE

NOWHERE = "http://127.0.0.1:9"  # the discard port, where nobody listens


def test_the_cache_is_enough(tmp_path: pathlib.Path) -> None:
    command = [str(SOURCE / "ci" / "fetch"), "--link", str(tmp_path)]
    environment = {**os.environ, "http_proxy": NOWHERE, "https_proxy": NOWHERE}
    subprocess.run(command, env=environment, check=True, timeout=30)
    for kernel in ("6.1", "6.12"):
        assert (tmp_path / f"linux-{kernel}" / "vmlinuz").stat().st_size > 1 << 20
        assert (tmp_path / f"linux-{kernel}" / "headers" / "Makefile").exists()
    assert (tmp_path / "busybox" / "busybox").exists()


def test_sources_without_security(tmp_path: pathlib.Path) -> None:
    """A bare debootstrap lists only main; 6.12 is in security. None: a sentence."""
    programs = tmp_path / "bin"
    programs.mkdir()
    apt_get = programs / "apt-get"
    apt_get.write_text(
        "#!/bin/sh\n"
        '[ "$2" != --print-uris ] || echo '
        "\"'http://mirror.test/debian/dists/bookworm/InRelease' list 0\"\n"
    )
    apt_cache = programs / "apt-cache"
    apt_cache.write_text("#!/bin/sh\n")
    for program in (apt_get, apt_cache):
        program.chmod(0o755)
    cache = tmp_path / "cache"
    done = subprocess.run(
        [str(SOURCE / "ci" / "fetch"), "linux-6.12"],
        env={
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "BULKHEAD_CACHE": str(cache),
        },
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    assert "no linux-image-6.12*-arm64" in done.stderr
    sources = (cache / "apt" / "sources.list").read_text()
    assert "http://mirror.test/debian bookworm main" in sources
    assert "debian-security bookworm-security main" in sources
