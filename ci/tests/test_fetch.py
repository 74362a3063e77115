# SPDX-License-Identifier: GPL-2.0
"""ci/fetch uses cached packages without a network, and derives mirrors."""

import os
import pathlib
import re
import subprocess

import pytest
from machine.paths import BUILD, SOURCE

FETCH = str(SOURCE / "ci" / "fetch")
NOWHERE = "http://127.0.0.1:9"  # the discard port, where nobody listens
DEB822 = """\
Types: deb deb-src
URIs: {uri}
Suites: {suites}
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""


def own_release() -> str:
    lines = pathlib.Path("/etc/os-release").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VERSION_CODENAME="))
    return line.partition("=")[2]


OWN = own_release()


def sources(
    tmp_path: pathlib.Path, content: str, *suites: str
) -> subprocess.CompletedProcess[str]:
    """Runs ci/fetch --sources on a machine with these apt sources."""
    suffix = "sources" if content.startswith("Types:") else "list"
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (parts / f"test.{suffix}").write_text(content)
    apt = tmp_path / "apt.conf"
    apt.write_text(
        f'Dir::Etc::sourcelist "/dev/null";\nDir::Etc::sourceparts "{parts}";\n'
    )
    return subprocess.run(
        [FETCH, "--sources", *suites],
        env={**os.environ, "APT_CONFIG": str(apt), "BULKHEAD_CACHE": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
    )


def mirrors(
    tmp_path: pathlib.Path, content: str, *suites: str
) -> list[tuple[str, str]]:
    """Returns the derived sources as (URI, suite)."""
    done = sources(tmp_path, content, *suites)
    assert done.returncode == 0, done.stderr
    assert all(" signed-by=" in line for line in done.stdout.splitlines())
    found = [line.partition("] ")[2].split() for line in done.stdout.splitlines()]
    assert all(fields[2:] == ["main"] for fields in found)
    return [(fields[0], fields[1]) for fields in found]


def test_the_cache_is_enough(tmp_path: pathlib.Path) -> None:
    command = [FETCH, "--link", str(tmp_path)]
    environment = {**os.environ, "http_proxy": NOWHERE, "https_proxy": NOWHERE}
    subprocess.run(command, env=environment, check=True, timeout=30)
    for kernel in ("6.1", "6.12"):
        assert (tmp_path / f"linux-{kernel}" / "vmlinuz").stat().st_size > 1 << 20
        assert (tmp_path / f"linux-{kernel}" / "headers" / "Makefile").exists()
    assert (tmp_path / "busybox" / "busybox").exists()


def test_modules_are_built_with_the_kernels_own_compiler() -> None:
    """Each compiler runs, and has the version in the kernel's config."""
    checked = 0
    for compiler in BUILD.glob("*/linux-*/compiler"):
        config = (compiler.parent / "headers" / ".config").read_text()
        (wanted,) = re.findall(r"\nCONFIG_GCC_VERSION=(\d+)\d{4}\n", config)
        command = [compiler.read_text().strip(), "-dumpversion"]
        said = subprocess.run(command, check=True, capture_output=True, text=True)
        assert said.stdout.split(".")[0].strip() == wanted, compiler
        checked += 1
    assert checked >= 5


@pytest.mark.parametrize(
    "main, security",
    [
        ("http://mirror.test/debian", "http://mirror.test/debian-security"),
        ("https://mirror.test/debian/", "https://mirror.test/debian-security"),
        ("http://mirror.test/a/b/debian", "http://mirror.test/a/b/debian-security"),
        ("http://debian/debian", "http://debian/debian-security"),
        ("http://u:p@m.test:80/debian", "http://u:p@m.test:80/debian-security"),
        (
            "http://snapshot.test/archive/debian/20250520T000000Z",
            "http://snapshot.test/archive/debian-security/20250520T000000Z",
        ),
        ("file:/srv/mirror/debian", "file:/srv/mirror/debian-security"),
        ("file:///srv/mirror/debian", "file:/srv/mirror/debian-security"),
    ],
)
@pytest.mark.parametrize("form", ["one-line", "options", "deb822"])
def test_security_follows_from_the_main_mirror(
    tmp_path: pathlib.Path, form: str, main: str, security: str
) -> None:
    """debootstrap configures only the main archive."""
    content = {
        "one-line": f"deb {main} {OWN} main contrib\n",
        "options": f"deb [arch=amd64 trusted=yes] {main} {OWN} main\n",
        "deb822": DEB822.format(uri=main, suites=f"{OWN} {OWN}-updates"),
    }[form]
    uri = main.rstrip("/").replace("file:///", "file:/")
    assert mirrors(tmp_path, content) == [
        (uri, "bookworm"),
        (uri, "bookworm-updates"),
        (security, "bookworm-security"),
    ]


def test_a_security_mirror_of_its_own(tmp_path: pathlib.Path) -> None:
    content = (
        f"deb http://vendor.test/debian {OWN} tools\n"
        f"deb http://security.test/fixes {OWN}-security main\n"
        f"deb http://mirror.test/debian {OWN} main\n"
    )
    assert mirrors(tmp_path, content, "bookworm-security", "bookworm") == [
        ("http://security.test/fixes", "bookworm-security"),
        ("http://mirror.test/debian", "bookworm"),
    ]


def test_other_suites_and_releases(tmp_path: pathlib.Path) -> None:
    content = f"deb http://mirror.test/debian {OWN} main\n"
    suites = ("bookworm-backports", "trixie", "trixie-security")
    assert mirrors(tmp_path, content, *suites) == [
        ("http://mirror.test/debian", "bookworm-backports"),
        ("http://mirror.test/debian", "trixie"),
        ("http://mirror.test/debian-security", "trixie-security"),
    ]


def test_sources_that_name_the_release_stable(tmp_path: pathlib.Path) -> None:
    content = DEB822.format(uri="http://mirror.test/debian", suites="oldstable")
    assert mirrors(tmp_path, content, "bookworm") == [
        ("http://mirror.test/debian", "bookworm")
    ]


def test_a_mirror_without_a_directory_named_debian(tmp_path: pathlib.Path) -> None:
    done = sources(tmp_path, f"deb http://debian/packages {OWN} main\n")
    assert done.returncode == 1
    assert "deb URI bookworm-security main" in done.stderr


def test_no_mirror_of_debian(tmp_path: pathlib.Path) -> None:
    done = sources(tmp_path, "deb http://vendor.test/tools stuff main\n")
    assert done.returncode == 1 and not done.stdout
    assert "no mirror of its own Debian release" in done.stderr
