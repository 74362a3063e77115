# SPDX-License-Identifier: GPL-2.0
"""The instruction counter, with a bare program of a known number of instructions."""

import pathlib
import subprocess
from collections.abc import Callable

import pytest
from machine.config import Config
from machine.instruction_counts import Counter, Report
from machine.qemu import Machine

START = 0x40080000  # QEMU's load address of an image without Linux's header
PROGRAM = """
    .global _start
_start:
    mov  x0, #1000
1:  subs x0, x0, #1
    b.ne 1b
    ldr  x0, =0x84000008  // PSCI 1.1 (DEN0022), SYSTEM_OFF
    smc  #0
2:  b    2b
"""


@pytest.fixture
def program(tmp_path: pathlib.Path) -> pathlib.Path:
    source, linked = tmp_path / "program.S", tmp_path / "program"
    image = tmp_path / "program.bin"
    source.write_text(PROGRAM)
    tool = "aarch64-linux-gnu-"
    command = [
        f"{tool}gcc",
        "-nostdlib",
        "-static",
        f"-Wl,-Ttext={START:#x},--build-id=none",
    ]
    subprocess.run([*command, "-o", linked, source], check=True)
    subprocess.run([f"{tool}objcopy", "-O", "binary", linked, image], check=True)
    return image


def test_counts_are_exact(
    new_machine: Callable[[Config], Machine], config: Config, program: pathlib.Path
) -> None:
    loop, done = START + 4, START + 12
    counter = Counter(
        program.with_name("counts"), [(START, START + 64), (loop, done)], [done]
    )
    machine = new_machine(
        config.with_changes(
            smp=2,
            exact=True,
            image=program,
            initrd=pathlib.Path("/dev/null"),
            args=(*counter.arguments, "-no-reboot"),
        )
    )
    machine.start()
    machine.wait_exit()
    at_mark, at_exit = counter.reports()
    assert at_mark == Report(done, 0, [[2001, 2000], [0, 0]])
    # The SMC, which ends the machine, is counted.
    assert at_exit.minus(at_mark) == [[2, 0], [0, 0]]
