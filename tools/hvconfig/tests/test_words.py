# SPDX-License-Identifier: GPL-2.0
""""hvconfig explain" and hvctl print the same sentences, from the same tables."""

import random

import pytest
from hvconfig.explain import refusals, words
from hvconfig.explain.esr import Syndrome
from hvconfig.explain.records import Refusal
from hvconfig.read.system import load_system
from hvconfig.write.blob import encode

from tests import programs
from tests.helpers import SOURCE

SOME = random.Random(1)
CONFIGS = SOURCE / "configs" / "systems"


def some_refusals(addresses: list[int]) -> list[Refusal]:
    """Returns a refusal for each pair of code and field, with plausible values."""
    found = []
    codes = {x["number"] for x in words.table("refusals") if "number" in x}
    for code in sorted(codes | {99, 400}):
        for field in [*words.by_number("fields"), 99]:
            values = [SOME.choice(addresses), SOME.randrange(8), SOME.getrandbits(64)]
            owners = [0, 3, 77, refusals.OWNER_NONE, refusals.OWNER_HYPERVISOR]
            index = SOME.choice([0, 1, 5, 8, 120, 200, (1 << 32) - 16])
            found.append(
                Refusal(code, field, index, SOME.choice(values), SOME.choice(owners))
            )
    return found


def test_each_code_has_one_meaning() -> None:
    numbers = [x["number"] for x in words.table("refusals") if "number" in x]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("board", ["qemu-virt-arm64", "qemu-q35"])
def test_refusals_are_in_the_words_of_hvctl(board: str) -> None:
    system = load_system(str(CONFIGS / f"{board}-demo.yaml"))
    for name in ("", *(cell.name for cell in system.cells)):
        cell = system.cell(name) if name else None
        regions = [x for y in (system.root, *system.cells) for x in y.regions]
        places = [x.phys for x in regions] + [x.guest + 8 for x in regions]
        some = some_refusals([*places, system.hypervisor.start])
        said = programs.refusal_words(some, encode(system), name, system.platform.arch)
        for refusal, (sentence, advice) in zip(some, said, strict=True):
            ours = refusals.sentence(refusal, system, cell)
            assert ours.replace("this hvconfig", "this hvctl") == sentence
            assert refusals.advice(refusal, system, cell) == advice


def test_syndromes_are_in_the_words_of_hvctl() -> None:
    classes = [x << 26 | SOME.getrandbits(25) for x in range(64) for _ in range(200)]
    registers = [
        0x18 << 26 | a << 20 | e << 17 | b << 14 | c << 10 | d << 1 | SOME.randrange(2)
        for a, b, c, d, e, _ in words.table("system_registers")
    ]
    some = classes + registers
    for value, said in zip(some, programs.syndrome_words(some), strict=True):
        assert Syndrome(value).words() == said
