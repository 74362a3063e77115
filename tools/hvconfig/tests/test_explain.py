# SPDX-License-Identifier: GPL-2.0
"""explain names the cause of a failure, and the lines that it adds are valid."""

import io
import json
import pathlib
import re
from typing import Any

import pytest
import yaml
from hvconfig.cli.main import main
from hvconfig.explain import records, refusals, words
from hvconfig.explain.esr import Syndrome
from hvconfig.problems import ConfigError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.helpers import SOURCE, cell, errors, examine, system, to_yaml

INCLUDE = SOURCE / "include" / "bulkhead"
READ, WRITE = 0x93810007, 0x93810047  # 4 bytes, translation fault
Capture = pytest.CaptureFixture[str]


def config(**changes: Any) -> dict[str, Any]:
    """Returns a system. Cells "one" and "two" share a region; "three" does not."""
    shared = {"ring": {"guest": 0x50000000, "rights": "r"}}
    data = system(
        shared={"ring": {"at": 0xB8000000, "size": "64K"}},
        cells={
            "one": cell(1, shared=shared, devices=["can"]),
            "two": cell(2, shared={"ring": None}),
            "three": cell(3),
        },
    )
    return data | changes


class Explain:
    """Runs explain on failures of cells of a config."""

    def __init__(self, path: pathlib.Path, capture: Capture) -> None:
        self._path, self._capture = path, capture
        self.data = config()

    def run(self, record: Any, *options: str) -> str:
        (self._path / "x.yaml").write_text(to_yaml(self.data))
        file = self._path / "record"
        file.write_text(record if isinstance(record, str) else json.dumps(record))
        path = str(self._path / "x.yaml")
        assert main(["explain", str(file), "--system", path, *options]) == 0
        return self._capture.readouterr().out

    def said(self, name: str, reason: str = "access", **record: int) -> str:
        """Returns the explanation on one line, followed by the lines to add."""
        shown = {key: hex(value) for key, value in record.items()}
        text = self.run([{"name": name, "stop": {"reason": reason, **shown}}])
        sentences, _, lines = text.partition("To allow it,")
        return " ".join(sentences.split()) + "\n" + lines.partition("\n\n")[2]

    def added(self, text: str) -> list[str]:
        """Returns the errors of the config after the suggested lines are added."""
        lines = yaml.safe_load(text.partition("\n")[2])
        return errors(merged(self.data, lines))


def merged(data: Any, more: Any) -> Any:
    if not isinstance(data, dict) or not isinstance(more, dict):
        if isinstance(data, list) and isinstance(data[0], dict):
            same = [x for x in data if x.get("phys") != more[0]["phys"]]
            return same + more
        return more
    both = {key: merged(data[key], more[key]) for key in data.keys() & more.keys()}
    return {**data, **more, **both}


@pytest.fixture
def explain(tmp_path: pathlib.Path, capsys: Capture) -> Explain:
    return Explain(tmp_path, capsys)


def test_device_of_root(explain: Explain) -> None:
    text = explain.said("three", syndrome=WRITE, guest_address=0x0A000204)
    assert "Cell 'three' wrote 4 bytes at guest address 0xa000204." in text
    assert "is of the device disk, which belongs to the root cell 'root'" in text
    assert "also contains registers of net" in text and "DMA" in text
    assert "devices: [disk]" in text
    assert not explain.added(text)


def test_device_of_another_cell(explain: Explain) -> None:
    text = explain.said("three", syndrome=READ, guest_address=0x09010000)
    assert "Cell 'three' read 4 bytes" in text
    assert "of the device can, which belongs to cell 'one'" in text
    assert any("can (0x9010000" in x and "of one" in x for x in explain.added(text))


