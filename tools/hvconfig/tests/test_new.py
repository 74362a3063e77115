# SPDX-License-Identifier: GPL-2.0
"""hvconfig new, with options and with answers on a terminal."""

import fcntl
import os
import pathlib
import pty
import select
import signal
import subprocess
import termios

import pytest
from hvconfig.cli import new
from hvconfig.cli.main import main
from hvconfig.read.system import load_system

from tests.helpers import PLATFORM, SOURCE

SHELL = SOURCE / "tools" / "hvconfig" / "hvconfig.sh"
QEMU = SOURCE / "configs" / "platforms" / "qemu-virt-arm64.yaml"


@pytest.fixture
def board(tmp_path: pathlib.Path) -> pathlib.Path:
    path = tmp_path / "board.yaml"
    path.write_text(PLATFORM)
    return path


def make(board: pathlib.Path, *cells: str, more: tuple[str, ...] = ()) -> pathlib.Path:
    """Returns the file that "hvconfig new" writes for these cells."""
    output = board.with_name("system.yaml")
    options = [word for cell in cells for word in ("--cell", cell)]
    assert main(["new", str(board), *options, "-o", str(output), *more]) == 0
    return output


def refusal(
    capsys: pytest.CaptureFixture[str], board: pathlib.Path, *words: str
) -> str:
    assert main(["new", str(board), *words]) == 1
    found = capsys.readouterr()
    assert not found.out
    return found.err


def test_cells_from_options(
    board: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = make(
        board,
        "rt:cpus=3,ram=16M+64K,console,irq_mode=direct,devices=can",
        "two:cpus=1-2,image,shared=root:64K+rt:4K",
        "other:cpus=2,linux,not_with=two",
        more=("--name", "mine", "--root-irq-mode", "direct"),
    )
    assert main(["check", str(output)]) == 0
    system = load_system(str(output))
    assert (system.name, system.root.irq_mode) == ("mine", "direct")
    rt, two, other = system.cells
    assert (rt.cpus, rt.irq_mode, rt.devices) == ((3,), "direct", ("can",))
    assert rt.console and [x.size for x in rt.regions if x.type == "ram"] == [
        16 << 20,
        65536,
    ]
    assert two.cpus == (1, 2) and two.image.size == 16 << 20 and "reset" in two.rights
    assert {x.name for x in two.regions if x.type == "shared"} == {
        "two-root",
        "two-rt",
    }
    assert other.linux and other.not_with == ("two",)
    assert output.read_text().startswith("# yaml-language-server: $schema=")


def test_without_words(board: pathlib.Path) -> None:
    system = load_system(str(make(board, "a", "b:console", "c:cpus=1")))
    assert [cell.cpus for cell in system.cells] == [(3,), (2,), (1,)]


def test_cells_never_at_once_get_the_same_cpu(board: pathlib.Path) -> None:
    words = ("a", "b:not_with=a", "c", "d:not_with=all")
    system = load_system(str(make(board, *words)))
    assert [cell.cpus for cell in system.cells] == [(3,), (3,), (2,), (3,)]


def test_the_schema_and_platform_are_found(tmp_path: pathlib.Path) -> None:
    output = tmp_path / "deep" / "er" / "x.yaml"
    output.parent.mkdir(parents=True)
    assert main(["new", str(QEMU), "--cell", "a", "-o", str(output)]) == 0
    schema = output.read_text().splitlines()[0].partition("$schema=")[2]
    assert (output.parent / schema).resolve() == new.SCHEMA
    assert main(["check", str(output)]) == 0


@pytest.mark.parametrize("name", ["1", "0x10", "null", "yes", "a-", "on", "1e3"])
def test_names_that_look_like_something_else(board: pathlib.Path, name: str) -> None:
    output = make(board, f"{name}:cpus=1", more=(f"--name={name}",))
    system = load_system(str(output))
    assert (system.name, system.cells[0].name) == (name, name)


@pytest.mark.parametrize(
    "words, expected",
    [
        (["--cell", "a b"], "'a b' is not a valid name"),
        (["--cell", ""], "'' is not a valid name"),
        (["--cell", "a:cpu=3"], "unknown property 'cpu=3'; did you mean 'cpus'?"),
        (["--cell", "a:cpus=x"], "'x' is neither a CPU nor a range"),
        (["--cell", "a:cpus=3-1"], "'3-1' is neither a CPU nor a range"),
        (["--cell", "a:cpus=0-999999999"], "is neither a CPU nor a range"),
        (["--cell", "a:cpus=9"], "a: the platform has no CPU 9; it has 0 to 3"),
        (["--cell", "a:cpus="], "a: 'cpus' needs a value: cpus=2-3"),
        (["--cell", "a:ram=lots"], "'lots' is not a size such as"),
        (["--cell", "a:ram=8G"], "a: there is no room for 8G of memory"),
        (["--cell", "a:ram=5K"], "the size 5K is not a multiple of 4 KiB"),
        (["--cell", "a:console=yes"], "'console' takes no value"),
        (["--cell", "a:devices=cam"], "no device 'cam'; did you mean 'can'?"),
        (["--cell", "a:irq_mode=fast"], "can be list or direct, not 'fast'"),
        (["--cell", "a:shared=root"], "'root' has no size; use root:64K"),
        (["--cell", "a:shared=b:64K"], "there is no other cell 'b'"),
        (["--cell", "a", "--cell", "a"], "there is already a cell 'a'"),
        (["--cell", "root"], "there is already a cell 'root'"),
        (["--cell", "a:cpus=1-3", "--cell", "b"], "b: no CPU is left for it"),
        (["--cell", "a:cpus=1", "--cell", "b:cpus=1"], "CPU 1 also belongs to a"),
        (["--cell", "a", "--name", "a b"], "'a b' is not a valid name"),
        (["--cell", "a", "-o", "/no/where.yaml"], "there is no such directory"),
        ([], "no cells are given; use --cell, as in --cell rt:ram=16M,console"),
    ],
)
def test_refusals(
    capsys: pytest.CaptureFixture[str],
    board: pathlib.Path,
    words: list[str],
    expected: str,
) -> None:
    assert expected in refusal(capsys, board, *words)


@pytest.mark.parametrize("wrong", ["b:cpus=9", "b:cpus=x", "b:cpus=1", "b:devices=x"])
def test_the_option_that_is_wrong_is_named(
    capsys: pytest.CaptureFixture[str], board: pathlib.Path, wrong: str
) -> None:
    lines = refusal(capsys, board, "--cell", "a:cpus=1", "--cell", wrong).splitlines()
    assert any(line.startswith(f"--cell {wrong}: ") for line in lines), lines
    assert not any("--cell a" in line for line in lines)


def test_platforms_that_are_none(
    capsys: pytest.CaptureFixture[str], tmp_path: pathlib.Path
) -> None:
    cell = ("--cell", "a")
    assert "No such file" in refusal(capsys, tmp_path / "none.yaml", *cell)
    path = tmp_path / "x.yaml"
    path.write_bytes(os.urandom(3000))
    assert f"{path}: is not" in refusal(capsys, path, *cell)
    path.write_text("platform: x\ncells: {}\n")
    assert "the key 'arch' is missing" in refusal(capsys, path, *cell)


def test_nothing_is_overwritten(
    capsys: pytest.CaptureFixture[str], board: pathlib.Path
) -> None:
    output = make(board, "a")
    before = output.read_text()
    words = ("--cell", "b", "-o", str(output))
    assert "already exists; --force replaces it" in refusal(capsys, board, *words)
    assert output.read_text() == before
    make(board, "b", more=("--force",))
    assert "b:" in output.read_text()


class Terminal:
    """Runs a command on a new pseudo-terminal."""

    def __init__(self, *words: str) -> None:
        self._terminal, other = pty.openpty()
        # A background shell ignores SIGINT, and the command would inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._process = subprocess.Popen(
            [SHELL, *words],
            stdin=other,
            stdout=other,
            stderr=other,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # Ctrl-C needs it
        )
        os.close(other)
        self._text = ""

    def answer(self, question: str, answer: str) -> None:
        self._wait(question)
        os.write(self._terminal, answer.encode())

    def _wait(self, text: str) -> None:
        while text not in self._text:
            assert self._read(), self._text
        self._text = self._text.partition(text)[2]

    def _read(self) -> bool:
        assert select.select([self._terminal], [], [], 60)[0], self._text
        try:
            data = os.read(self._terminal, 4096)
        except OSError:  # the command closed its side
            return False
        self._text += data.decode()
        return bool(data)

    def end(self) -> tuple[int, str]:
        while self._read():
            pass
        os.close(self._terminal)
        return self._process.wait(), self._text


