# SPDX-License-Identifier: GPL-2.0
"""Platforms that collect makes of ACPI tables, /proc and sysfs."""

import pathlib
import random
import struct

import pytest

from hvconfig.cli.main import main
from hvconfig.collect import collect, command, inputs
from hvconfig.collect.devicetree import Choices
from hvconfig.collect.inputs import Inputs
from hvconfig.model import IoApic, IrqRange, Platform, Range
from hvconfig.problems import ConfigError


def table(name: str, body: bytes) -> bytes:
    """Returns an ACPI table: a header of 36 bytes, and the body."""
    return name.encode() + struct.pack("<I", 36 + len(body)) + bytes(28) + body


def entry(kind: int, *fields: tuple[str, int, int], size: int) -> bytes:
    """Returns an entry of a MADT. A field is (format, offset, value)."""
    raw = bytearray(size)
    raw[0], raw[1] = kind, size
    for format_, offset, value in fields:
        struct.pack_into(format_, raw, offset, value)
    return bytes(raw)


def add(files: Inputs, name: str, body: bytes) -> None:
    files[inputs.ACPI + name] = table(name, body)


def at(size: int, *fields: tuple[str, int, int]) -> bytes:
    """Returns the body of a table. Offsets count from the start of the table."""
    raw = bytearray(size - 36)
    for format_, offset, value in fields:
        struct.pack_into(format_, raw, offset - 36, value)
    return bytes(raw)


IOMEM = """\
00000000-00000fff : Reserved
00001000-0009ffff : System RAM
000a0000-000bffff : PCI Bus 0000:00
00100000-7fffffff : System RAM
  01000000-01ffffff : Kernel code
80000000-bfffffff : PCI Bus 0000:00
  80000000-8001ffff : 0000:00:02.0
fec00000-fec003ff : IOAPIC 0
fed00000-fed003ff : HPET 0
fed90000-fed90fff : dmar0
"""


def pc() -> Inputs:
    """Returns the files of a PC with two CPUs and a network card."""
    config = bytearray(256)
    config[6], config[0x34], config[0x3D] = 0x10, 0x40, 1
    config[0x40:0x44] = struct.pack("<BBH", 0x05, 0x50, 3 << 1)  # MSI: 8 messages
    config[0x50:0x54] = struct.pack("<BBH", 0x11, 0x40, 4)  # MSI-X: 5; circular list
    card = inputs.PCI + "0000:00:02.0/"
    files = {
        "proc/iomem": IOMEM.encode(),
        "proc/ioports": b"0000-0cf7 : PCI Bus 0000:00\n  03f8-03ff : serial\n",
        "proc/cpuinfo": b"processor\t: 0\napicid\t\t: 0\n\napicid\t\t: 4\n",
        card + "vendor": b"0x8086\n",
        card + "device": b"0x10d3\n",
        card + "class": b"0x020000\n",
        card + "irq": b"11\n",
        card + "resource": b"0x80000000 0x8001ffff 0x00040200\n"
        b"0xc000 0xc01f 0x00040101\n0x0 0x0 0x0\n",
        card + "config": bytes(config),
        inputs.DMI + "product_name": b"Standard PC\n",
    }
    for cpu in (0, 1):
        base = f"{inputs.CPU}cpu{cpu}/cache/index2/"
        files |= {base + "level": b"2\n", base + "type": b"Unified\n"}
        files |= {base + "size": b"512K\n", base + "shared_cpu_list": b"%d\n" % cpu}
    add(
        files,
        "APIC",
        bytes(8)
        + entry(0, ("<B", 3, 0), ("<I", 4, 1), size=8)
        + entry(0, ("<B", 3, 4), ("<I", 4, 1), size=8)
        + entry(1, ("<B", 2, 2), ("<I", 4, 0xFEC00000), size=12),
    )
    add(files, "MCFG", bytes(8) + struct.pack("<QHBBI", 0xB0000000, 0, 0, 255, 0))
    drhd = struct.pack("<HHBBHQ", 0, 16, 0, 0, 0, 0xFED90000)
    add(files, "DMAR", bytes(12) + drhd)
    return files


def platform(files: Inputs) -> Platform:
    found = collect.from_inputs(files, "some", Choices())
    text = command.render(found)
    assert [x for x in command._problems(text, "out") if "x86" not in x.message] == []
    return found


def test_a_pc() -> None:
    found = platform(pc())
    assert (found.arch, found.model) == ("x86", "Standard PC")
    assert [(x.hw_id, x.cluster) for x in found.cpus] == [(0, 0), (4, 1)]
    assert found.ram == (Range(0x1000, 0x9F000), Range(0x100000, 0x7FF00000))
    assert [x.range for x in found.reserved] == [Range(0, 0x1000)]
    assert found.io_apics == (IoApic(2, 0xFEC00000, 0),)
    card = found.devices["ethernet-00-02-0"]
    assert card.regs == (Range(0x80000000, 0x20000),)
    assert card.ports == (Range(0xC000, 0x20),)
    assert card.irqs == (IrqRange(11),) and card.dma
    assert card.pci is not None
    assert (card.pci.id, card.pci.msi, card.pci.msix) == ("8086:10d3", 8, 5)
    host = found.devices[card.pci.host].pci_host
    assert host is not None and host.ecam == Range(0xB0000000, 0x10000000)
    assert found.devices["dmar0"].regs == (Range(0xFED90000, 0x1000),)
    assert found.devices["HPET-0"].regs == (Range(0xFED00000, 0x400),)
    assert found.devices["serial"].ports == (Range(0x3F8, 8),)


