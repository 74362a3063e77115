#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Writes an initramfs (cpio, "newc"), reproducibly and without root privileges.

usage: mkinitramfs.py -o OUT --busybox FILE LIST [PATTERN=DESTINATION ...]

base.list documents the form of LIST. The files that match PATTERN, if any, are added as
DESTINATION, or into DESTINATION if it ends with a slash.
"""

import argparse
import glob
import os
import pathlib
import stat
import sys
from dataclasses import dataclass

MAGIC = "070701"  # Linux, Documentation/driver-api/early-userspace/buffer-format.rst
TRAILER = "TRAILER!!!"


@dataclass(frozen=True)
class Entry:
    path: str
    mode: int
    data: bytes = b""
    major: int = 0
    minor: int = 0


def parse_line(line: str, base: pathlib.Path, busybox: str) -> Entry:
    kind, path, *rest = line.split()
    if kind == "dir":
        return Entry(path, stat.S_IFDIR | int(rest[0], 8))
    if kind == "file":
        source = base / rest[1].format(busybox=busybox)
        return Entry(path, stat.S_IFREG | int(rest[0], 8), source.read_bytes())
    if kind == "link":
        return Entry(path, stat.S_IFLNK | 0o777, rest[0].encode())
    if kind == "node":
        mode, major, minor = int(rest[0], 8), int(rest[1]), int(rest[2])
        return Entry(path, stat.S_IFCHR | mode, b"", major, minor)
    raise ValueError(f"'{kind}' is none of dir, file, link, node")


def read_list(path: pathlib.Path, busybox: str) -> list[Entry]:
    entries = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            entries.append(parse_line(line, path.parent, busybox))
        except (ValueError, IndexError) as error:
            raise ValueError(f"{path}:{number}: {error}") from error
    return entries


def added(argument: str) -> list[Entry]:
    pattern, _, destination = argument.partition("=")
    if not destination.startswith("/"):
        raise ValueError(f"'{argument}' is not PATTERN=/DESTINATION")
    entries = []
    for source in sorted(glob.glob(pattern)):
        path = destination
        if path.endswith("/"):
            path += os.path.basename(source)
        mode = 0o755 if os.access(source, os.X_OK) else 0o644
        data = pathlib.Path(source).read_bytes()
        entries.append(Entry(path, stat.S_IFREG | mode, data))
    return entries


def with_parents(entries: list[Entry]) -> list[Entry]:
    """Adds missing parent directories; a later entry replaces an earlier one."""
    by_path: dict[str, Entry] = {}
    for entry in entries:
        for parent in reversed(pathlib.PurePosixPath(entry.path).parents):
            name = str(parent)
            if name != "/" and name not in by_path:
                by_path[name] = Entry(name, stat.S_IFDIR | 0o755)
        by_path[entry.path] = entry
    return list(by_path.values())


def padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)


def encode(inode: int, entry: Entry) -> bytes:
    name = entry.path.lstrip("/").encode() + b"\0"
    links = 2 if stat.S_ISDIR(entry.mode) else 1
    fields = [
        *(inode, entry.mode, 0, 0, links, 0, len(entry.data)),
        *(0, 0, entry.major, entry.minor, len(name), 0),
    ]
    header = MAGIC + "".join(f"{field:08x}" for field in fields)
    return padded(header.encode() + name) + padded(entry.data)


def archive(entries: list[Entry]) -> bytes:
    entries = [*with_parents(entries), Entry(TRAILER, 0)]
    return b"".join(encode(i, entry) for i, entry in enumerate(entries, 1))


def write_if_changed(path: pathlib.Path, data: bytes) -> None:
    if path.exists() and path.read_bytes() == data:
        return
    temporary = path.with_name(path.name + ".new")
    temporary.write_bytes(data)
    temporary.replace(path)


def main() -> int:
    parser = argparse.ArgumentParser(description="write an initramfs")
    parser.add_argument("-o", "--output", type=pathlib.Path, required=True)
    parser.add_argument("--busybox", required=True)
    parser.add_argument("list", type=pathlib.Path)
    parser.add_argument("add", nargs="*", metavar="PATTERN=DESTINATION")
    arguments = parser.parse_args()
    try:
        busybox = str(pathlib.Path(arguments.busybox).resolve())
        entries = read_list(arguments.list, busybox)
        for argument in arguments.add:
            entries += added(argument)
        write_if_changed(arguments.output, archive(entries))
    except (OSError, ValueError) as error:
        print(f"mkinitramfs: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
