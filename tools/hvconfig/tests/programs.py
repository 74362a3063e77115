# SPDX-License-Identifier: GPL-2.0
"""C programs of the tests: built once, told what they say."""

import atexit
import functools
import pathlib
import shutil
import subprocess
import tempfile

from tests.helpers import SOURCE

HERE = pathlib.Path(__file__).parent


@functools.cache
def _directory() -> pathlib.Path:
    path = pathlib.Path(tempfile.mkdtemp(prefix="hvconfig-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


@functools.cache
def _build(name: str, *more: str, arch: str = "arm64") -> pathlib.Path:
    output = _directory() / f"{name}-{arch}"
    includes = [SOURCE / "include", SOURCE / "hypervisor" / "include"]
    includes.append(SOURCE / "hypervisor" / "tests" / "fake" / "include")
    command = ["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror"]
    command.append(f"-Wl,-T,{SOURCE / 'hypervisor' / 'tests' / 'resources.lds'}")
    command.append(f"-DARCH=BH_ARCH_{arch.upper()}")
    command += [f"-I{path}" for path in includes]
    command += [str(HERE / f"{name}.c"), *(str(SOURCE / path) for path in more)]
    subprocess.run([*command, "-o", str(output)], check=True)
    return output


def _say(program: pathlib.Path, content: bytes | None) -> list[str]:
    command = [str(program)]
    if content is not None:
        path = _directory() / "blob"
        path.write_bytes(content)
        command.append(str(path))
    return subprocess.run(
        command, check=True, capture_output=True, text=True
    ).stdout.splitlines()


def abi(content: bytes | None = None) -> list[tuple[str, str]]:
    """Constants, or the fields of a blob, as the C headers say."""
    pairs = (line.partition(" ") for line in _say(_build("abi"), content))
    return [(name, value) for name, _, value in pairs]


def _refusals(lines: list[str]) -> list[tuple[int, int, int, int]]:
    found = []
    for line in lines:
        code, field, index, value = (int(word) for word in line.split())
        found.append((code, field, index, value))
    return found


def validate(content: bytes) -> list[tuple[int, int, int, int]]:
    """What the hypervisor says on the fake machine to enable, and to each cell."""
    folders = ("hypervisor", "hypervisor/uart", "hypervisor/tests/fake")
    core = [path for folder in folders for path in SOURCE.glob(f"{folder}/*.c")]
    names = sorted(str(x.relative_to(SOURCE)) for x in core if x.name != "string.c")
    return _refusals(_say(_build("validate", *names), content))


def decode(content: bytes, arch: str = "arm64") -> list[tuple[int, int, int, int]]:
    """What the hypervisor says to each part: code (0: fine), field, index, value."""
    sources = ("hypervisor/decode.c", "hypervisor/refuse.c")
    return _refusals(_say(_build("decode", *sources, arch=arch), content))
