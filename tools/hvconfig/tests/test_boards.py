# SPDX-License-Identifier: GPL-2.0
"""The platforms under configs/ are what collect writes."""

import pathlib
import shutil

import pytest

from tests.boards import BOARDS, QEMU, blob, collected, platform_file
from tests.helpers import SOURCE

# The package that the boards' device trees are from; later ones differ.
PACKAGE = "linux-image-6.12.117+deb12-arm64"


def test_every_platform_is_collected() -> None:
    shipped = (SOURCE / "configs" / "platforms").glob("*.yaml")
    assert sorted(path.stem for path in shipped) == sorted(BOARDS)


@pytest.mark.parametrize("name", BOARDS)
def test_a_platform_is_what_collect_writes(name: str, tmp_path: pathlib.Path) -> None:
    if name == QEMU and not shutil.which("qemu-system-aarch64"):
        pytest.skip("needs QEMU")
    source = blob(name, tmp_path)
    if source is None or name != QEMU and PACKAGE not in source.parts:
        pytest.skip(f"needs {PACKAGE}, which ci/fetch gets")
    text = platform_file(name).read_text()
    assert text.partition("\n\n")[2] == collected(name, source)
