# SPDX-License-Identifier: GPL-2.0
"""check reports each planted mistake by name, and reports nothing else."""

from typing import Any

import pytest

from hvconfig.model import subtract

from tests.helpers import (
    cell,
    cells,
    change,
    errors,
    examine_text,
    good,
    notes,
    system,
    to_yaml,
    warnings,
)


def test_good() -> None:
    assert not errors(system()) and not warnings(system())


# path, wrong value, and a part of the only error's text
PLANTED: list[tuple[str, Any, str]] = [
    ("platform.cpus.1.mpidr", 0, "CPU 1: CPU 0 also has the MPIDR 0x0"),
    ("platform.cpus.1.mpidr", 0x80000001, "outside the affinity fields"),
    ("platform.cpus.1.number", 2, "CPU 2: has index 1"),
    ("platform.ram.0.size", "1.5G", "'1.5G' is not a number such as"),
    ("platform.gic.redistributors.size", "64K", "4 CPUs need 0x80000 bytes"),
    ("platform.gic.version", 1, "'1' is not possible here"),
    ("platform.root_doorbell", 241, "is also one of spare_irqs"),
    ("platform.spare_irqs", [34, 241, 242], "can is wired to it"),
    ("platform.devices.can.irqs", ["34-x"], "not a number or a range"),
    ("platform.devices.can.irqs", ["36-34"], "ends before it starts"),
    ("platform.devices.can.regs.0.at", 0x50000000, "overlap RAM"),
    ("platform.devices.a b", {}, "'a b' is not 1 to 31 letters"),
    ("hypervisor.memory.at", 0xBFB00000, "not aligned to 2 MiB; nearest: {at: 0xbfa"),
    ("hypervisor.memory.at", 0xC0000000, "is not in RAM; RAM is 0x40000000"),
    ("hypervisor.memory.size", 0, "needs 2M to 512M"),
    ("hypervisor.memory.at", 0xB1000000, "overlaps the memory of the hypervisor"),
    ("hypervisor.memroy", 1, "unknown key 'memroy'; "),
    ("hypervisor.deny_firmware", ["sp"], "did you mean 'sip'?"),
    ("hypervisor.deny_firmware", ["sip", "sip"], "deny_firmware"),
    ("hypervisor.protct", True, "did you mean 'protect'?"),
    ("root", {"mem": "2G"}, "Linux would use memory of the hypervisor or of a cell"),
    ("root", {"mem": "1000K"}, "is no multiple of 1M"),
    ("root", {"irq_mode": "lists"}, "did you mean 'list'?"),
    ("root", {"name": "one"}, "one: is the name of the root cell"),
    ("root", {"cpus": [0, 1]}, "two: CPU 2 doesn't belong to root"),
    ("cells.o ne", cell(3), "'o ne' is not 1 to 31 letters"),
    ("cells.one.cpus", [4], "one: the platform has no CPU 4; it has 0 to 3"),
    ("cells.one.cpus", [1, 1], "one: CPU 1 is listed twice"),
    ("cells.one.cpus", [1, 2], "two: CPU 2 also belongs to one"),
    ("cells.one.cpus", [], "at least 1 is needed"),
    ("cells.one.memory.0.phys", 0xB1000800, "0xb1000800 is not aligned to 4 KiB"),
    ("cells.one.memory.0.guest", 0x40000001, "the guest address 0x40000001 is not"),
    ("cells.one.memory.0.size", 4095, "the size 0xfff is not a multiple"),
    ("cells.one.memory.0.size", 0, "the size 0 is not a multiple"),
    ("cells.one.memory.0.guest", 1 << 40, "exceed the hypervisor's address space"),
    ("cells.one.memory.0.phys", 0x30000000, "is outside RAM; RAM is 0x4000"),
    ("cells.one.memory.0.phys", 0xB2000000, "two: memory 0xb2000000-0xb2ffffff over"),
    ("cells.one.memory.0.phys", 0xBFA00000, "of the hypervisor by"),
    ("cells.one.memory.0.rights", "wr", "'wr' is not r, rw, rx, rwx or none"),
    ("cells.one.memory.0.rights", "rw", "is not in executable memory"),
    ("cells.one.memory.0.loadable", 1, "'1' is not true or false"),
    ("cells.one.memory.0.smal_pages", 1, "did you mean 'small_pages'?"),
    ("cells.one.memory.0.guest", 0x0B000000 - 4096, "the info page overlaps memory"),
    ("cells.one.memory.0.guest", 0x08000000, "memory 0xb1000000-0xb1ffffff overlaps"),
    ("cells.one.info", 0x09000000, "the info page overlaps the console"),
    ("cells.one.info", 0x0800F000, "the info page overlaps the interrupt distributor"),
    (
        "cells.one.info",
        0x080A0000,
        "the info page overlaps the interrupt redistributors",
    ),
    ("cells.one.info", 0x0B000800, "the info page can't be at 0xb000800"),
    ("cells.one.info", "no", "'no' is not a number such as"),
    ("cells.one.console.at", 0x09000100, "the console can't be at"),
    (
        "cells.one.console.irq",
        34,
        "34 is not one of the spare interrupts; spare_irqs of the platform: 241",
    ),
    ("cells.one.console.irq", 242, "interrupt 242 also belongs to one"),
    (
        "cells.one.console.type",
        "uart",
        "'uart' is not possible here; possible: 16550, pl",
    ),
    ("cells.one.entry", 0x40000002, "is not aligned to 4"),
    ("cells.one.entry", 0x50000000, "is not in executable memory"),
    (
        "cells.one.irqs",
        [27, 25],
        "interrupt 25 is the hypervisor's maintenance interrupt",
    ),
    ("cells.one.irqs", [240], "interrupt 240 is the root cell's doorbell"),
    ("cells.one.irqs", [35], "interrupt 35 doesn't belong to root"),
    ("cells.one.irqs", ["30-40"], "interrupt 32-33 and 35-40 doesn't belong to root"),
    ("cells.one.irqs", [5], "interrupts 5 to 5 are not all in 16..1019"),
    ("cells.one.irqs", ["1018-1023"], "1018 to 1023 are not all in 16..1019"),
    ("cells.one.irqs", [242], "interrupt 242 also belongs to one"),
    ("cells.one.devices", ["cam"], "there is no device 'cam'; did you mean 'can'?"),
    ("cells.one.args", "x" * 256, "args has 256 bytes"),
    ("cells.one.args", "\u00e4" * 128, "args has 256 bytes"),
    ("cells.one.not_with", ["tow"], "not another cell; did you mean 'two'?"),
    ("cells.one.not_with", ["one"], "which is not another cell"),
    ("cells.one.not_with", "none", "'none' is not a list of cells, or all"),
    ("cells.one.rights", ["manage"], "'manage' is only for the root cell"),
    ("cells.one.memory.0.rights", "none", "has no rights"),
    ("cells.one.rights", ["consol"], "did you mean 'console'?"),
    (
        "cells.one.rights",
        ["console", "signal"],
        "'signal' was removed: no call ever needed this right, doorbells are allowed "
        "by ring: of a shared region; remove it",
    ),
    ("cells.one.on_violation", "halt", "'halt' is not possible here"),
    (
        "cells.one.image",
        {"at": 0xB8000000, "size": "1M"},
        "image has 1M, but the loadable",
    ),
    ("cells.one.image", {"at": 0xB2000000, "size": "16M"}, "overlaps the image"),
    ("cells.one.image", {"at": 0xB1000000, "size": "16M"}, "the image overlaps memory"),
    ("cells.one.image", {"at": 0xB8000800, "size": "16M"}, "is not aligned to 4 KiB"),
    ("cells.one.image", {"at": 0xB8000000, "size": 0}, "the image has no bytes"),
    ("cells.one.image", {"at": 0x0, "size": "16M"}, "the image 0x0-0xffffff is outs"),
    ("cells.one.shared", {"ring": None}, "there is no shared region 'ring'"),
    ("cells.one.cpus", [0, 1, 2, 3], "leaves no CPU to the root cell"),
]


