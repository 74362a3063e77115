# SPDX-License-Identifier: GPL-2.0
"""Machines that have booted, each kept in a file: the next one of the same kind
goes on from there.

It knows the time of its boot, and its random numbers are those of all the others.
"""

import fcntl
import hashlib
import os
import pathlib
import shlex
import shutil
import time

from machine.config import Config
from machine.errors import MachineError
from machine.paths import BUILD
from machine.patience import patient
from machine.qemu import Machine

BOOTS = BUILD / "boots"
PAUSE = 0.02  # between two looks at what QEMU does


def boot(machine: Machine) -> Machine:
    """As machine.boot(), from a kept boot; keeps one if there is none."""
    if not machine.config.board.keeps_boots:
        return machine.boot()
    machine.start(kept_boot(machine.config, machine.name))
    while machine.qmp.execute("query-status")["status"] == "inmigrate":
        time.sleep(PAUSE)
    machine.resume()  # it was kept paused
    machine.run("true", 180)
    return machine


def kept_boot(config: Config, name: str) -> pathlib.Path:
    # Its CPUs can take turns or not: the state is the same.
    command = config.with_changes(turns=False).qemu_command()
    key = hashlib.sha256(shlex.join(command).encode()).hexdigest()[:16]
    BOOTS.mkdir(parents=True, exist_ok=True)
    path = BOOTS / f"{key}.state"
    with (BOOTS / f"{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_newer(path, command):
            with Machine(config, f"{name}-boot") as machine:
                machine.boot()
                keep(machine, path)
    return path


def is_newer(path: pathlib.Path, command: list[str]) -> bool:
    """Than the emulator and the files that it is given."""
    files = [shutil.which(command[0]), *(word for word in command if "/" in word)]
    there = [pathlib.Path(file) for file in files if file and os.path.exists(file)]
    return path.exists() and path.stat().st_mtime > max(
        file.stat().st_mtime for file in there
    )


def keep(machine: Machine, path: pathlib.Path) -> None:
    """Writes the machine's state into the file. It doesn't run after that."""
    half = path.with_suffix(".half")
    machine.pause()
    machine.qmp.execute("migrate-set-parameters", **{"max-bandwidth": 1 << 40})
    machine.qmp.execute("migrate", uri=f"exec:cat >{shlex.quote(str(half))}")
    deadline = time.monotonic() + patient(120)
    while (status := machine.qmp.execute("query-migrate")["status"]) != "completed":
        if status == "failed" or time.monotonic() > deadline:
            raise MachineError(f"the boot can't be kept: {status}")
        time.sleep(PAUSE)
    half.rename(path)