def server() -> Inputs:
    """Returns the files of an arm64 machine with ACPI."""
    files: Inputs = {"proc/iomem": b"40000000-bfffffff : System RAM\n"}
    cpus = [
        entry(
            0xB,
            *(("<I", 12, 1), ("<I", 56, 25), ("<Q", 68, mpidr)),
            size=80,
        )
        for mpidr in (0, 0x100)
    ]
    add(
        files,
        "APIC",
        bytes(8)
        + b"".join(cpus)
        + entry(0xC, ("<Q", 8, 0x8000000), ("<B", 20, 3), size=24)
        + entry(0xE, ("<Q", 4, 0x80A0000), ("<I", 12, 0xF60000), size=16)
        + entry(0xF, ("<Q", 8, 0x8080000), size=20),
    )
    ppis = (("<I", 48, 29), ("<I", 56, 30), ("<I", 64, 27), ("<I", 72, 26))
    add(files, "GTDT", at(96, *ppis))
    add(files, "FACP", at(276, ("<H", 129, 1)))
    add(files, "SPCR", at(80, ("<B", 36, 3), ("<Q", 44, 0x9000000), ("<I", 54, 33)))
    smmu = struct.pack("<BHBIII", 4, 68, 0, 0, 0, 0) + struct.pack("<Q", 0x9050000)
    add(files, "IORT", struct.pack("<III", 1, 48, 0) + smmu + bytes(44))
    files["proc/interrupts"] = b" 12:  3  0  GICv3  61 Level  eth0\n"
    files["proc/iomem"] += b"09000000-09000fff : ARMH0011:00\n"
    return files


def test_an_arm64_server() -> None:
    found = platform(server())
    assert [cpu.hw_id for cpu in found.cpus] == [0, 0x100]
    assert found.gic.redistributors == Range(0x80A0000, 0xF60000)
    assert found.gic.its == Range(0x8080000, 0x20000)
    assert (found.gic.maintenance_irq, found.psci) == (25, "smc")
    assert (found.timer.virtual, found.timer.physical) == (27, 30)
    assert (found.uart, found.stdout) == (0x9000000, "ARMH0011-00")
    assert found.devices["ARMH0011-00"].irqs == (IrqRange(33),)
    assert found.devices["smmu0"].regs == (Range(0x9050000, 0x20000),)
    assert 61 not in (found.root_doorbell, *found.spare_irqs)
    assert found.spare_irqs[-1] == 63


def test_who_is_not_root_is_told() -> None:
    files = pc()
    files["proc/iomem"] = b"00000000-00000000 : System RAM\n"
    with pytest.raises(ConfigError, match="only root can see addresses"):
        collect.from_inputs(files, "some", Choices())


def test_damaged_inputs() -> None:
    chance = random.Random(3)
    for number in range(150):
        files = pc() if number % 2 else server()
        for name in chance.sample(sorted(files), 3):
            content = bytearray(files[name])
            for _ in range(chance.choice((1, 10, 100))):
                content[chance.randrange(len(content))] = chance.randrange(256)
            files[name] = bytes(content[: chance.randrange(1, len(content) + 1)])
        try:
            found = collect.from_inputs(files, "some", Choices())
            command._problems(command.render(found), "out")
        except ConfigError as error:
            assert str(error)


def test_an_archive_gives_the_same_platform_elsewhere(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive, again = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"
    archive.write_bytes(inputs.pack(pc()))
    capsys.readouterr()
    assert main(["collect", "--from", str(archive), "--archive", str(again)]) == 0
    first = capsys.readouterr().out
    assert archive.read_bytes() == again.read_bytes()
    assert first == command.render(platform(pc()))


def test_a_root_directory_is_read_like_the_machine(tmp_path: pathlib.Path) -> None:
    for name, content in server().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    tree = tmp_path / "proc/device-tree/cpus/cpu@0"
    tree.mkdir(parents=True)
    (tree / "reg").write_bytes(bytes(4))
    (tree / "loop").symlink_to(tree)
    found = inputs.of_machine(str(tmp_path))
    assert found == server() | {inputs.DEVICE_TREE + "cpus/cpu@0/reg": bytes(4)}


def test_gather_reads_what_collect_reads() -> None:
    script = pathlib.Path(__file__).parents[1] / "gather.sh"
    words = set(script.read_text().replace("/*/", " ").replace('"', " ").split())
    for pattern in inputs.PATTERNS:
        last = pattern.rpartition("/")[2]
        assert any(word.rpartition("/")[2].strip(";") == last for word in words), last