@pytest.mark.parametrize("path, value, expected", PLANTED)
def test_planted(path: str, value: Any, expected: str) -> None:
    found = errors(change(path, value))
    assert any(expected in line for line in found), found
    assert len(found) <= 3, found


def test_file_and_line() -> None:
    text = """\
platform:
  arch: arm64
  cpus: [{number: 0, mpidr: 0}, {number: 1, mpidr: 1}]
  ram: [{at: 0x40000000, size: 1G}]
  gic:
    version: 3
    distributor: 0x08000000
    redistributors: {at: 0x080a0000, size: 0x80000}
    maintenance_irq: 25
hypervisor:
  memory: {at: 0x70000000, size: 4M}
cells:
  one:
    cpus: [1]
    info: none
    memory:
      - phys: 0x71000000
        size: 1M
        loadable: true
      - phys: 0x71000000
        size: 4K
        ragths: rw
      - {phys: 0x10, size: 4K}
"""
    lines = [str(problem) for problem in examine_text(text)[1]]
    assert lines == [
        "test.yaml:20: one: memory 0x71000000-0x71000fff overlaps memory "
        "0x71000000-0x710fffff at guest address 0x71000000; move one of them, or "
        "remove its address",
        "test.yaml:20: one: memory 0x71000000-0x71000fff overlaps memory "
        "0x71000000-0x710fffff at physical address 0x71000000; move one of them, "
        "or remove its address",
        "test.yaml:22: cells.one.memory[1]: unknown key 'ragths'; "
        "did you mean 'rights'?",
        "test.yaml:23: one: the guest address 0x10 is not aligned to 4 KiB; "
        "nearest: 0x0",
        "test.yaml:23: one: the physical address 0x10 is not aligned to 4 KiB; "
        "nearest: 0x0",
    ]