def test_memory_of_another_cell(explain: Explain) -> None:
    text = explain.said("three", guest_address=0xB2000000)
    assert "Cell 'three' accessed guest address 0xb2000000." in text
    assert "is RAM of cell 'two'" in text and "shared: {with: two" in text
    assert not explain.added(text)
    text = explain.said("one", guest_address=0xB3000000)
    assert "is RAM of cell 'three'" in text and "one-three: {size: 64K}" in text
    assert not explain.added(text)
    text = explain.said("one", guest_address=0x48000000 - 0x10000000 + 0x40000000)
    assert "is RAM of the root cell 'root'" in text
    assert not explain.added(text)


def test_memory_of_nobody(explain: Explain) -> None:
    text = explain.said("three", guest_address=0xB8100000)
    assert "is RAM that no cell has" in text
    assert not explain.added(text)


def test_own_memory(explain: Explain) -> None:
    text = explain.said("one", syndrome=WRITE | 0xF, guest_address=0x50000010)
    assert "shared memory 'ring'" in text and "don't allow writing" in text
    assert not explain.added(text)
    text = explain.said("three", syndrome=WRITE, guest_address=0xB3000010)
    assert "is the cell's own memory, but its guest address is 0x40000010" in text
    text = explain.said("three", syndrome=WRITE, guest_address=0x41000010)
    assert "ends 0x11 below" in text and "size: 18M" in text
    assert not explain.added(text)
    explain.data["cells"]["three"]["memory"].append(
        {"phys": 0xB4000000, "guest": 0x60000000, "size": "1M", "rights": "r"}
    )
    text = explain.said("three", "fetch", pc=0x60000000, guest_address=0x60000000)
    assert "jumped to guest address 0x60000000" in text and "rights: rx" in text
    assert "x.yaml:" in text
    assert not explain.added(text)


def test_what_no_config_can_give(explain: Explain) -> None:
    for address, said in (
        (0xBFC00010, "the hypervisor's memory"),
        (0x08080000, "the interrupt controller's"),
        (0x30000000, "neither RAM nor a device"),
        (0x0B000010, "offset 0x10 of its info page, which it may only read"),
        (0x09000018, "offset 0x18 of its console"),
        (0x08000004, "offset 0x4 of its interrupt distributor"),
    ):
        text = explain.said("three", syndrome=WRITE, guest_address=address)
        assert said in text and text.endswith("\n\n") or text.endswith(".\n"), text
    text = explain.said("three", "fetch", guest_address=0x09010000)
    assert "Registers of devices can't be executed" in text and "devices:" not in text


def test_where_in_the_program(explain: Explain) -> None:
    text = explain.said("three", cpu=3, pc=0x40000124, guest_address=0)
    assert "on CPU 3 was 0x40000124, 0x124 after the start" in text
    text = explain.said("three", pc=0x12, virtual_address=5, guest_address=0)
    assert "(virtual 0x5)" in text
    assert "was 0x12, outside the cell's memory" in text


def test_traps_and_faults(explain: Explain) -> None:
    text = explain.said("one", "trap", syndrome=0x62303C01 | 1)
    assert "read of S3_0_C15_C0_0" in text, text
    text = explain.said("one", "trap", syndrome=0x02000000)
    assert "undefined instruction" in text
    text = explain.said("one", "hypervisor-fault", syndrome=0x96000050)
    assert "the hypervisor itself faulted while serving it" in text
    assert "an SError" in explain.said("one", "serror")
    assert "not a failure" in explain.said("one", "off")
    assert "reason 77" in explain.run({"name": "one", "reason": 77})


def test_reset(explain: Explain) -> None:
    text = explain.said("three", "reset")
    assert "rights: [console, reset]" in text and "image: true" in text
    assert not explain.added(text)


def test_known_syndromes() -> None:
    assert Syndrome(READ).size == 4 and not Syndrome(READ).write
    assert Syndrome(WRITE).write and not Syndrome(WRITE).permission
    assert Syndrome(0x9200004F).permission and not Syndrome(0x9200004F).size
    sgi1r = 0x18 << 26 | 3 << 20 | 5 << 17 | 12 << 10 | 11 << 1
    assert Syndrome(sgi1r).words().endswith(": write of ICC_SGI1R_EL1 (x0)")
    assert Syndrome(0xFC000000).words() == "exception class 0x3f"


