# SPDX-License-Identifier: GPL-2.0
"""collect answers any input with a platform or with a refusal."""

import gzip
import io
import pathlib
import random
import struct
import tarfile
import time

import pytest

from hvconfig.cli.main import main
from hvconfig.collect import collect, command, inputs
from hvconfig.collect.devicetree import Choices
from hvconfig.model import Range
from hvconfig.problems import ConfigError

from tests.trees import CPUS, board, compile_source, corpus, source

RAM = Choices(ram=[Range(0x80000000, 0x10000000)])

CIRCLES = """
    a: a@10000000 { compatible = "a"; reg = <0x10000000 16>; interrupt-controller;
        #interrupt-cells = <3>; interrupt-parent = <&b>;
        interrupts-extended = <&a 0 1 4>;
        clocks = <&a>, <&b>; iommus = <&a>; };
    b: b@10001000 { compatible = "b"; reg = <0x10001000 16>; interrupt-controller;
        #interrupt-cells = <3>; interrupt-parent = <&a>; interrupts = <0 2 4>; };
    c: c { #interrupt-cells = <1>; #address-cells = <0>; compatible = "c";
        interrupt-map = <1 &c 1>; interrupt-parent = <&c>; interrupts = <1>; };
    d@10002000 { compatible = "d"; reg = <0x10002000 16>; interrupt-parent = <&c>;
        interrupts = <1>; };
    e: e { compatible = "cache"; next-level-cache = <&e>; };
"""


def answer(blob: bytes) -> str:
    """Returns the platform that collect makes of the blob, or its refusal."""
    try:
        found = collect.from_inputs({inputs.FDT: blob}, "some.dtb", RAM)
        text = command.render(found)
        command._problems(text, "out.yaml")
        return text
    except ConfigError as error:
        return str(error)


def seeds() -> list[bytes]:
    """Returns the blobs to damage: a small machine, and boards if available."""
    found = [compile_source(source(CIRCLES))]
    if corpus():
        for name in ("rockchip/rk3399-rockpro64", "freescale/fsl-ls1028a-rdb"):
            found.append(board(name).read_bytes())
    return found


def test_circles_end() -> None:
    cpus = CPUS.replace("reg = <0>;", "reg = <0>; next-level-cache = <&e>;")
    text = answer(compile_source(source(CIRCLES, cpus=cpus)))
    assert "path: /a@10000000" in text


@pytest.mark.parametrize("seed", range(3))
def test_damaged_blobs(seed: int) -> None:
    """Replaces random bytes, words and ranges of device trees."""
    chance = random.Random(seed)
    blobs = seeds()
    end = time.monotonic() + 4
    for number in range(60):
        if time.monotonic() > end:
            assert number > 10
            break
        blob = bytearray(chance.choice(blobs))
        for _ in range(chance.choice((1, 3, 30, 300))):
            at = chance.randrange(len(blob) - 8)
            match chance.randrange(4):
                case 0:
                    blob[at] = chance.randrange(256)
                case 1:
                    struct.pack_into(">I", blob, at & ~3, chance.choice(NUMBERS))
                case 2:
                    source_at = chance.randrange(len(blob) - 8) & ~3
                    blob[at & ~3 : (at & ~3) + 4] = blob[source_at : source_at + 4]
                case 3:
                    # A wrong value in a property, which libfdt cannot detect.
                    struct.pack_into(">I", blob, at & ~3, chance.randrange(64))
        assert answer(bytes(blob))


NUMBERS = (0, 1, 2, 3, 4, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFC, 1 << 20)


