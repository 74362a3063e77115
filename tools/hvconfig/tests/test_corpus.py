# SPDX-License-Identifier: GPL-2.0
"""Every device tree of Debian's kernel package, or every 16th of them, goes all
the way: collect, new with a second cell, check, build.

BULKHEAD_CORPUS=all takes all (make test-all does). The report of one run by hand:

    cd tools/hvconfig && python3 -m tests.test_corpus
"""

import collections
import concurrent.futures
import contextlib
import io
import os
import pathlib
import re
import sys
import tempfile
import traceback
from typing import NamedTuple

import pytest

from hvconfig.check.platform import unsupported
from hvconfig.cli.main import main
from hvconfig.collect import collect
from hvconfig.collect.devicetree import Choices
from hvconfig.model import Platform, Range
from hvconfig.problems import ConfigError, Report
from hvconfig.read import platform as platform_yaml

from tests.trees import corpus

STEP = 1 if os.environ.get("BULKHEAD_CORPUS") == "all" else 16
# For trees that leave RAM to the boot loader.
USUAL_RAM = [Range(at, 1 << 30) for at in (0x80000000, 0x40000000, 0)]

BUILT, DESCRIBED, FAILED, CRASHED = "built", "described only", "failed", "crashed"


class Result(NamedTuple):
    path: pathlib.Path
    end: str
    reasons: tuple[str, ...] = ()  # why nothing was built


class _Failed(Exception):
    pass


def examine(path: pathlib.Path) -> Result:
    """How far one blob gets."""
    try:
        with tempfile.TemporaryDirectory() as place:
            return _examine(path, pathlib.Path(place))
    except _Failed as error:
        return Result(path, FAILED, tuple(str(error).splitlines()))
    except Exception:  # that there is none is what is tested
        return Result(path, CRASHED, (traceback.format_exc(),))


def _examine(path: pathlib.Path, place: pathlib.Path) -> Result:
    board, system, out = (
        str(place / name) for name in ("board.yaml", "system.yaml", "out.bin")
    )
    ram = [f"--ram={x.start:#x}:{x.size:#x}" for x in missing_ram(path)]
    _run("collect", "--dtb", str(path), "-o", board, *ram)
    report = Report()
    platform = platform_yaml.load_platform(board, report)
    assert platform is not None
    choices = Choices(ram=missing_ram(path))
    assert platform == collect.from_blob(str(path), choices), "the YAML says otherwise"
    if len(platform.cpus) < 2:
        return Result(path, DESCRIBED, ("it has one CPU: there is none for a cell",))
    _run("new", board, "--cell", "rt:ram=16M,console", "-o", system)
    _run("check", system)
    reasons = unsupported(platform)
    if reasons:
        return Result(path, DESCRIBED, tuple(_general(x) for x in reasons))
    _run("build", system, "-o", out)
    return Result(path, BUILT)


def _run(*arguments: str) -> None:
    """A command; what it says when it fails, without warnings."""
    told = io.StringIO()
    with contextlib.redirect_stderr(told), contextlib.redirect_stdout(io.StringIO()):
        code = main(list(arguments))
    if code:
        lines = [x for x in told.getvalue().splitlines() if ": warning: " not in x]
        lines = [re.sub(r"^\S*\.(yaml|dtb)(:\d+)?: ", "", x) for x in lines]
        raise _Failed("\n".join(_general(f"{arguments[0]}: {x}") for x in lines))


def missing_ram(path: pathlib.Path) -> list[Range]:
    """The RAM that a boot loader would add, where the tree leaves that open."""
    try:
        collect.from_blob(str(path), Choices())
        return []
    except ConfigError as error:
        if "--ram" not in str(error):
            return []
    elsewhere = Choices(ram=[Range(1 << 40, 1 << 30)])
    taken = _registers(collect.from_blob(str(path), elsewhere))
    free = [x for x in USUAL_RAM if not any(x.overlaps(y) for y in taken)]
    return free[:1] or USUAL_RAM[:1]


def _registers(platform: Platform) -> list[Range]:
    regs = [reg for device in platform.devices.values() for reg in device.regs]
    return regs + platform.gic.ranges


def _general(message: str) -> str:
    """Without what is different for each board."""
    message = re.sub(r"0x[0-9a-f]+(-0x[0-9a-f]+)?|\b\d+[KMG]?\b", "N", message)
    return re.sub(r"\bof \S+ overlaps\b", "of X overlaps", message)


def run(paths: list[pathlib.Path]) -> list[Result]:
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(examine, paths, chunksize=4))


def report(results: list[Result]) -> str:
    """How many get how far, and why others don't, the most frequent reason first."""
    ends = collections.Counter(result.end for result in results)
    counts = ", ".join(f"{number} {end}" for end, number in sorted(ends.items()))
    lines = [f"{len(results)} device trees: {counts}"]
    groups: dict[tuple[str, str], list[str]] = collections.defaultdict(list)
    for result in results:
        for reason in set(result.reasons):
            name = f"{result.path.parent.name}/{result.path.stem}"
            groups[(result.end, reason)].append(name)
    for (end, reason), names in sorted(groups.items(), key=lambda x: -len(x[1])):
        shown = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
        lines.append(f"{len(names):5} {end}: {reason} ({shown})")
    return "\n".join(lines)


@pytest.mark.skipif(not corpus(), reason="needs the kernel package of ci/fetch")
def test_boards_go_all_the_way() -> None:
    results = run(corpus()[::STEP])
    told = report(results)
    print(told)
    assert not [result for result in results if result.end == CRASHED], told
    failed = sum(result.end == FAILED for result in results)
    assert failed <= 0.02 * len(results), told


if __name__ == "__main__":
    print(report(run(corpus()[:: int((sys.argv[1:] or ["1"])[0])])))
