# SPDX-License-Identifier: GPL-2.0
"""cpio can read the archive, which has the same bytes each time."""

import pathlib
import subprocess
import sys

from machine.paths import SOURCE

TOOL = SOURCE / "ci" / "rootfs" / "mkinitramfs.py"


def make(directory: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOL), "-o", str(directory / "out.cpio")]
    command += ["--busybox", str(directory / "busybox"), str(directory / "list")]
    return subprocess.run([*command, *arguments], capture_output=True, text=True)


def test_contents(tmp_path: pathlib.Path) -> None:
    (tmp_path / "busybox").write_bytes(b"program")
    (tmp_path / "extra").mkdir()
    (tmp_path / "extra" / "one").write_text("1")
    (tmp_path / "list").write_text(
        "# comment\ndir /etc 0750\nfile /bin/busybox 0755 {busybox}\n"
        "link /bin/sh busybox\nnode /dev/console 0600 5 1\n"
    )
    assert make(tmp_path, f"{tmp_path}/extra/*=/lib/extra/", "/no*=/x").returncode == 0
    first = (tmp_path / "out.cpio").read_bytes()
    listing = subprocess.run(
        ["cpio", "-t", "--quiet"], input=first, capture_output=True, check=True
    )
    assert listing.stdout.decode().split() == [
        *("etc", "bin", "bin/busybox", "bin/sh", "dev", "dev/console"),
        *("lib", "lib/extra", "lib/extra/one"),
    ]
    (tmp_path / "out.cpio").unlink()
    make(tmp_path, f"{tmp_path}/extra/*=/lib/extra/")
    assert (tmp_path / "out.cpio").read_bytes() == first


def test_a_mistake_is_named_with_its_line(tmp_path: pathlib.Path) -> None:
    (tmp_path / "list").write_text("dir /etc 0755\nflie /x 0644 y\n")
    result = make(tmp_path)
    assert result.returncode == 1
    assert "list:2: 'flie' is none of dir, file, link, node" in result.stderr
    assert not (tmp_path / "out.cpio").exists()