def test_properties_of_any_size_and_content() -> None:
    """The blob is well-formed; property values have a wrong size or are too large."""
    chance = random.Random(1)
    names = {
        *("reg", "ranges", "interrupts", "interrupts-extended", "interrupt-parent"),
        *("interrupt-map", "interrupt-map-mask", "#address-cells", "#size-cells"),
        *("#interrupt-cells", "phandle", "clocks", "status", "compatible"),
        *("iommu-map", "bus-range", "reg-names", "device_type", "next-level-cache"),
        *("stdout-path", "serial0", "#redistributor-regions", "mbi-ranges"),
    }
    from hvconfig.collect import devicetree
    from hvconfig.tree import nodes

    for number in range(25):
        found = nodes.parse(chance.choice(seeds()), "some.dtb")
        changed = [node for node in found.root if node.props.keys() & names]
        for node in chance.sample(changed, min(len(changed), 1 + number)):
            name = chance.choice(sorted(node.props.keys() & names))
            size = chance.choice((0, 1, 3, 4, 7, 8, 12, 400))
            node.props[name] = bytes(
                chance.choice((0, 1, 2, 255, chance.randrange(256)))
                for _ in range(size)
            )
        again = nodes.Tree(found.root, [(0, 0), ((1 << 64) - 1, 5)])
        try:
            platform = devicetree.platform(again, "some.dtb", RAM)
            command._problems(command.render(platform), "out.yaml")
        except ConfigError as error:
            assert str(error)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xd0\x0d\xfe\xed", b"\xd0\x0d\xfe\xed" + bytes(100), b"x" * 4096],
)
def test_what_is_no_blob(
    content: bytes, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.dtb"
    path.write_bytes(content)
    assert main(["collect", "--dtb", str(path)]) == 1
    assert "is not a device tree blob" in capsys.readouterr().err


def test_a_tree_that_nests_without_end() -> None:
    deep = "".join(f"n{i} {{ " for i in range(200)) + "}; " * 200
    assert "nests them" in answer(compile_source(source(deep)))


def refusal(path: pathlib.Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Returns the one-line refusal of "collect --from" for the archive."""
    assert main(["collect", "--from", str(path)]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and error.startswith(str(path))
    return error


def archive(path: pathlib.Path, *members: tarfile.TarInfo) -> pathlib.Path:
    with tarfile.open(path, "w:gz") as tar:
        for member in members:
            tar.addfile(member, io.BytesIO(bytes(member.size)))
    return path


def member(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = kind, size, name
    return info


@pytest.mark.parametrize(
    "what, sentence",
    [
        (member("proc/iomem", tarfile.SYMTYPE), "not a regular file"),
        (member("proc/iomem", tarfile.LNKTYPE), "not a regular file"),
        (member("proc/iomem", tarfile.FIFOTYPE), "not a regular file"),
        (member("../etc/passwd"), "outside the archive"),
        (member("/etc/passwd"), "outside the archive"),
        (member("proc/../../x"), "outside the archive"),
        (member("proc/iomem", size=5 << 20), "holds more than"),
        (member("proc/iomem"), "no readable device tree or ACPI"),
    ],
)
def test_archives_that_are_none_of_ours(
    what: tarfile.TarInfo,
    sentence: str,
    tmp_path: pathlib.Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = archive(tmp_path / "bad.tar.gz", what)
    assert sentence in refusal(path, capsys)


def test_bombs_and_garbage(
    tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.tar.gz"
    path.write_bytes(gzip.compress(bytes(100 << 20), 1))
    assert "holds more than" in refusal(path, capsys)
    path.write_bytes(gzip.compress(bytes(1 << 20))[:500])
    assert "is damaged" in refusal(path, capsys)
    path.write_bytes(random.Random(1).randbytes(100_000))
    assert "is not an archive" in refusal(path, capsys)
    with path.open("wb") as file:
        file.truncate(100 << 20)
    assert "too large" in refusal(path, capsys)
    path.unlink()
    path.symlink_to(path)
    assert "can't be read" in refusal(path, capsys)


def test_damaged_archives(tmp_path: pathlib.Path) -> None:
    chance = random.Random(2)
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name in ("proc/iomem", "sys/" + "long/" * 40 + "x", inputs.FDT):
            tar.addfile(member(name, size=600), io.BytesIO(bytes(600)))
    path = tmp_path / "bad.tar"
    for _ in range(300):
        blob = bytearray(plain.getvalue())
        for _ in range(chance.choice((1, 5, 50))):
            blob[chance.randrange(2048)] = chance.randrange(256)
        path.write_bytes(blob)
        try:
            collect.from_inputs(inputs.unpack(str(path)), str(path), RAM)
        except ConfigError as error:
            assert str(error)


def test_the_tree_as_files() -> None:
    """A tree read from /proc/device-tree is checked like a blob."""
    names = ("reg", "cpus/cpu@0/reg", "cpus/name", "a/b/c/phandle", "memory/reg")
    for size in (0, 1, 4, 9):
        files = {inputs.DEVICE_TREE + name: b"\xff" * size for name in names}
        with pytest.raises(ConfigError):
            collect.from_inputs(files, "some", RAM)
    deep = {inputs.DEVICE_TREE + "cpus/" + "x/" * 500 + "reg": b""}
    with pytest.raises(ConfigError, match="nests them"):
        collect.from_inputs(deep, "some", RAM)
