# SPDX-License-Identifier: GPL-2.0
"""Explains why a cell stopped, and what would allow the access."""

from dataclasses import replace

from ..arch import ARM64, arch_of
from ..model import Cell, Range, System
from ..problems import did_you_mean
from . import owner, words
from .esr import SYSREG, Syndrome
from .owner import Answer
from .records import Failure

# Stop reasons without details, and a sentence in addition to hvctl's.
_ENDS = {
    "none": "",
    "off": "This is not a failure.",
    "requested": "This is not a failure.",
    "forced": "That is hvctl cell shutdown --force, or destroy.",
    "cpu-lost": "",
    "port": "",
}


def explain(failure: Failure, system: System | None) -> Answer:
    """Explains a stop.

    Without the system it names no owners and suggests no changes.
    """
    answer = Answer()
    cell = _cell(failure, system, answer)
    if system is not None and not arch_of(system.platform).decodes_syndrome:
        failure = replace(failure, syndrome=None)
    title = f"cell '{failure.cell}'" if failure.cell else "the cell"
    title = title[0].upper() + title[1:]
    if failure.reason in _ENDS:
        answer.say(f"{title} {_words(failure)}.")
        answer.say(_ENDS[failure.reason])
        if failure.reason == "port" and failure.guest_address is not None:
            answer.say(f"The port is {failure.guest_address:#x}.")
        return answer
    if failure.reason == "reset":
        _reset(title, failure, cell, answer)
    elif failure.reason in ("access", "fetch", "mmio"):
        _access(title, failure, cell, system, answer)
    elif failure.reason == "trap":
        _trap(title, failure, answer)
    elif failure.reason == "serror":
        answer.say(
            f"{title} {_words(failure)}: a device answered an access with an "
            "error, some time after it. Devices do that when they are off or have "
            "no clock."
        )
    elif failure.reason == "hypervisor-fault":
        answer.say(
            f"{title} {_words(failure)}: memory or a device answered with an error, "
            'or the hypervisor has a defect. "hvctl log" says where; please report it.'
        )
    else:
        answer.say(
            f"{title} stopped for reason {failure.reason}, which this version of "
            "hvconfig doesn't know: it is older than the hypervisor."
        )
    _place(failure, cell, answer)
    return answer


def _words(failure: Failure) -> str:
    return {row[2]: str(row[3]) for row in words.table("stops")}[failure.reason]


def _cell(failure: Failure, system: System | None, answer: Answer) -> Cell | None:
    if system is None:
        return None
    cells = [x for x in (system.root, *system.cells) if x.name == failure.cell]
    if not cells:
        hint = did_you_mean(failure.cell, [x.name for x in system.cells])
        shown = f"'{failure.cell}'" if failure.cell else "without a name (--cell)"
        answer.say(f"The system {system.name} has no cell {shown}.")
        answer.say(hint[:1].upper() + hint[1:] if hint.endswith("?") else "")
        return None
    return cells[0]


def _way(failure: Failure) -> str:
    if failure.reason == "fetch":
        return "fetch"
    write = failure.syndrome is not None and Syndrome(failure.syndrome).write
    return "write" if write else "read"


def _access(
    title: str,
    failure: Failure,
    cell: Cell | None,
    system: System | None,
    answer: Answer,
) -> None:
    way = _way(failure)
    did = {"read": "read", "write": "wrote", "fetch": "jumped to"}[way]
    syndrome = Syndrome(failure.syndrome or 0)
    if syndrome.own_tables:
        did = "has its translation tables at"
    elif way != "fetch" and failure.syndrome is None:
        did = "accessed"
    bytes_ = f"{syndrome.size} bytes at " if syndrome.size and way != "fetch" else ""
    address = failure.guest_address
    if address is None:
        answer.say(f"{title} {did} an address that the record doesn't contain.")
        return
    virtual = failure.virtual_address
    also = f" (virtual {virtual:#x})" if virtual not in (None, address) else ""
    answer.say(f"{title} {did} {bytes_}guest address {address:#x}{also}.")
    if failure.reason == "mmio":
        answer.say(
            "Emulated devices support aligned loads and stores of one register; "
            f"this was another instruction{_others(system)}. Compilers emit such "
            "instructions: use an accessor with inline assembly."
        )
    if cell is None or system is None:
        return
    found = owner.ask(system, cell, address, way)
    answer.sentences += found.sentences
    answer.lines = found.lines


def _others(system: System | None) -> str:
    """Examples of unemulated instructions that compilers emit."""
    return (arch_of(system.platform) if system else ARM64).unemulated


def _trap(title: str, failure: Failure, answer: Answer) -> None:
    if failure.syndrome is None:
        answer.say(f"{title} {_words(failure)}.")
        return
    syndrome = Syndrome(failure.syndrome)
    answer.say(f"{title} {_words(failure)}: {syndrome.words()}.")
    if syndrome.kind == SYSREG:
        answer.say(
            "No key of a config allows it, as it would affect more than the cell."
        )


def _reset(title: str, failure: Failure, cell: Cell | None, answer: Answer) -> None:
    answer.say(f"{title} {_words(failure)}.")
    if cell is None or cell.root:
        return
    rights = ", ".join(dict.fromkeys([*cell.rights, "reset"]))
    answer.lines = [
        "cells:",
        f"  {cell.name}:",
        f"    rights: [{rights}]",
        "    image: true",
    ]


def _place(failure: Failure, cell: Cell | None, answer: Answer) -> None:
    """Locates the program counter in the cell's memory."""
    if failure.pc is None:
        return
    cpu = f" on CPU {failure.cpu}" if failure.cpu is not None else ""
    words = f"The program counter{cpu} was {failure.pc:#x}"
    inside = None
    for region in cell.regions if cell else ():
        if region.guest_range.contains(Range(failure.pc, 1)):
            inside = region
    if inside is None:
        where = ", outside the cell's memory (or it is a virtual address)"
        answer.say(words + (where if cell else "") + ".")
        return
    answer.say(
        f"{words}, {failure.pc - inside.guest:#x} after the start of its "
        f"{inside.name or 'memory'} at {inside.guest:#x}; addr2line -e PROGRAM.elf "
        f"{failure.pc:#x} shows the line."
    )
