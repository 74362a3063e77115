# SPDX-License-Identifier: GPL-2.0
"""The platforms under configs/ are what collect writes."""

import pathlib
import shutil

import pytest

from hvconfig import check_platform, cli, load

from tests.boards import BOARDS, QEMU, blob, collected, platform_file
from tests.helpers import BOARD_SYSTEMS, SOURCE

# The package that the boards' device trees are from; later ones differ.
PACKAGE = "linux-image-6.12.117+deb12-arm64"


def test_every_platform_is_collected() -> None:
    """All but that of the emulated PC, which has no device tree."""
    shipped = (SOURCE / "configs" / "platforms").glob("*.yaml")
    assert sorted(path.stem for path in shipped) == sorted([*BOARDS, "qemu-q35"])


@pytest.mark.parametrize("name", BOARDS)
def test_a_platform_is_what_collect_writes(name: str, tmp_path: pathlib.Path) -> None:
    if name == QEMU and not shutil.which("qemu-system-aarch64"):
        pytest.skip("needs QEMU")
    source = blob(name, tmp_path)
    if source is None or name != QEMU and PACKAGE not in source.parts:
        pytest.skip(f"needs {PACKAGE}, which ci/fetch gets")
    text = platform_file(name).read_text()
    assert text.partition("\n\n")[2] == collected(name, source)


@pytest.mark.parametrize("name", sorted(set(BOARDS) - {QEMU}))
def test_boards_say_that_they_were_not_tried(name: str) -> None:
    for kind in ("platforms", "systems"):
        path = SOURCE / "configs" / kind / f"{name}.yaml"
        assert "Not run on hardware" in path.read_text()


@pytest.mark.parametrize("path", BOARD_SYSTEMS, ids=[x.stem for x in BOARD_SYSTEMS])
def test_a_board_s_system_passes_check_and_is_built_if_it_can_be(
    path: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    platform = load.load_system(str(path)).platform
    reasons = check_platform.unsupported(platform)
    assert cli.main(["check", str(path)]) == 0
    told = [x for x in capsys.readouterr().err.splitlines() if ": warning: " in x]
    assert len(told) == len(reasons), told
    out = tmp_path / "out.bin"
    assert cli.main(["build", str(path), "-o", str(out)]) == (1 if reasons else 0)
    assert out.exists() == (not reasons)