def test_refusals(explain: Explain) -> None:
    record = {"code": 11, "field": 15, "index": 1, "value": "0xb1000000", "owner": 2}
    text = explain.run(record, "--cell", "one")
    assert 'Region 1 of cell "one" (RAM 0xb1000000, 16 MiB) belongs to cell 2.' in text
    assert "0xb1000000-0xb1ffffff, at" in " ".join(text.split())
    assert "code 999, which this" in explain.run({"code": 999, "field": 99})
    text = explain.run({"code": 257})
    assert "What to do: enable one: hvctl enable SYSTEM." in text


def test_list_of_cells(explain: Explain) -> None:
    stop = {"reason": "access", "guest_address": "0x1"}
    cells = [{"name": name, "stop": stop} for name in ("one", "two")]
    text = explain.run([{"name": "root", "stop": None}, *cells])
    assert "'one'" in text and "'two'" in text and "'root' acc" not in text
    assert "'one'" not in explain.run(cells, "--cell", "two")
    assert "has no cell 'on'. Did you mean 'one'?" in explain.said("on")


def test_sysfs(tmp_path: pathlib.Path, capsys: Capture) -> None:
    directory = tmp_path / "three" / "failure"
    directory.mkdir(parents=True)
    values = {"reason": "1", "cpu": "3", "pc": "0x40000000", "syndrome": hex(WRITE)}
    values |= {"fault_va": "0xc000000", "fault_ipa": "0xc000000"}
    for name, value in values.items():
        (directory / name).write_text(value + "\n")
    for path in (directory, directory.parent):
        assert main(["explain", str(path)]) == 0
        text = " ".join(capsys.readouterr().out.split())
        assert "Cell 'three' wrote 4 bytes at guest address 0xc000000." in text
    lines = [f"/x/three/failure/{key}:{x}" for key, x in values.items()]
    (tmp_path / "grep").write_text("\n".join(lines))
    assert main(["explain", str(tmp_path / "grep")]) == 0
    assert " ".join(capsys.readouterr().out.split()) == text


