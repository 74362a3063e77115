# SPDX-License-Identifier: GPL-2.0
"""Pictures are complete, well-formed and reproducible."""

import hashlib
import pathlib
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from hvconfig.cli.main import main
from hvconfig.model import Range, System, merge
from hvconfig.read.system import load_system
from hvconfig.show import draw_svg, picture
from hvconfig.show.picture_memory import Hold
from hvconfig.show.svg import MONO, text_width, wrap
from hvconfig.write import blob

from tests.helpers import (
    BOARD_SYSTEMS,
    SOURCE,
    SYSTEMS,
    cell,
    cells,
    good,
    system,
    to_yaml,
)
from tests.large import large_system

DEMO = str(next(path for path in SYSTEMS if path.stem.endswith("-demo")))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(
    params=[*SYSTEMS, *BOARD_SYSTEMS, "large"], ids=lambda x: pathlib.Path(x).stem
)
def found(request: pytest.FixtureRequest) -> System:
    if request.param == "large":
        return good(large_system(12, 60))
    return load_system(str(request.param))


def drawn(found: System) -> ElementTree.Element:
    return ElementTree.fromstring(draw_svg.render(picture.compose(found)))


def texts(root: ElementTree.Element) -> list[str]:
    return [x.text or "" for x in root.iter(f"{SVG}text")]


def test_everybodys_memory_is_all_there(found: System) -> None:
    spans = picture.compose(found).spans
    for one, two in zip(spans, spans[1:]):
        assert one.range.end <= two.range.start
    for owner in found.cells:
        held = [x.range for x in spans if owner.name in x.holders]
        wanted = [x.range for x in owner.regions]
        wanted += [owner.image] if owner.image.size else []
        assert merge(held) == merge(wanted)
    ram = [x.range for x in spans if x.kind in ("ram", "reserved")]
    assert merge(ram) == merge(found.platform.ram)
    assert all(x.holders for x in spans if x.kind == "mmio")


def test_everything_has_its_text(found: System) -> None:
    words = texts(drawn(found))
    everything = "".join(words).replace(" ", "")
    for owner in (found.root, *found.cells):
        assert owner.name in everything
    for number in range(len(found.platform.cpus)):
        assert f"CPU {number}" in words
    for owner in found.cells:
        for region in owner.regions:
            if region.guest != region.phys:
                assert f"@{region.guest:#x}" in words
            assert any(x.startswith(f"{region.phys:#010x}") for x in words)
    digest = hashlib.sha256(blob.encode(found)).hexdigest()
    assert digest in words


def test_nothing_leaves_the_sheet(found: System) -> None:
    root = drawn(found)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    for item in root.iter(f"{SVG}text"):
        size = float(item.attrib["font-size"])
        wide = text_width(item.text or "", size, item.get("font-family") == MONO)
        left = float(item.attrib["x"])
        left -= {"middle": wide / 2, "end": wide}.get(item.get("text-anchor", ""), 0)
        assert size >= 5.5 and left >= 0 and left + wide <= width, item.text
        assert float(item.attrib["y"]) < height
    for item in root.iter(f"{SVG}rect"):
        assert float(item.get("x", "0")) + float(item.attrib["width"]) <= width


def test_blocks_of_a_column_do_not_overlap(found: System) -> None:
    columns: dict[str, list[Range]] = {}
    for item in drawn(found).iter(f"{SVG}rect"):
        if item.find(f"{SVG}title") is not None:
            top, high = float(item.attrib["y"]), float(item.attrib["height"])
            place = Range(round(top * 100), round(high * 100))
            columns.setdefault(item.attrib["x"], []).append(place)
    for places in columns.values():
        places.sort()
        assert not [x for x, y in zip(places, places[1:]) if x.overlaps(y)]


def test_same_bytes_in_every_process(tmp_path: pathlib.Path) -> None:
    pictures = set()
    for seed in ("1", "2"):
        output = tmp_path / f"{seed}.svg"
        subprocess.run(
            [sys.executable, "-B", "-m", "hvconfig", "draw", DEMO, "-o", str(output)],
            cwd=SOURCE / "tools" / "hvconfig",
            env={"PYTHONHASHSEED": seed},
            check=True,
        )
        pictures.add(output.read_bytes())
    assert len(pictures) == 1