def test_questions(board: pathlib.Path) -> None:
    output = board.with_name("asked.yaml")
    terminal = Terminal("new", str(board), "-o", str(output))
    for question, answer in (
        ("Name of the system", "asked\n"),
        ("Interrupts of root", "\n"),
        ("Name of a cell", "-\n"),
        ("a system needs at least one cell", "rt\n"),
        ("CPUs (free: 1-3)", "0\n"),
        ("CPU 0 is not free; free CPUs: 1-3", "2-3\n"),
        ("Does Linux run in it", "maybe\n"),
        ("the answer is yes or no", "\n"),
        ("RAM [16M]", "much\n"),
        ("'much' is not a size", "32M\n"),
        ("A console [yes]", "\n"),
        ("Interrupts: list or direct [list]", "direct\n"),
        ("Devices [none]", "cam\n"),
        ("did you mean 'can'?", "can\n"),
        ("Memory shared with root [none]", "64K\n"),
        ("Name of another cell", "rt\n"),
        ("the name 'rt' is used already", "-\n"),
    ):
        terminal.answer(question, answer)
    code, text = terminal.end()
    assert code == 0, text
    system = load_system(str(output))
    (rt,) = system.cells
    assert (system.name, rt.cpus, rt.irq_mode) == ("asked", (2, 3), "direct")
    assert rt.console and rt.devices == ("can",)
    assert list(system.shared) == ["rt-root"]


@pytest.mark.parametrize("key, code", [("\x03", 130), ("\x04", 1)])
def test_leaving_the_questions(board: pathlib.Path, key: str, code: int) -> None:
    output = board.with_name("left.yaml")
    terminal = Terminal("new", str(board), "-o", str(output))
    terminal.answer("Name of the system", key)
    found, text = terminal.end()
    assert found == code and "Traceback" not in text
    assert not output.exists()
