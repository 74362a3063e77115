# SPDX-License-Identifier: GPL-2.0
"""The files of "make install" and their use: both tools, dkms's build of the module."""

import graphlib
import json
import os
import pathlib
import platform
import re
import shutil
import subprocess

import pytest
from machine.paths import BUILD, SOURCE

PROGRAMS = ("hello", "rt-timer", "smp", "echo", "shmem", "counter")
MACHINES = {"arm64": "qemu-virt-arm64", "x86": "qemu-q35"}
CROSS = {"arm64": "aarch64-linux-gnu-", "x86": "x86_64-linux-gnu-"}
ELF_MACHINE = {"arm64": 183, "x86": 62}
COMPLETION = "share/bash-completion/completions/hvctl"


def version() -> str:
    text = (SOURCE / "include" / "bulkhead" / "limits.h").read_text()
    return ".".join(re.findall(r"define BH_ABI_M(?:AJ|IN)OR (\d+)u?\b", text))


def install(where: pathlib.Path, *variables: str) -> pathlib.Path:
    command = ["make", "--no-print-directory", "install", f"DESTDIR={where}"]
    subprocess.run([*command, *variables], cwd=SOURCE, check=True)
    return where


@pytest.fixture(scope="module", params=list(MACHINES))
def arch(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def tree(arch: str, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    return install(tmp_path_factory.mktemp("root"), f"ARCH={arch}")


def files(tree: pathlib.Path) -> dict[str, int]:
    """Returns the mode of each file."""
    return {
        str(path.relative_to(tree)): path.stat().st_mode & 0o7777
        for path in tree.rglob("*")
        if path.is_file()
    }


def sources(folder: str, pattern: str, to: str) -> set[str]:
    found = (SOURCE / folder).rglob(pattern)
    inside = {path.relative_to(SOURCE / folder) for path in found}
    return {f"{to}/{path}" for path in inside if path.parts[0] != "tests"}


def test_each_file_is_there(arch: str, tree: pathlib.Path) -> None:
    dkms = f"usr/src/bulkhead-{version()}"
    share = "usr/share/bulkhead"
    programs = {"usr/sbin/hvctl", "usr/bin/hvconfig", "usr/libexec/bulkhead-stop"}
    expected = {
        f"lib/firmware/bulkhead-{arch}.bin",
        "lib/systemd/system/bulkhead.service",
        "usr/share/man/man8/hvctl.8",
        f"usr/{COMPLETION}",
        f"{share}/configs/systems/{MACHINES[arch]}-demo.yaml",
        *(f"usr/lib/bulkhead/{name}.bin" for name in PROGRAMS),
        *(f"{dkms}/{x}" for x in ("Kbuild", "dkms.conf", "include/image_hash.h")),
        *sources("driver", "*.[ch]", dkms),
        *sources("include", "*.h", f"{dkms}/include"),
        *sources("tools/hvconfig/hvconfig", "*.py", f"{share}/hvconfig"),
        *sources("tools/hvconfig/hvconfig", "*.json", f"{share}/hvconfig"),
        *sources("tools/hvconfig/hvconfig", "*.toml", f"{share}/hvconfig"),
        *sources("configs/platforms", "*.yaml", f"{share}/configs/platforms"),
    }
    found = files(tree)
    assert found.keys() == expected | programs
    hvctl = (tree / "usr/sbin/hvctl").read_bytes()
    assert int.from_bytes(hvctl[18:20], "little") == ELF_MACHINE[arch]
    assert {name for name, mode in found.items() if mode == 0o755} == programs
    assert {found[name] for name in expected} == {0o644}
    assert (tree / "etc" / "bulkhead").is_dir()


def run(tree: pathlib.Path, program: str, *words: str, ok: int = 0) -> str:
    """Runs an installed program outside of the source tree; returns its output."""
    command = [str(tree / "usr" / program), *words]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    result = subprocess.run(
        command, env=environment, cwd="/", capture_output=True, text=True
    )
    assert result.returncode == ok, f"{command}: {result.stderr}"
    return result.stdout + result.stderr


def test_every_command_of_hvconfig_runs(
    arch: str, tree: pathlib.Path, tmp_path: pathlib.Path
) -> None:
    configs = tree / "usr/share/bulkhead/configs"
    machine = str(configs / "platforms" / f"{MACHINES[arch]}.yaml")
    system = str(configs / "systems" / f"{MACHINES[arch]}-demo.yaml")
    blob, output, record = (str(tmp_path / x) for x in ("a.bin", "output", "record"))
    stop = {"reason": "access", "guest_address": "0x1000"}
    pathlib.Path(record).write_text(json.dumps([{"name": "hello", "stop": stop}]))
    commands = {
        "build": ["-o", blob, system],
        "check": [system],
        "cmdline": [system],
        "collect": ["-o", output],
        "diff": [system, blob],
        "draw": [system],
        "dtb": ["-o", output, system, "hello"],
        "dump": [blob],
        "explain": ["--system", system, record],
        "header": [system, "hello"],
        "new": ["--cell", "one:console", machine],
    }
    usage = run(tree, "bin/hvconfig", "--help").partition("options:")[0]
    assert set(re.findall(r"^ {4}(\w+) ", usage, re.MULTILINE)) == commands.keys()
    if arch == "x86":  # its cells have no device trees
        del commands["dtb"]
    for command, words in commands.items():
        run(tree, "bin/hvconfig", command, "--help")
        run(tree, "bin/hvconfig", command, *words)


def test_every_command_of_hvctl_runs(arch: str, tree: pathlib.Path) -> None:
    if platform.machine() != {"arm64": "aarch64", "x86": "x86_64"}[arch]:
        pytest.skip("hvctl is for another machine")
    usage = run(tree, "sbin/hvctl", "--help").partition("commands:\n")[2]
    commands = re.findall(r"^  ((?:cell )?\w+) ", usage, re.MULTILINE)
    assert len(commands) > 10
    for command in commands:
        said = run(tree, "sbin/hvctl", *command.split(), "--help")
        assert said.startswith(f"usage: hvctl {command}")
    # The module is not loaded.
    for command in ("check", "status", "log", "disable", "lock", "cell list"):
        said = run(tree, "sbin/hvctl", *command.split(), ok=3)
        assert "there is no /dev/bulkhead" in said


def test_another_prefix(tmp_path: pathlib.Path) -> None:
    install(tmp_path, "prefix=/opt/bulkhead")
    assert (tmp_path / "opt/bulkhead" / COMPLETION).is_file()
    unit = (tmp_path / "lib/systemd/system/bulkhead.service").read_text()
    assert "ExecStop=/opt/bulkhead/libexec/bulkhead-stop\n" in unit
    stop = tmp_path / "opt/bulkhead/libexec/bulkhead-stop"
    assert (stop.parent / "../sbin/hvctl").is_file() and "/../sbin:" in stop.read_text()


def test_there_is_time_to_stop_all_cells(tree: pathlib.Path) -> None:
    limits = (SOURCE / "include" / "bulkhead" / "limits.h").read_text()
    cells = re.search(r"define BH_MAX_CELLS (\d+)u", limits)
    each = re.search(
        r"--timeout (\d+)000 ", (tree / "usr/libexec/bulkhead-stop").read_text()
    )
    unit = (tree / "lib/systemd/system/bulkhead.service").read_text()
    allowed = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert cells and each and allowed
    # The factor leaves time for forced stops, wiping and the return of CPUs.
    assert int(allowed.group(1)) > 1.5 * (int(cells.group(1)) - 1) * int(each.group(1))


def test_the_manual_page_is_one(tree: pathlib.Path) -> None:
    text = (tree / "usr/share/man/man8/hvctl.8").read_text()
    assert '.TH "hvctl" "8"' in text and ".SH EXIT CODES" in text


def objects_used(build: pathlib.Path, arch: str) -> dict[str, set[str]]:
    """Returns, by source file of the module, the files whose symbols it uses."""
    defined: dict[str, str] = {}
    needed: dict[str, set[str]] = {}
    for path in build.rglob("*.o"):
        name = str(path.relative_to(build).with_suffix(".c"))
        if not (build / name).exists() or name.startswith("bulkhead."):
            continue
        command = [f"{CROSS[arch]}nm", str(path)]
        result = subprocess.run(command, capture_output=True, text=True, check=True)
        for line in result.stdout.splitlines():
            kind, symbol = line.split()[-2:]
            if kind == "U":
                needed.setdefault(name, set()).add(symbol)
            elif kind.isupper():
                defined[symbol] = name
    return {
        name: {defined[x] for x in symbols if x in defined} - {name}
        for name, symbols in needed.items()
    }


def no_circles(used: dict[str, set[str]]) -> None:
    assert sum(map(len, used.values())) > 50
    graphlib.TopologicalSorter(used).prepare()
    header = (SOURCE / "driver" / "driver.h").read_text()
    listed = re.findall(r"^/\* ([a-z_/]+\.c)\b", header, re.MULTILINE)
    for place, name in enumerate(listed):
        assert not used[name] & set(listed[:place]), name


@pytest.mark.parametrize("kernel", ["6.1", "6.12", "newest"])
def test_dkms_builds_the_module(
    arch: str, tree: pathlib.Path, tmp_path: pathlib.Path, kernel: str
) -> None:
    """Builds like dkms: copies the source, sources dkms.conf, evaluates MAKE."""
    source = tree / "usr" / "src" / f"bulkhead-{version()}"
    build = tmp_path / "bulkhead" / version() / "build"
    shutil.copytree(source, build)
    linux = BUILD / arch / f"linux-{kernel}"
    if kernel == "newest" and not linux.exists():
        pytest.skip("this architecture's is in make test-all")
    headers = (linux / "headers").resolve()
    compiler = (linux / "compiler").read_text().strip()
    prefix = compiler.rpartition("gcc-")[0]
    script = '. ./dkms.conf; eval "${MAKE[0]} $cross"; [ "$PACKAGE_NAME" = bulkhead ]'
    environment = {
        "PATH": os.environ["PATH"],
        "dkms_tree": str(tmp_path),
        "kernel_source_dir": str(headers),
        "cross": f"ARCH={arch} CROSS_COMPILE={prefix} CC={compiler}",
    }
    subprocess.run(["bash", "-ec", script], cwd=build, env=environment, check=True)
    assert (build / "bulkhead.ko").stat().st_size > 10000
    no_circles(objects_used(build, arch))


def test_the_manual_names_this_version() -> None:
    said = (SOURCE / "docs" / "getting-started.md").read_text()
    named = set(re.findall(r"bulkhead[-/](\d+\.\d+)", said))
    assert named == {version()}
