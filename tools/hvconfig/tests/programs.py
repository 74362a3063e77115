# SPDX-License-Identifier: GPL-2.0
"""C programs that the tests compile once and run on input."""

import atexit
import functools
import pathlib
import shutil
import subprocess
import sys
import tempfile

from hvconfig.explain.records import Refusal

from tests.helpers import SOURCE

HERE = pathlib.Path(__file__).parent


@functools.cache
def _directory() -> pathlib.Path:
    path = pathlib.Path(tempfile.mkdtemp(prefix="hvconfig-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@functools.cache
def _build(
    name: str, *more: str, arch: str = "arm64", include: str = "."
) -> pathlib.Path:
    output = _directory() / f"{name}-{arch}"
    includes = [SOURCE / "include", SOURCE / "hypervisor" / "include"]
    includes.append(SOURCE / "hypervisor" / "tests" / "fake" / "include")
    command = ["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror"]
    command += [f"-L{SOURCE}", "-Wl,-T,hypervisor/tests/resources.lds"]
    command.append(f"-DARCH=BH_ARCH_{arch.upper()}")
    # The fake machine uses the formats and windows of arm64, behind its own headers.
    includes.append(SOURCE / "hypervisor" / "arch" / "arm64" / "include")
    includes += [SOURCE / include, _directory()]
    command += [f"-I{path}" for path in includes]
    command += [str(HERE / f"{name}.c"), *(str(SOURCE / path) for path in more)]
    subprocess.run([*command, "-o", str(output)], check=True)
    return output


def _say(
    program: pathlib.Path, content: bytes | None, *more: str, told: str = ""
) -> list[str]:
    command = [str(program)]
    if content is not None:
        path = _directory() / "blob"
        path.write_bytes(content)
        command.append(str(path))
    return subprocess.run(
        [*command, *more], check=True, capture_output=True, text=True, input=told
    ).stdout.splitlines()


def abi(content: bytes | None = None) -> list[tuple[str, str]]:
    """Returns constants of the C headers, or the fields that they find in a blob."""
    pairs = (line.partition(" ") for line in _say(_build("abi"), content))
    return [(name, value) for name, _, value in pairs]


def _refusals(lines: list[str]) -> list[tuple[int, int, int, int]]:
    found = []
    for line in lines:
        code, field, index, value = (int(word) for word in line.split())
        found.append((code, field, index, value))
    return found


def validate(content: bytes) -> list[tuple[int, int, int, int]]:
    """Runs the hypervisor on the fake machine.

    Returns its answers to enable, and to the creation of each cell.
    """
    folders = ("hypervisor", "hypervisor/uart", "hypervisor/tests/fake")
    core = [path for folder in folders for path in SOURCE.glob(f"{folder}/*.c")]
    core += [SOURCE / "hypervisor/arch/arm64" / x for x in ("formats.c", "window.c")]
    names = sorted(str(x.relative_to(SOURCE)) for x in core if x.name != "string.c")
    return _refusals(_say(_build("validate", *names), content))


def decode(content: bytes, arch: str = "arm64") -> list[tuple[int, int, int, int]]:
    """Returns the decoder's (code, field, index, value) for each part.

    Code 0: the part is accepted.
    """
    sources = ("hypervisor/decode.c", "hypervisor/refuse.c")
    return _refusals(_say(_build("decode", *sources, arch=arch), content))


@functools.cache
def _words(arch: str) -> pathlib.Path:
    """Compiles hvctl's sentences, with the tables that its build generates."""
    hvctl = SOURCE / "tools" / "hvctl"
    tables = sorted((SOURCE / "tools/hvconfig/hvconfig/words").glob("*.toml"))
    make = [sys.executable, "-B", str(hvctl / "words" / "make_words.py")]
    output = _directory() / "word_tables.h"
    subprocess.run([*make, *map(str, tables), str(output)], check=True)
    names = ["base/json.c", "base/say.c", "base/text.c"]
    names += ["config/blob.c", "config/reserve.c", "words/refusal*.c", "words/arch.c"]
    names += ["words/arm64.c", "words/x86.c", "words/esr.c", "words/names.c"]
    sources = [path for name in names for path in sorted(hvctl.glob(name))]
    relative = [str(path.relative_to(SOURCE)) for path in sources]
    return _build("words", *relative, arch=arch, include="tools/hvctl")


def refusal_words(
    refusals: list[Refusal], content: bytes, cell: str, arch: str
) -> list[tuple[str, str]]:
    """Returns hvctl's sentence and advice for each refusal."""
    told = "".join(
        f"{x.code} {x.field} {x.index} {x.owner} {x.value}\n" for x in refusals
    )
    lines = _say(_words(arch), content, cell, told=told)
    return list(zip(lines[::2], lines[1::2], strict=True))


def syndrome_words(values: list[int]) -> list[str]:
    told = "".join(f"{value}\n" for value in values)
    return _say(_words("arm64"), None, told=told)