def test_picture_in_the_manual_is_up_to_date() -> None:
    """ "make hvconfig-docs" updates it."""
    text = draw_svg.render(picture.compose(load_system(DEMO)))
    assert (SOURCE / "docs" / "demo.svg").read_text() == text


def shared_system() -> System:
    return good(
        system(
            shared={"ring": {"at": 0xB8000000, "size": "64K"}},
            cells={
                "one": cell(1, shared={"ring": {"guest": 0x50000000, "rights": "r"}}),
                "two": cell(2, shared={"ring": None}),
            },
        )
    )


def test_shared_memory_is_joined() -> None:
    found = shared_system()
    span = next(x for x in picture.compose(found).spans if x.what == "shared: ring")
    assert span.holders == {"root": Hold.KEPT, "one": Hold.WHILE, "two": Hold.WHILE}
    thick = [x for x in drawn(found).iter(f"{SVG}line") if x.get("stroke-width") == "2"]
    assert len([x for x in thick if x.get("y1") == x.get("y2")]) == 1


def test_taken_from_root_and_unused() -> None:
    found = picture.compose(good(cells(one=cell(1))))
    holds = {x.range.start: x.holders for x in found.spans}
    assert holds[0x40000000] == {"root": Hold.ALWAYS}
    assert holds[0xB1000000] == {"root": Hold.ELSE, "one": Hold.WHILE}
    assert holds[0xB2000000] == {"root": Hold.UNUSED}
    assert holds[0xBFC00000] == {"hypervisor": Hold.ALWAYS}


def test_alternatives_have_columns_of_their_own(
    capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    data = cells(one=cell(1), other=cell(1, not_with=["one"]))
    found = picture.compose(good(data))
    span = next(x for x in found.spans if x.range.start == 0xB1000000)
    assert set(span.holders) == {"root", "one", "other"}
    assert "Never at the same time" in texts(drawn(good(data)))
    path = tmp_path / "x.yaml"
    path.write_text(to_yaml(data))
    assert main(["draw", str(path)]) == 0
    assert "one or other, else root" in capsys.readouterr().out


def test_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    for path in SYSTEMS:
        assert main(["draw", str(path)]) == 0
        text = capsys.readouterr().out
        assert "\x1b" not in text
        assert all(
            len(line) <= 80 and line == line.rstrip() for line in text.split("\n")
        )
        for name in [x.name for x in load_system(str(path)).cells]:
            assert re.search(rf"^{name} ", text, re.MULTILINE)


def test_blob(capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path) -> None:
    binary, output = tmp_path / "x.bin", tmp_path / "x.svg"
    assert main(["build", DEMO, "-o", str(binary)]) == 0
    assert main(["draw", str(binary), "-o", str(output)]) == 0
    digest = hashlib.sha256(binary.read_bytes()).hexdigest()
    assert digest in output.read_text()
    assert main(["draw", str(binary)]) == 0
    assert digest in capsys.readouterr().out


def test_wrong_input(
    capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    path, output = tmp_path / "x.yaml", tmp_path / "x.svg"
    path.write_text(to_yaml(cells(one=cell(1), two=cell(1))))
    assert main(["draw", str(path), "-o", str(output)]) == 1
    assert "CPU 1 also belongs to one" in capsys.readouterr().err
    assert not output.exists()
    assert main(["draw", DEMO, "-o", str(tmp_path / "no" / "x.svg")]) == 1
    assert "No such file" in capsys.readouterr().err


def test_wrapping() -> None:
    assert wrap("lidar-fusion-and-tracking", 80, 10) == [
        "lidar-fusion-",
        "and-tracking",
    ]
    assert "".join(wrap("x" * 31, 60, 10)) == "x" * 31
    assert wrap("a b", 1, 10) == ["a", "b"]
