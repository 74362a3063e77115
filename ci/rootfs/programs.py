#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Lists the files that programs of unpacked Debian packages need, for mkinitramfs.py.

usage: programs.py TREE PROGRAM...      (programs as paths below TREE)

Prints a line SOURCE=DESTINATION for each program, its loader and each shared library
that it needs, directly or indirectly.
"""

import os
import pathlib
import re
import subprocess
import sys

READELF = os.environ.get("CROSS", "aarch64-linux-gnu-") + "readelf"
LOADER = re.compile(r"program interpreter: (/[^\]]+)\]")
NEEDED = re.compile(r"\(NEEDED\).*\[(.*)\]")


def headers(program: pathlib.Path) -> str:
    return subprocess.run(
        [READELF, "-W", "-d", "-l", str(program)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def closure(tree: pathlib.Path, programs: list[str]) -> dict[pathlib.Path, str]:
    """Returns the destination of each file: the loader's by the programs' headers, the
    libraries' by its search path."""
    (triplet,) = [x.name for x in (tree / "usr" / "lib").glob("*-linux-gnu")]
    places = [tree / "lib" / triplet, tree / "usr" / "lib" / triplet]
    found = {tree / program: f"/{program}" for program in programs}
    todo = list(found)
    while todo:
        said = headers(todo.pop())
        destinations = LOADER.findall(said)
        destinations += [f"/lib/{triplet}/{name}" for name in NEEDED.findall(said)]
        for destination in destinations:
            name = pathlib.PurePath(destination).name
            source = next((x / name for x in places if (x / name).exists()), None)
            if source is None:
                raise FileNotFoundError(f"no package in {tree} has {name}")
            if source not in found:
                found[source] = destination
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
