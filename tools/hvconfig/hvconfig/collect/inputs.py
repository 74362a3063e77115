# SPDX-License-Identifier: GPL-2.0
"""The raw inputs of collect, from the running machine or from an archive.

A key is a path without its first slash, such as "proc/iomem". An archive is a tar
file of these paths, which gather.sh can write without Python. Archives are
untrusted; they are never unpacked to disk.
"""

import glob
import gzip
import io
import os
import re
import stat
import tarfile
import zlib
from collections.abc import Iterator

from ..files import read_file
from ..problems import ConfigError, refuse

# Exceptions of tarfile for malformed archives (headers can nest without end).
_BROKEN_TAR = (
    *(tarfile.TarError, ValueError, ArithmeticError, LookupError),
    *(EOFError, OSError, RecursionError),
)
_MAX_PACKED = 16 << 20
_MAX_BYTES = 64 << 20
_MAX_FILE = 4 << 20
_MAX_FILES = 200_000
_MAX_NAME = 4096

FDT = "sys/firmware/fdt"
DEVICE_TREE = "proc/device-tree/"
ACPI = "sys/firmware/acpi/tables/"
PCI = "sys/bus/pci/devices/"
CPU = "sys/devices/system/cpu/"
DMI = "sys/class/dmi/id/"
PNP = "sys/bus/pnp/devices/"
FIRMWARE_MAP = "sys/firmware/memmap/"
# gather.sh has the same list; a test compares them.
PATTERNS = (
    "proc/iomem",
    "proc/ioports",
    "proc/interrupts",
    "proc/cpuinfo",
    FDT,
    *(
        ACPI + name
        for name in ("APIC", "FACP", "GTDT", "MCFG", "DMAR", "IVRS", "IORT", "SPCR")
    ),
    *(
        f"{PCI}*/{name}"
        for name in ("vendor", "device", "class", "resource", "config", "irq")
    ),
    *(
        f"{CPU}cpu[0-9]*/cache/index*/{name}"
        for name in ("level", "type", "size", "shared_cpu_list")
    ),
    f"{CPU}cpu[0-9]*/topology/thread_siblings_list",
    f"{PNP}*/resources",
    *(f"{FIRMWARE_MAP}*/{name}" for name in ("start", "end", "type")),
    DMI + "sys_vendor",
    DMI + "product_name",
)

Inputs = dict[str, bytes]


def of_machine(root: str = "/") -> Inputs:
    """Reads the running machine; missing and unreadable files are left out."""
    found: Inputs = {}
    for pattern in PATTERNS:
        for path in sorted(glob.glob(os.path.join(glob.escape(root), pattern))):
            content = _content(path)
            if content is not None:
                found[os.path.relpath(path, root)] = content
    if FDT not in found:
        found |= _device_tree(root)
    return found


def _device_tree(root: str) -> Inputs:
    """Reads /proc/device-tree. More users can read it than the blob."""
    found: Inputs = {}
    top = os.path.realpath(os.path.join(root, DEVICE_TREE))
    for place, directories, files in os.walk(top):
        directories.sort()
        for name in sorted(files):
            content = _content(os.path.join(place, name))
            if content is not None:
                inside = os.path.relpath(os.path.join(place, name), top)
                found[DEVICE_TREE + inside] = content
    return found


def _content(path: str) -> bytes | None:
    try:
        with open(path, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            content = file.read(_MAX_FILE + 1)
    except OSError:
        return None
    return content if len(content) <= _MAX_FILE else None


def pack(inputs: Inputs) -> bytes:
    """An archive; the same bytes for the same inputs."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for name in sorted(inputs):
            member = tarfile.TarInfo(name)
            member.size = len(inputs[name])
            tar.addfile(member, io.BytesIO(inputs[name]))
    return gzip.compress(plain.getvalue(), mtime=0)


def unpack(path: str) -> Inputs:
    """The inputs in an archive. Raises ConfigError."""
    content = read_file(path, _MAX_PACKED)
    if content[:2] == b"\x1f\x8b":
        content = _inflate(content, path)
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as tar:
            return dict(_members(tar, path))
    except _BROKEN_TAR as error:
        raise refuse(path, f"is not an archive of 'collect': {error}") from None


def _inflate(content: bytes, path: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            plain = file.read(_MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise refuse(path, f"is damaged: {error}") from None
    if len(plain) > _MAX_BYTES:
        raise _too_large(path)
    return plain


def _too_large(path: str) -> ConfigError:
    return refuse(
        path,
        f"holds more than {_MAX_BYTES >> 20} MiB: it is not an archive of a machine",
    )


def _members(tar: tarfile.TarFile, path: str) -> Iterator[tuple[str, bytes]]:
    total = 0
    for number, member in enumerate(tar):
        name = re.sub(r"^(\./)+", "", member.name)
        if number >= _MAX_FILES or len(name) > _MAX_NAME:
            raise refuse(path, "holds too many files or too long names")
        if member.isdir():
            continue
        shown = name[:60]
        if not member.isreg() or member.issparse():
            raise refuse(path, f"holds {shown!r}, which is not a regular file")
        if name.startswith("/") or ".." in name.split("/") or "\0" in name:
            raise refuse(path, f"holds {shown!r}, which is outside the archive")
        total += member.size
        if member.size > _MAX_FILE or total > _MAX_BYTES:
            raise _too_large(path)
        file = tar.extractfile(member)
        content = file.read(_MAX_FILE) if file else b""
        if len(content) != member.size:
            raise refuse(path, f"is cut off in {shown!r}")
        yield name, content
