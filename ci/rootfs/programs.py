#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Prints what programs of unpacked Debian packages need to run, for mkinitramfs.py.

usage: programs.py TREE PROGRAM...      (programs as paths below TREE)

One line SOURCE=DESTINATION for each program, its loader and each shared library that
these name, directly or not.
"""

import os
import pathlib
import re
import subprocess
import sys

READELF = os.environ.get("CROSS", "aarch64-linux-gnu-") + "readelf"
NEEDED = re.compile(r"\(NEEDED\).*\[(.*)\]|program interpreter: .*/([^/\]]+)\]")


def needed(program: pathlib.Path) -> list[str]:
    """Names of libraries, and of the loader."""
    done = subprocess.run(
        [READELF, "-W", "-d", "-l", str(program)],
        check=True,
        capture_output=True,
        text=True,
    )
    return [match[1] or match[2] for match in NEEDED.finditer(done.stdout)]


def closure(tree: pathlib.Path, programs: list[str]) -> dict[pathlib.Path, str]:
    """Where to each file goes. Libraries are all put where the loader looks."""
    (triplet,) = [x.name for x in (tree / "usr" / "lib").glob("*-linux-gnu")]
    places = [tree / "lib" / triplet, tree / "usr" / "lib" / triplet]
    found = {tree / program: f"/{program}" for program in programs}
    todo = list(found)
    while todo:
        for name in needed(todo.pop()):
            source = next((x / name for x in places if (x / name).exists()), None)
            if source is None:
                raise FileNotFoundError(f"no package in {tree} has {name}")
            if source not in found:
                loader = name.startswith("ld-linux")
                found[source] = f"/lib/{name}" if loader else f"/lib/{triplet}/{name}"
                todo.append(source)
    return found


def main() -> int:
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        files = closure(pathlib.Path(sys.argv[1]), sys.argv[2:])
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(f"programs: {error}", file=sys.stderr)
        return 1
    for source, destination in files.items():
        print(f"{source}={destination}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
