# SPDX-License-Identifier: GPL-2.0
"""Measured runs, in machines that count instructions.

The machine runs a script and powers off without input from outside, so that two runs
are the same to the instruction.
"""

import json
import os
import pathlib
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from machine.board import Board
from machine.config import Config
from machine.errors import MachineError
from machine.initrd import with_files
from machine.instruction_counts import Counter
from machine.paths import BUILD, SOURCE
from machine.process import bound_to_us
from machine.qemu import Machine

TIMEOUT = 600  # seconds of the host; a run takes some ten seconds
# Seconds of the emulated clock, which skips the time when all CPUs sleep: see settle=
# of bench.c.
BENCH_SECONDS = 10

SECTION = re.compile(r"^## (.*)$", re.MULTILINE)
ROW = re.compile(r"^BENCH (\w+) (\d+) (\d+) (\d+)$", re.MULTILINE)
SKIPPED = re.compile(r"^BENCH-SKIP (\w+) (.*)$", re.MULTILINE)


class Row(NamedTuple):
    """The distribution of a figure's samples."""

    min: int
    median: int
    max: int


@dataclass
class Rows:
    """The output of the bench program."""

    rows: dict[str, Row]
    skipped: dict[str, str]  # the reason, by row

    @classmethod
    def parse(cls, text: str) -> "Rows":
        if "BENCH-DONE" not in text or "BENCH-INFO exact no" in text:
            raise MachineError(f"no complete exact benchmark in:\n{text}")
        found = {m[1]: Row(int(m[2]), int(m[3]), int(m[4])) for m in ROW.finditer(text)}
        return cls(found, {m[1]: m[2] for m in SKIPPED.finditer(text)})


@dataclass
class Sections:
    """The texts of the script's output, by their headings."""

    texts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Sections":
        parts = SECTION.split(text)
        return cls(dict(zip(parts[1::2], parts[2::2])))

    def __getitem__(self, name: str) -> str:
        if name not in self.texts:
            raise MachineError(f"the script did not reach '{name}'")
        return self.texts[name]

    def json(self, name: str) -> Any:
        return json.loads(self[name])


def bench_elf(board: Board) -> pathlib.Path:
    return BUILD / board.arch / "inmates" / "obj" / "bench.elf"


def bench_script(cells: Sequence[str], wait: str = f"sleep {BENCH_SECONDS}") -> str:
    """Runs the benchmark in each cell in turn.

    wait: a command that waits until the benchmark of the cell $cell has ended.
    """
    lines = [
        "#!/bin/sh",
        "insmod /lib/modules/bulkhead.ko",
        "echo '## enable'",
        "hvctl enable demo",
    ]
    for cell in cells:
        lines += [
            f"echo '## run {cell}'",
            f"hvctl cell run {cell} /lib/bulkhead/bench.bin",
            f"cell={cell}; {wait}",
            f"echo '## bench {cell}'",
            f"hvctl cell console {cell}",
            f"echo '## status {cell}'",
            "hvctl status --json",
            f"echo '## end {cell}'",
            f"hvctl cell shutdown --force {cell}",
            f"hvctl cell destroy {cell}",
        ]
    return "\n".join([*lines, "echo '## end'", ""])


def run_script(
    script: str,
    counter: Counter | None,
    name: str,
    config: Config = Config(exact=True),
) -> Sections:
    """Boots a machine that runs the script and powers off."""
    # The architectures can be measured side by side.
    name = f"{config.board.key}-{name}"
    program = scratch(f"{name}.sh")
    program.write_text(script)
    program.chmod(0o755)
    config = with_files(config, {"/script": program}, scratch(f"{name}.initrd"))
    config = config.with_changes(
        agent=False,
        append="quiet bulkhead.loglevel=1 bulkhead.run=/script",
        args=counter.arguments if counter else (),
    )
    machine = Machine(config, f"bench-{name}")
    machine.start()
    try:
        machine.wait_exit(TIMEOUT)
    finally:
        machine.close()
    sections = Sections.parse(machine.console_log.read_text().replace("\r", ""))
    if "end" not in sections.texts:
        raise MachineError(f"the script did not end: see {machine.console_log}")
    return sections


def run_native(counter: Counter, board: Board) -> Rows:
    """Runs the benchmark without a hypervisor (arm64: at EL1)."""
    environment = {
        **os.environ,
        "ARCH": board.arch,
        "EXACT": "1",
        "SMP": "2",
        "QEMU_ARGS": " ".join(counter.arguments),
    }
    command = bound_to_us(
        ["sh", str(SOURCE / "inmates/native.sh"), str(bench_elf(board))]
    )
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
    )
    if done.returncode:
        raise MachineError(f"the native run failed: {done.stderr}")
    return Rows.parse(done.stdout)


def scratch(name: str) -> pathlib.Path:
    directory = BUILD / "bench"
    directory.mkdir(parents=True, exist_ok=True)
    return directory / name
