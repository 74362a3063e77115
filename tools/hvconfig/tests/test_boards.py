# SPDX-License-Identifier: GPL-2.0
"""The platforms in configs/ equal what collect writes."""

import pathlib
import shutil

import pytest

from hvconfig.check.platform import unsupported
from hvconfig.cli.main import main
from hvconfig.problems import Report
from hvconfig.read import platform
from hvconfig.read.system import load_system

from tests.boards import BOARDS, QEMU, blob, collected, platform_file
from tests.helpers import BOARD_SYSTEMS, SOURCE

# The version of the package that has the boards' trees; other versions differ.
PACKAGE = "linux-image-6.12.117+deb12-arm64"
KERNELS = ["linux-6.1", "linux-6.12"]


def test_every_platform_is_collected() -> None:
    """The emulated PC's has no device tree; all others are collected from theirs."""
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


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("name", sorted(set(BOARDS) - {QEMU}))
def test_every_kernel_describes_the_same_machine(
    name: str, kernel: str, tmp_path: pathlib.Path
) -> None:
    """Later kernels add nodes and change names; the hardware is the same."""
    source = blob(name, tmp_path, kernel)
    if source is None:
        pytest.skip(f"needs {kernel}, which ci/fetch gets")
    again = tmp_path / "again.yaml"
    again.write_text(collected(name, source))
    ours = platform.load_platform(str(platform_file(name)), Report())
    theirs = platform.load_platform(str(again), Report())
    assert ours and theirs
    assert [x.hw_id for x in ours.cpus] == [x.hw_id for x in theirs.cpus]
    for part in ("ram", "gic", "timer", "psci"):
        assert getattr(ours, part) == getattr(theirs, part), part
    one, two = (
        {x.path: (x.regs, x.irqs) for x in y.devices.values()} for y in (ours, theirs)
    )
    both = one.keys() & two.keys()
    assert len(both) >= 0.9 * min(len(one), len(two))
    corrected = [path for path in both if one[path] != two[path]]
    assert len(corrected) <= 0.1 * len(both), corrected


@pytest.mark.parametrize("name", sorted(set(BOARDS) - {QEMU}))
def test_boards_say_that_they_were_not_tried(name: str) -> None:
    for kind in ("platforms", "systems"):
        path = SOURCE / "configs" / kind / f"{name}.yaml"
        assert "Not run on hardware" in path.read_text()


@pytest.mark.parametrize("path", BOARD_SYSTEMS, ids=[x.stem for x in BOARD_SYSTEMS])
def test_a_board_s_system_passes_check_and_is_built_if_it_can_be(
    path: pathlib.Path, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    system = load_system(str(path))
    reasons = unsupported(system.platform)
    functions = [number for cell in system.cells for number in cell.functions]
    assert main(["check", str(path)]) == 0
    told = [x for x in capsys.readouterr().err.splitlines() if ": warning: " in x]
    by_itself = [x for x in told if "may do DMA" in x]
    assert len(by_itself) == len(functions), told
    assert len(told) - len(by_itself) == len(reasons), told
    out = tmp_path / "out.bin"
    assert main(["build", str(path), "-o", str(out)]) == (1 if reasons else 0)
    assert out.exists() == (not reasons)