def test_not_with_allows_the_same_resources() -> None:
    alike = cell(1)
    assert len(errors(cells(a=alike, b=alike))) == 3
    assert not errors(cells(a=alike, b=cell(1, not_with=["a"])))
    assert not errors(cells(a=cell(1, not_with=["b"]), b=alike))
    assert not errors(cells(a=alike, b=cell(1, not_with="all")))
    three = cells(a=alike, b=cell(1, not_with=["a"]), c=cell(1, not_with=["a"]))
    assert all("also belongs" in line or "overlaps" in line for line in errors(three))
    assert {line.split(":")[0] for line in errors(three)} == {"c"}


def test_too_much() -> None:
    memory = [{"phys": 0xB1000000 + i * 8192, "size": "4K"} for i in range(65)]
    memory[0]["loadable"] = True
    found = errors(cells(a=cell(1, memory=memory)))
    assert found == [
        "a: has 65 regions of memory, at most 64 are possible; larger pieces, or "
        "another cell"
    ]


def test_root_memory_by_hand() -> None:
    data = system(root={"memory": [{"phys": 0x40000000, "size": "1G"}]})
    found = "\n".join(errors(data))
    assert (
        "one: memory 0xb1000000-0xb1ffffff: 0xb1000000-0xb1ffffff doesn't "
        "belong to root" in found
    )
    data["root"]["memory"][0] |= {"guest": 0, "size": "2G"}
    found = "\n".join(errors(data))
    assert "root: memory 0x40000000-0xbfffffff overlaps the hypervisor" not in found
    assert "root's guest addresses are its physical addresses" in found


def test_mmio_by_hand() -> None:
    def with_memory(**entry: Any) -> list[str]:
        extra = {"type": "mmio", "size": "4K", **entry}
        return errors(cells(a=cell(1, memory=[*cell(1)["memory"], extra])))

    assert not with_memory(phys=0x09010000)
    assert not with_memory(phys=0x0F000000)
    assert "is RAM" in with_memory(phys=0xB8000000)[0]
    extra = {"type": "mmio", "size": "4K", "phys": 0x0F000000}
    told = warnings(cells(a=cell(1, memory=[*cell(1)["memory"], extra])))
    assert any(
        "no device of the platform has registers at 0xf000000" in x for x in told
    )
    own = with_memory(phys=0x08000000, guest=0x60000000)
    assert "which belong to the hypervisor" in own[0]
    assert "can be loadable" in with_memory(phys=0x09010000, loadable=True)[0]
    assert "can't be executed" in with_memory(phys=0x09010000, rights="rx")[0]


def test_clusters() -> None:
    data = system()
    for number, cpu in enumerate(data["platform"]["cpus"]):
        cpu["cluster"] = number // 2
    assert notes(data) == [
        "one: shares the L2 cache of its cluster with CPU 0 (root): each can slow "
        "the other down; a cell with whole clusters shares no cache",
        "two: shares the L2 cache of its cluster with CPU 3 (root): each can slow "
        "the other down; a cell with whole clusters shares no cache",
    ]
    data["cells"] = {"one": cell(1, cpus=[2, 3])}
    assert not notes(data)
    data["cells"] = {"one": cell(2), "two": cell(3)}
    assert "CPU 3 (two)" in notes(data)[0] and "CPU 2 (one)" in notes(data)[1]
    for cpu in data["platform"]["cpus"]:
        cpu["cluster"] = 0
    assert not notes(data)


def test_threads_of_one_core() -> None:
    data = system()
    data["platform"]["caches"] = [
        {"level": 1, "type": "data", "cpus": [0]},
        {"level": 1, "type": "data", "cpus": [1, 2]},
        {"level": 1, "type": "instruction", "cpus": [1, 2]},
        {"level": 1, "type": "data", "cpus": [3]},
    ]
    data["cells"] = {"one": cell(1), "two": cell(2), "three": cell(3)}
    assert errors(data) == [
        "one: CPU 1 shares its core with CPU 2, which the cell doesn't get; "
        "give it all CPUs of a core or none",
        "two: CPU 2 shares its core with CPU 1, which the cell doesn't get; "
        "give it all CPUs of a core or none",
    ]
    data["cells"] = {"one": cell(1, cpus=[1, 2])}
    assert not errors(data)


