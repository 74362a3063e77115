# SPDX-License-Identifier: GPL-2.0
"""Writes a first system for a platform, from options or answers.

    NAME:cpus=2-3,ram=16M,console,devices=uart1+can0,shared=root:64K
"""

import os
import pathlib
import re
from dataclasses import dataclass, field, replace

from ..check.system import check_system
from ..model import Platform
from ..problems import ConfigError, Problem, Report, Where, did_you_mean
from ..read import yaml_lines
from ..read.system import system_from
from ..units import format_irqs, parse_irqs, parse_size

NAME = re.compile(r"[A-Za-z0-9_-]{1,31}")
SCHEMA = pathlib.Path(__file__).resolve().parents[1] / "schema" / "system.json"
IRQ_MODES = ("list", "direct")
RAM = "16M"
_LINUX_RAM = "256M"


class Bad(ValueError):
    """An invalid option or answer; the text explains it."""


@dataclass
class Draft:
    """A requested cell."""

    name: str
    cpus: list[int] = field(default_factory=list)  # empty: the last free CPU
    ram: list[str] = field(default_factory=list)
    console: bool = False
    linux: bool = False
    image: bool = False
    irq_mode: str = "list"
    devices: list[str] = field(default_factory=list)
    # pairs: the name of the other cell, the size
    shared: list[tuple[str, str]] = field(default_factory=list)
    not_with: list[str] = field(default_factory=list)
    option: str = ""  # the option that requests it; empty: answers


def parse_cell(text: str) -> Draft:
    """The cell of an option --cell. Raises Bad."""
    name, _, rest = text.partition(":")
    draft = Draft(parse_name(name), option=f"--cell {text}")
    for part in rest.split(",") if rest else []:
        key, equals, value = part.partition("=")
        if key in ("console", "linux", "image"):
            if equals:
                raise Bad(f"'{key}' takes no value: {name}:...,{key}")
            setattr(draft, key, True)
        elif key not in _READERS:
            hint = did_you_mean(key, [*_READERS, "console", "linux", "image"])
            raise Bad(f"{name}: unknown property '{part}'; {hint}")
        elif not value:
            raise Bad(f"{name}: '{key}' needs a value: {key}={_EXAMPLES[key]}")
        else:
            setattr(draft, key, _READERS[key](value))
    if not draft.ram:
        draft.ram = [_LINUX_RAM if draft.linux else RAM]
    return draft


def parse_name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise Bad(f"'{text}' is not a valid name: 1 to 31 letters, digits, '_' and '-'")
    return text


