# SPDX-License-Identifier: GPL-2.0
"""Kept boots: the saved states of booted machines, from which later ones continue.

All machines from one kept boot have its time and its random numbers.
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
PAUSE = 0.02  # seconds between two polls of QEMU's status


def boot(machine: Machine) -> Machine:
    """Like machine.boot(), but from a kept boot, which is made if there is none."""
    if not machine.config.board.keeps_boots:
        return machine.boot()
    machine.start(kept_boot(machine.config, machine.name))
    while machine.qmp.execute("query-status")["status"] == "inmigrate":
        time.sleep(PAUSE)
    machine.resume()  # the saved machine was paused
    machine.run("true", 180)
    return machine


def kept_boot(config: Config, name: str) -> pathlib.Path:
    # CPUs that take turns leave the same state as parallel ones: share the kept boot.
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
    """Whether a kept boot is newer than the emulator and the files in its arguments."""
    files = [shutil.which(command[0]), *(word for word in command if "/" in word)]
    there = [pathlib.Path(file) for file in files if file and os.path.exists(file)]
    return path.exists() and path.stat().st_mtime > max(
        file.stat().st_mtime for file in there
    )


def keep(machine: Machine, path: pathlib.Path) -> None:
    """Saves the machine's state in the file. The machine stays paused."""
    half = path.with_suffix(".half")
    machine.pause()
    machine.qmp.execute("migrate-set-parameters", **{"max-bandwidth": 1 << 40})
    machine.qmp.execute("migrate", uri=f"exec:cat >{shlex.quote(str(half))}")
    deadline = time.monotonic() + patient(120)
    while (status := machine.qmp.execute("query-migrate")["status"]) != "completed":
        if status == "failed" or time.monotonic() > deadline:
            raise MachineError(f"the boot cannot be saved: {status}")
        time.sleep(PAUSE)
    half.rename(path)
