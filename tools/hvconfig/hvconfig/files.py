# SPDX-License-Identifier: GPL-2.0
"""Reads files with a size limit, and writes files atomically."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .problems import refuse


def write(path: str, content: bytes) -> None:
    """Writes one file, or to a special file such as /dev/stdout."""
    target = Path(path)
    if target.exists() and not target.is_file():
        with _named(target):
            target.write_bytes(content)
        return
    write_all({target: content})


def write_all(contents: dict[Path, bytes]) -> None:
    """Writes several files; if one can't be written, no target has changed."""
    ready: list[tuple[str, Path]] = []
    try:
        for target, content in contents.items():
            with _named(target):
                ready.append((_beside(target, content), target))
        for temporary, target in ready:
            with _named(target):
                os.replace(temporary, target)
    finally:
        for temporary, _ in ready:
            if os.path.exists(temporary):
                os.unlink(temporary)


@contextlib.contextmanager
def _named(target: Path) -> Iterator[None]:
    """Replaces temporary names in an OSError by the name of the target."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(target), None
        raise


def _beside(target: Path, content: bytes) -> str:
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)
    except BaseException:
        os.unlink(temporary)
        raise
    return temporary


def read_file(path: str, limit: int) -> bytes:
    """The content of a regular file. Raises ConfigError, also above the size limit."""
    try:
        with open(path, "rb", opener=_open_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise refuse(path, "is not a regular file")
            content = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse(path, f"can't be read: {reason}") from None
    if len(content) > limit:
        raise refuse(path, f"is too large: the limit is {limit >> 10} KiB")
    return content


def _open_without_waiting(path: str, flags: int) -> int:
    """With O_NONBLOCK, opening a FIFO does not wait for a writer."""
    return os.open(path, flags | os.O_NONBLOCK)