def name_from(platform: str) -> str:
    """A system's name, derived from the platform's name."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", platform)[:25] + "-first"


def parse_cpus(text: str) -> list[int]:
    """Parses a list of CPUs: 3, 2-3 or 1+3."""
    cpus: list[int] = []
    for part in _words(text):
        try:
            first, count = parse_irqs(part)
        except ValueError:
            first, count = 0, 0
        if not 0 < count <= 64:
            raise Bad(f"'{part}' is neither a CPU nor a range such as 2-3")
        cpus += range(first, first + count)
    return sorted(set(cpus))


def parse_ram(text: str) -> list[str]:
    return [parse_ram_size(part) for part in _words(text)]


def parse_ram_size(text: str) -> str:
    try:
        if parse_size(text) > 0:
            return text
    except ValueError:
        pass
    raise Bad(f"'{text}' is not a size such as 64K, 16M or 1G")


def parse_irq_mode(text: str) -> str:
    if text not in IRQ_MODES:
        raise Bad(f"interrupts can be {' or '.join(IRQ_MODES)}, not '{text}'")
    return text


def parse_devices(text: str) -> list[str]:
    return [parse_name(part) for part in _words(text)]


def parse_shared(text: str) -> list[tuple[str, str]]:
    """Parses requests for shared memory: root:64K, several joined by +."""
    shared = []
    for part in _words(text):
        other, colon, size = part.partition(":")
        if not colon:
            raise Bad(f"'{part}' has no size; use {part}:64K")
        shared.append((parse_name(other), parse_ram_size(size)))
    return shared


def _words(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[+, ]+", text.strip()) if part.strip()]


_READERS = {
    "cpus": parse_cpus,
    "ram": parse_ram,
    "irq_mode": parse_irq_mode,
    "devices": parse_devices,
    "shared": parse_shared,
    "not_with": parse_devices,
}
_EXAMPLES = {
    "cpus": "2-3",
    "ram": "16M",
    "irq_mode": "direct",
    "devices": "uart1+can0",
    "shared": "root:64K",
    "not_with": "other",
}


def choose_cpus(machine: Platform, drafts: list[Draft]) -> None:
    """Gives the last free CPU to each cell without CPUs. Raises Bad."""
    for draft in drafts:
        if not draft.cpus:
            free = free_cpus(machine, [x for x in drafts if not _apart(x, draft)])
            if not free:
                raise Bad(f"{draft.name}: no CPU is left for it: root needs one, too")
            draft.cpus = [free[-1]]


def _apart(one: Draft, other: Draft) -> bool:
    return any(
        "all" in a.not_with or b.name in a.not_with
        for a, b in ((one, other), (other, one))
        if a is not b
    )


def free_cpus(machine: Platform, drafts: list[Draft]) -> list[int]:
    """Returns the CPUs without owner, except one that root keeps."""
    taken = {cpu for draft in drafts for cpu in draft.cpus}
    return [x.number for x in machine.cpus if x.number not in taken][1:]


def render(
    name: str, platform: str, drafts: list[Draft], root_irq_mode: str, schema: str
) -> str:
    """The YAML. platform and schema: paths relative to it."""
    lines = [
        f"# yaml-language-server: $schema={schema}",
        "#",
        "# Assigns the machine's resources. Root has all that no cell has. Addresses",
        "# are chosen, unless they are given. 'hvconfig check' reports problems,",
        "# 'hvconfig draw' shows the system, 'hvconfig build' writes its files.",
        "",
        f"name: {_quoted(name)}",
        f"platform: {_quoted(platform)}",
        "",
        "# The hypervisor's memory is at the end of RAM. Another size:",
        "# hypervisor: {memory: 8M}",
        "",
        "# The root cell: the Linux that was booted.",
        "root:",
        f"  irq_mode: {root_irq_mode}  # list: full isolation; direct: no exits",
        "",
        "cells:",
    ]
    for draft in drafts:
        lines += _cell(draft)
    return "\n".join(lines) + "\n"


def _cell(draft: Draft) -> list[str]:
    cpus = ", ".join(str(cpu) for cpu in draft.cpus)
    ram = draft.ram[0] if len(draft.ram) == 1 else f"[{', '.join(draft.ram)}]"
    lines = [f"cpus: [{cpus}]  # its own CPUs", f"ram: {ram}"]
    if draft.linux:
        lines.append("linux: true  # build writes its device tree")
    if draft.console:
        lines.append("console: true  # root reads it with hvctl cell console")
    if draft.devices:
        lines.append(f"devices: [{', '.join(map(_quoted, draft.devices))}]")
    if draft.irq_mode != "list":
        lines.append(f"irq_mode: {draft.irq_mode}  # its interrupts cause no exits")
    if draft.image:
        lines.append("image: true  # a copy of its RAM, for resets")
        lines.append("rights: [console, reset]")
    if draft.not_with:
        names = ", ".join(map(_quoted, draft.not_with))
        lines.append("not_with: " + ("all" if names == "all" else f"[{names}]"))
    if draft.shared:
        lines.append("shared:")
        for other, size in draft.shared:
            lines.append(f"  - {{with: {_quoted(other)}, size: {size}}}")
    return [f"  {_quoted(draft.name)}:", *(f"    {line}" for line in lines)]


def _quoted(text: str) -> str:
    """Quotes the text if YAML would read it as something else."""
    plain = re.fullmatch(r"(\.\.?/)*[A-Za-z_][A-Za-z0-9_./-]*", text)
    words = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")
    if plain and text.lower() not in words:
        return text
    return "'" + text.replace("'", "''") + "'"


def nearby(path: pathlib.Path, directory: pathlib.Path) -> str:
    """Returns the relative path of a file; the absolute one if it is shorter."""
    relative = os.path.relpath(path.resolve(), directory.resolve())
    return relative if relative.count("..") < 4 else str(path.resolve())


def checked(text: str, file: str, drafts: list[Draft]) -> list[Problem]:
    """Warnings of check. Raises ConfigError for errors.

    As the file isn't written yet, problems name options, not lines.
    """
    options = {draft.name: draft.option for draft in drafts}
    report = Report()
    system = system_from(yaml_lines.parse(text, file), report)
    if system is not None:
        check_system(system, report)
    if report.errors:
        raise ConfigError(
            (
                replace(x, where=Where(options.get(x.name, "")))
                if x.where.file == file
                else x
            )
            for x in report.problems
        )
    return sorted(set(report.problems))


def shown_cpus(cpus: list[int]) -> str:
    """0-2+5"""
    ranges: list[list[int]] = []
    for cpu in cpus:
        if ranges and cpu == sum(ranges[-1]):
            ranges[-1][1] += 1
        else:
            ranges.append([cpu, 1])
    return "+".join(str(format_irqs(first, count)) for first, count in ranges)