def test_what_root_needs_to_boot() -> None:
    (note,) = notes(cells(a=cell(1, cpus=[0])))
    assert note.startswith("a: has CPU 0, from which Linux boots")
    found = warnings(system(root={"cpus": [1, 2, 3]}))
    assert any("root: doesn't have CPU 0, from which Linux boots" in x for x in found)


def test_too_little_memory_for_root() -> None:
    data = cells(a=cell(1, ram="2000M", memory=None))
    (found,) = warnings(data)
    assert found.startswith("root: only 44M of RAM is left for Linux; Linux should")
    data["cells"]["a"]["ram"] = "2020M"
    assert errors(data)[0].startswith("root: only 24M of RAM is left for Linux; ")
    data = system()
    data["platform"]["ram"] = [{"at": 0x40000000, "size": "3G"}]
    assert "Linux would have 1808M of RAM with mem=, but" in warnings(data)[0]
    assert "3036M with the reserved-memory node" in warnings(data)[0]


def test_every_problem_suggests_something() -> None:
    """Each planted mistake has a hint, or the name of the wrong key."""
    for path, value, _ in PLANTED:
        for problem in examine_text(to_yaml(change(path, value)))[1]:
            form = problem.name.startswith(
                ("cells.", "platform.", "hypervisor.", "root.")
            )
            form = form or problem.name in ("cells", "root", "platform.devices")
            assert problem.hint or form or "unknown key" in problem.message, problem


def test_cells_that_leave_no_cpu_together() -> None:
    data = cells(a=cell(1, cpus=[1, 2]), b=cell(2, cpus=[3, 0]))
    assert any("b: root has no CPU left" in line for line in notes(data))
    data["cells"]["b"]["not_with"] = ["a"]
    assert not any("no CPU left" in line for line in notes(data))


def test_the_systems_name() -> None:
    data = system()
    text = to_yaml(data)
    assert not [x for x in examine_text(text, "good.yaml")[1] if x.is_error]
    (found,) = examine_text(text, "a name.yaml")[1]
    assert "'a name' is not a valid name" in found.message
    (found,) = examine_text(text, "x" * 32 + ".yaml")[1]
    assert found.hint == "set name:"


def test_all_at_once() -> None:
    data = cells(
        a=cell(1, cpus=[1, 9], bogus=1, devices=["none"]),
        b=cell(1, args="x" * 300, info=0x123),
    )
    text = "\n".join(errors(data))
    for part in (
        "unknown key 'bogus'",
        "no CPU 9",
        "no device 'none'",
        "args has 300",
        "info page can't",
    ):
        assert part in text
    for part in ("CPU 1 also belongs", "interrupt 241 also belongs", "overlaps memory"):
        assert part in text


def test_warnings() -> None:
    remapped = warnings(cells(a=cell(1, devices=["net"])))
    assert "DMA would access memory of others" in "\n".join(remapped)
    assert "also contains those of disk" in "\n".join(remapped)
    both = warnings(cells(a=cell(1, devices=["net", "disk"])))
    assert "also has" not in "\n".join(both)
    identity = cell(1, devices=["net"])
    del identity["memory"][0]["guest"]
    assert "can access all memory" in "\n".join(warnings(cells(a=identity)))
    assert not warnings(cells(a=cell(1, info="none")))
    assert "no image" in warnings(cells(a=cell(1, rights=["console", "reset"])))[0]
    image = {"at": 0xB8000000, "size": "16M"}
    assert "not the right" in warnings(cells(a=cell(1, image=image)))[0]
    assert "not the right" in warnings(cells(a=cell(1, rights=[])))[0]


def test_machines_with_more_than_a_blob_holds() -> None:
    """More interrupts than a blob has room for are merged.

    Root also gets all gaps between registers, but nothing that belongs to others.
    """
    data = system()
    devices = data["platform"]["devices"]
    for number in range(100):
        devices[f"dev{number}"] = {
            "regs": [{"at": 0x10000000 + number * 0x3000, "size": "4K"}],
            "irqs": [300 + 3 * number],
        }
    devices["far"] = {"regs": [{"at": 0xFF000000, "size": "4K"}], "irqs": [900]}
    root = good(data).root
    assert len(root.regions) < 10
    gic = good(data).platform.gic
    for region in root.regions:
        assert not any(region.range.overlaps(part) for part in gic.ranges)
    mmio = [x.range for x in root.regions if x.type == "mmio"]
    for device in good(data).platform.devices.values():
        assert not subtract(device.regs, mmio)
    numbers = {x for irq in root.irqs for x in range(irq.first, irq.last + 1)}
    assert {300 + 3 * x for x in range(100)} | {34, 48, 240, 900} <= numbers
    assert 800 not in numbers
