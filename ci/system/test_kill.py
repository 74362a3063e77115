# SPDX-License-Identifier: GPL-2.0
"""When hvctl is killed at any instant, the machine stays usable."""

import random
from collections.abc import Callable

import pytest
from bulkhead.hv import Hv

# More requests than any command sends.
STEPS = 12
MOMENTS = 50
SEED = 20240101


def whole(hv: Hv) -> None:
    """Checks that the remaining cells have a valid state and can be destroyed."""
    if not hv.loaded():
        hv.insmod()
    if hv.status()["state"] == "disabled":
        hv.enable("test")
    for cell in hv.cells():
        # "failed": it was started before a program was loaded.
        assert cell["state"] in ("created", "running", "shut down", "failed"), cell
    hv.destroy_all()
    assert hv.online() == "0-3"


def cut_after(hv: Hv, step: int, command: str) -> bool:
    """Kills hvctl after its "step"th request; returns false if it sends fewer."""
    return hv.machine.run(f"killat after {step} hvctl {command}").status == 0


def after_each_step(hv: Hv, prepare: list[str], command: str) -> int:
    """Kills the command after each of its requests; returns their number."""
    for step in range(1, STEPS):
        whole(hv)
        for line in prepare:
            hv.ok(line)
        if not cut_after(hv, step, command):
            return step - 1
    raise AssertionError(f"'{command}' has more than {STEPS} steps")


IMAGE = "/lib/bulkhead/rt-timer.bin"
RUN = f"cell run rt {IMAGE}"
ONCE = pytest.mark.once  # not in each run: other commands send the same requests


@pytest.mark.parametrize(
    "prepare, command, least",
    [
        ([], RUN, 4),
        pytest.param([], "cell create rt", 2, marks=ONCE),
        pytest.param(["cell create rt"], f"cell load rt {IMAGE}", 2, marks=ONCE),
        pytest.param(["cell create rt"], "cell start rt", 2, marks=ONCE),
        pytest.param([RUN], "cell shutdown rt", 2, marks=ONCE),
        ([RUN], "cell shutdown --force rt", 2),
        ([RUN, "cell shutdown rt"], "cell destroy rt", 2),
        pytest.param([RUN], "cell console rt", 2, marks=ONCE),
        ([], "disable", 1),
    ],
)
def test_killed_after_each_step(
    enabled: Hv, prepare: list[str], command: str, least: int
) -> None:
    assert after_each_step(enabled, prepare, command) >= least
    whole(enabled)
    used = enabled.status()["pool_pages_used"]
    enabled.run("rt", "rt-timer")
    enabled.wait_beats("rt", 10)
    enabled.end("rt")
    assert enabled.status()["pool_pages_used"] == used


def test_killed_after_each_step_of_enable(hv: Hv) -> None:
    for step in range(1, STEPS):
        hv.ready(None)
        if not cut_after(hv, step, "enable test"):
            break
        whole(hv)
    assert step > 1
    hv.ready("test")


@pytest.mark.timeout(600)
def test_killed_at_random_moments(enabled: Hv, rounds: Callable[[int], int]) -> None:
    hv = enabled
    hv.machine.check("load start")
    used = hv.status()["pool_pages_used"]
    dice = random.Random(SEED)
    commands = [RUN, "cell shutdown rt", "cell destroy rt", "disable", "enable test"]
    for _ in range(rounds(MOMENTS) // len(commands)):
        for command in commands:
            moment = int(dice.uniform(0.5, 12) ** 5.2)  # up to 0.4 s, most often short
            hv.machine.run(f"killat in {moment} hvctl {command}")
            if command == RUN and hv.status()["state"] == "disabled":
                hv.enable("test")
        whole(hv)
    hv.machine.check("load stop")
    whole(hv)
    assert hv.status()["pool_pages_used"] == used


def test_a_killed_console_leaves_the_cell_alone(enabled: Hv) -> None:
    hv = enabled
    hv.run("rt", "echo")
    for moment in (1000, 20000, 100000):
        hv.machine.run(f"killat in {moment} hvctl cell console --attach rt")
    hv.machine.check("echo still | hvctl cell console --attach rt")
    hv.wait_console("rt", "^still$")


def test_two_at_once_do_not_mix(enabled: Hv) -> None:
    """One of two equal requests wins, the other is refused with a sentence."""
    hv = enabled
    for _ in range(5):
        said = hv.machine.check(
            "hvctl cell create rt >/tmp/1 2>&1 & hvctl cell create rt >/tmp/2 2>&1;"
            " wait; cat /tmp/1 /tmp/2"
        )
        assert "is created" in said
        assert "exists already" in said or "another request" in said, said
        hv.ok("cell destroy rt")
