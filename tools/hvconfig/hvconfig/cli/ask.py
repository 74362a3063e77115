# SPDX-License-Identifier: GPL-2.0
"""Asks the questions of hvconfig new on a terminal."""

import sys
from collections.abc import Callable
from typing import TypeVar

from ..model import Platform
from ..problems import did_you_mean
from . import new

Answer = TypeVar("Answer")


class CutOff(Exception):
    """The terminal was closed before the last answer."""


def ask(question: str, default: str, read: Callable[[str], Answer]) -> Answer:
    """Asks until the answer is valid; an empty answer is the default."""
    shown = f" [{default}]" if default else ""
    while True:
        print(f"{question}{shown}: ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            print(file=sys.stderr)
            raise CutOff
        try:
            return read(line.strip() or default)
        except new.Bad as bad:
            print(f"  {bad}", file=sys.stderr)


def system(machine: Platform, name: str) -> tuple[str, str, list[new.Draft]]:
    """Asks for name, root's interrupt mode and cells."""
    memory = sum(item.size for item in machine.ram) >> 20
    print(
        f"{machine.model or machine.name}: {len(machine.cpus)} CPUs, {memory} MiB "
        f"of RAM, {len(machine.devices)} devices. An empty answer selects the "
        "value in brackets.",
        file=sys.stderr,
    )
    name = ask("Name of the system", name, new.parse_name)
    mode = ask("Interrupts of root: list or direct", "list", new.parse_irq_mode)
    drafts: list[new.Draft] = []
    while new.free_cpus(machine, drafts):
        question = f"Name of {'another' if drafts else 'a'} cell (- ends)"
        default = "-" if drafts else "cell"
        cell = ask(question, default, lambda text: _cell_name(text, drafts))
        if cell == "-":
            break
        drafts.append(_cell(machine, cell, drafts))
    return name, mode, drafts


def _cell_name(text: str, drafts: list[new.Draft]) -> str:
    if text == "-":
        if not drafts:
            raise new.Bad("a system needs at least one cell besides root")
        return text
    if text in ("root", *(draft.name for draft in drafts)):
        raise new.Bad(f"the name '{text}' is used already")
    return new.parse_name(text)


def _cell(machine: Platform, name: str, drafts: list[new.Draft]) -> new.Draft:
    draft = new.Draft(name)
    free = new.free_cpus(machine, drafts)

    def cpus(text: str) -> list[int]:
        wanted = new.parse_cpus(text)
        for cpu in wanted:
            if cpu not in free:
                raise new.Bad(
                    f"CPU {cpu} is not free; free CPUs: {new.shown_cpus(free)}"
                )
        return wanted

    def devices(text: str) -> list[str]:
        wanted = [] if text == "none" else new.parse_devices(text)
        for device in wanted:
            if device not in machine.devices:
                hint = did_you_mean(device, machine.devices)
                raise new.Bad(f"there is no device '{device}'; {hint}")
        return wanted

    def shared(text: str) -> list[tuple[str, str]]:
        return [] if text == "none" else [("root", new.parse_ram_size(text))]

    known = f"  CPUs (free: {new.shown_cpus(free)})"
    draft.cpus = ask(known, str(free[-1]), cpus)
    draft.linux = ask("  Does Linux run in it", "no", _yes)
    draft.ram = ask("  RAM", "256M" if draft.linux else new.RAM, new.parse_ram)
    draft.console = ask("  A console", "yes", _yes)
    draft.irq_mode = ask("  Interrupts: list or direct", "list", new.parse_irq_mode)
    draft.devices = ask("  Devices", "none", devices)
    draft.shared = ask("  Memory shared with root", "none", shared)
    return draft


def _yes(text: str) -> bool:
    if text.lower() not in ("y", "yes", "n", "no"):
        raise new.Bad("the answer is yes or no")
    return text.lower().startswith("y")
