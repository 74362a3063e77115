# SPDX-License-Identifier: GPL-2.0
"""Every device tree of Debian's kernel package, or every 16th of them.

BULKHEAD_CORPUS=all takes all (make test-all does). The report is printed with
pytest's -s, and by running this file: python3 -m tests.test_corpus.
"""

import collections
import concurrent.futures
import os
import pathlib
import re
import sys
import traceback
from typing import NamedTuple

import pytest

from hvconfig import check_platform, yamlpos
from hvconfig import platform as platform_yaml
from hvconfig.collect import collect, command
from hvconfig.collect.devicetree import Wishes
from hvconfig.model import Platform, Range
from hvconfig.problems import ConfigError, Report

from tests.trees import corpus

STEP = 1 if os.environ.get("BULKHEAD_CORPUS") == "all" else 16
# For trees that leave RAM to the boot loader.
USUAL_RAM = [Range(at, 1 << 30) for at in (0x80000000, 0x40000000, 0)]


class Result(NamedTuple):
    path: pathlib.Path
    passed: bool
    reasons: tuple[str, ...] = ()  # why not, or what a build would refuse
    trace: str = ""


def examine(path: pathlib.Path) -> Result:
    """Collects one blob; the platform must come back from its YAML unchanged."""
    try:
        platform = collect_it(path)
        text = command.render(platform)
        report = Report()
        document = yamlpos.parse(text, "out.yaml")
        again = platform_yaml.from_document(document, (), report, "out")
        assert again == platform, "the YAML says something else"
        check_platform.check(platform, report)
        reasons = tuple(_general(x.message) for x in report.problems)
        return Result(path, not report.errors, reasons)
    except ConfigError as error:
        reasons = tuple(_general(x.message) for x in error.problems)
        return Result(path, False, reasons)
    except Exception:  # that there is none is what is tested
        return Result(path, False, (), traceback.format_exc())


def collect_it(path: pathlib.Path) -> Platform:
    """With the RAM that a boot loader would add, where the tree leaves that open."""
    try:
        return collect.from_blob(str(path), Wishes())
    except ConfigError as error:
        if "--ram" not in str(error):
            raise
    devices = collect.from_blob(str(path), Wishes(ram=[Range(1 << 40, 1 << 30)]))
    taken = [reg for x in devices.devices.values() for reg in x.regs]
    taken += devices.gic.ranges
    for ram in USUAL_RAM:
        if not any(ram.overlaps(reg) for reg in taken):
            break
    return collect.from_blob(str(path), Wishes(ram=[ram]))


def _general(message: str) -> str:
    """Without what is different for each board."""
    return re.sub(r"0x[0-9a-f]+(-0x[0-9a-f]+)?|\b\d+\b", "N", message)


def run(paths: list[pathlib.Path]) -> list[Result]:
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(examine, paths, chunksize=4))


def report(results: list[Result]) -> str:
    """How many pass, and the reasons why others don't, by how many have each."""
    passed = sum(result.passed for result in results)
    lines = [f"{passed} of {len(results)} device trees pass"]
    groups: dict[str, list[str]] = collections.defaultdict(list)
    for result in results:
        for reason in set(result.reasons):
            groups[reason].append(f"{result.path.parent.name}/{result.path.stem}")
    for reason, names in sorted(groups.items(), key=lambda x: -len(x[1])):
        shown = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
        lines.append(f"{len(names):5}  {reason} ({shown})")
    return "\n".join(lines)


@pytest.mark.skipif(not corpus(), reason="needs the kernel package of ci/fetch")
def test_every_board() -> None:
    results = run(corpus()[::STEP])
    print(report(results))
    assert [result.trace for result in results if result.trace] == []
    passed = sum(result.passed for result in results)
    assert passed >= 0.95 * len(results), report(results)


if __name__ == "__main__":
    STEP = int((sys.argv[1:] or ["1"])[0])
    found = run(corpus()[::STEP])
    print(report(found), *(result.trace for result in found), sep="\n")