def test_the_system_is_found(
    tmp_path: pathlib.Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "board-plant.yaml").write_text(to_yaml(config(name="plant")))
    (tmp_path / "broken.yaml").write_text("{")
    (tmp_path / "other.yaml").write_text("a: b")
    record = '{"name": "three", "reason": "access", "guest_address": "0xbfc00000"}'
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(record.encode())))
    assert main(["explain", "-"]) == 0
    assert "the hypervisor's memory" in " ".join(capsys.readouterr().out.split())
    (tmp_path / "r").write_text(record)
    assert main(["explain", "r", "-s", "plant"]) == 0
    assert "hypervisor's memory" in " ".join(capsys.readouterr().out.split())
    assert main(["explain", "r", "-s", "plan"]) == 1
    assert "plan: is neither a file nor a system in" in capsys.readouterr().err
    assert main(["build", "board-plant.yaml", "-o", "plant.bin"]) == 0
    assert main(["explain", "r", "-s", "plant.bin"]) == 0
    assert "hypervisor's memory" in " ".join(capsys.readouterr().out.split())
    # explain reads a YAML file and its blob as the same system
    assert main(["explain", "r"]) == 0
    assert "hypervisor's memory" in " ".join(capsys.readouterr().out.split())
    (tmp_path / "second.yaml").write_text(to_yaml(config(name="second")))
    assert main(["explain", "r"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "The systems 'plant' and 'second' have a cell 'three': use --system" in said
    assert "hypervisor's memory" not in said


BROKEN = (
    *("", " \n", "{", "[", "1", "hello", "[1]", "[[]]", "{}", "[]", "null", '""'),
    *('{"stop": 1}', '{"stop": {}}', '{"reason": "x"}', '{"reason": -1}'),
    *('{"reason": 1.5}', '{"reason": true}', '{"reason": 1, "pc": "0xg"}'),
    *('{"reason": 1, "pc": 18446744073709551616}', '{"code": null}', "reason=x"),
    *("[" * 100000, "1" * 10000, '{"code": ' + "9" * 9999 + "}", "[NaN]"),
)


@pytest.mark.parametrize("text", BROKEN, ids=lambda x: str(x)[:20])
def test_broken_records(tmp_path: pathlib.Path, capsys: Capture, text: str) -> None:
    path = tmp_path / "x"
    path.write_text(text)
    assert main(["explain", str(path)]) == 1
    assert re.fullmatch(rf"{path}: (is|says|has) .+\n", capsys.readouterr().err)


def test_broken_files(tmp_path: pathlib.Path, capsys: Capture) -> None:
    path = tmp_path / "x"
    for content in (b"\xff\xfe", bytes(3000000), b"{" + b" " * 2000000 + b"}"):
        path.write_bytes(content)
        assert main(["explain", str(path)]) == 1
        assert capsys.readouterr().err.startswith(f"{path}: ")
    assert main(["explain", str(tmp_path)]) == 1
    assert "no files of a cell's failure" in capsys.readouterr().err


NUMBERS = st.integers(0, 2**64 - 1)


@settings(deadline=None)  # the test's host may be busy
@given(
    *(st.sampled_from(["one", "two", "three", "root", "nobody", ""]), NUMBERS, NUMBERS),
    st.sampled_from([*records.REASONS, "0", "200"]),
    st.one_of(NUMBERS, st.integers(0, 0x200000).map(lambda x: x << 12)),
)
def test_any_record_is_explained(
    name: str, syndrome: int, pc: int, reason: str, address: int
) -> None:
    from hvconfig.explain.failure import explain

    found, _ = examine(config())
    failure = records.Failure(name, reason, 1, pc, syndrome, address, address)
    for known in (found, None):
        answer = explain(failure, known)
        assert answer.sentences and all(
            x.endswith((".", "?")) for x in answer.sentences
        )
        yaml.safe_load("\n".join(answer.lines))


@given(st.text() | st.binary().map(repr))
def test_any_text_is_refused_or_read(text: str) -> None:
    reader = records._Reader("x")
    try:
        reader.records(text)
    except ConfigError as error:
        assert str(error).startswith("x: ")


def enum(file: str, pattern: str) -> dict[str, int]:
    text = (INCLUDE / file).read_text()
    return {name: int(x) for name, x in re.findall(rf"\b({pattern})\s*=\s*(\d+)", text)}


def numbers(table: str) -> dict[str, int]:
    return {row[0]: row[1] for row in words.table(table)}


def test_numbers_are_those_of_the_headers() -> None:
    codes = enum("refusal.h", r"BH_(?:OK|E_\w+)") | enum("ioctl.h", r"BH_D_\w+")
    known = [x for x in words.table("refusals") if "number" in x]
    assert {x["code"]: x["number"] for x in known} == codes and len(codes) > 45
    assert numbers("fields") == enum("refusal.h", r"BH_F_\w+")
    assert numbers("states") == enum("hypercall.h", r"BH_STATE_\w+")
    assert numbers("region_types") == enum("config.h", r"BH_REGION_(?:RAM|MMIO|SHARED)")
    assert numbers("stops") == enum("hypercall.h", r"BH_STOP_\w+")
    stops = enum("hypercall.h", r"BH_STOP_\w+")
    names = [x.removeprefix("BH_STOP_").lower().replace("_", "-") for x in stops]
    assert tuple(names) == records.REASONS
    assert list(stops.values()) == list(range(len(stops)))
    for code in codes.values():
        for field in words.by_number("fields"):
            record = records.Refusal(code, field)
            text = refusals.sentence(record) + refusals.advice(record)
            assert "{" not in text
