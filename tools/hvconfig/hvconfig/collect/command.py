# SPDX-License-Identifier: GPL-2.0
"""The command collect."""

import argparse
import pathlib
from dataclasses import dataclass, field, replace

from ..arch import arch_of
from ..check.cell import NAME
from ..check.platform import check_platform
from ..files import read_file
from ..model import Platform, Range
from ..problems import ConfigError, Problem, Report, Where, refuse
from ..read import platform as platform_yaml, yaml_lines
from ..tree import nodes
from ..units import parse_irqs, parse_size
from ..write import yaml_text
from ..write.platform import platform_data
from . import collect, devicetree, inputs
from .devicetree import Choices

_HEADER = """\
# Written by hvconfig collect. To be checked with the machine's manual: RAM and
# what firmware reserves of it, that no device is wired to spare_irqs, which
# devices do DMA (dma).

"""


@dataclass
class Result:
    text: str
    problems: list[Problem] = field(default_factory=list)  # reported as warnings
    # path and content of files to write
    files: dict[str, bytes] = field(default_factory=dict)


def run(options: argparse.Namespace) -> Result:
    """Collects as the options say. Raises ConfigError; writes no files."""
    if options.name and not NAME.fullmatch(options.name):
        raise refuse(
            f"--name {options.name:.40}",
            "is not a name: 1 to 31 letters, digits, '_' and '-'",
        )
    choices = Choices(
        name=options.name or "",
        ram=[_ram(text) for text in options.ram],
        spare=_irqs(options.spare_irqs or ""),
    )
    found, source = _inputs(options)
    files: dict[str, bytes] = {}
    if options.archive:
        files[options.archive] = inputs.pack(found)
    try:
        platform = collect.from_inputs(found, source, choices)
        if options.keep_dtb:
            name, blob = _blob(found, source, options.output)
            files[str(pathlib.Path(options.output).with_name(name))] = blob
            platform = replace(platform, dtb=name)
    except ConfigError as error:
        if not files:
            raise
        # Without a platform file, the archive of inputs helps to find the cause.
        return Result("", error.problems, files)
    text = render(platform)
    if options.output:
        files[options.output] = text.encode()
    return Result(text, _problems(text, options.output or source), files)


def render(platform: Platform) -> str:
    """The platform file."""
    data = {"name": platform.name} if platform.name else {}
    if platform.dtb:
        data["dtb"] = platform.dtb
    return _HEADER + yaml_text.render(data | platform_data(platform))


def _inputs(options: argparse.Namespace) -> tuple[inputs.Inputs, str]:
    if options.dtb:
        blob = read_file(options.dtb, nodes.MAX_BYTES)
        return {inputs.FDT: blob}, options.dtb
    if options.archive_from:
        return inputs.unpack(options.archive_from), options.archive_from
    return inputs.of_machine(), "this machine"


def _blob(found: inputs.Inputs, source: str, output: str | None) -> tuple[str, bytes]:
    if inputs.FDT not in found:
        raise refuse(source, "has no device tree blob to keep (only root can read it)")
    if not output:
        raise refuse("--keep-dtb", "needs -o OUT.yaml")
    return pathlib.Path(output).with_suffix(".dtb").name, found[inputs.FDT]


def _problems(text: str, file: str) -> list[Problem]:
    """Returns what check finds. All are warnings: the user can correct the file."""
    report = Report()
    document = yaml_lines.parse(text, file)
    platform = platform_yaml.from_document(document, (), report, "platform")
    if platform is not None:
        check_platform(platform, report)
        if (
            arch_of(platform).spare_irqs_in_blobs
            and len(platform.spare_irqs) + 1 < devicetree.N_SPARE
        ):
            report.warning(
                platform.where,
                "spare_irqs",
                f"only {len(platform.spare_irqs)} interrupts are known to have no "
                "device: only as many cells can have a console with an interrupt",
                "look for more in the machine's manual, and use --spare-irqs",
            )
    # No line numbers: the platform is not written to a file yet.
    return [
        replace(x, where=Where(x.where.file, 0), severity="warning")
        for x in sorted(set(report.problems))
        if not x.message.startswith("there is no file")
    ]


def _ram(text: str) -> Range:
    """From AT:SIZE."""
    at, colon, size = text.partition(":")
    try:
        found = Range(parse_size(at), parse_size(size))
    except ValueError:
        found = Range(0, 0)
    if not colon or not found.size or found.end > 1 << 64:
        raise refuse(f"--ram {text}", "is not AT:SIZE, as in 0x80000000:2G")
    return found


def _irqs(text: str) -> list[int]:
    """From 240-248 or 33,40,42."""
    result: list[int] = []
    for part in text.split(",") if text else []:
        try:
            first, count = parse_irqs(part)
        except ValueError as error:
            raise refuse("--spare-irqs", str(error)) from None
        if first < 32 or first + count > 1020:
            raise refuse("--spare-irqs", f"{part} is not in 32..1019")
        result += range(first, first + count)
    if len(result) > 17 or len(set(result)) != len(result):
        raise refuse("--spare-irqs", "takes up to 17 different interrupts")
    return result
