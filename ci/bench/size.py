# SPDX-License-Identifier: GPL-2.0
"""The sizes of the hypervisor's image, source and memory."""

import json
import pathlib
import subprocess
from typing import Any

from machine import elf
from machine.board import Board
from machine.paths import BUILD, SOURCE

PAGE_BYTES = 4096


def text_bytes(board: Board) -> int:
    """Bytes of text and read-only data, without the padding of their last pages."""
    at = elf.symbols(BUILD / board.arch / "hypervisor.elf")
    text = at["text_used"] - at["image_start"]
    return text + at["rodata_used"] - at["text_end"]


def compiled_files(board: Board) -> list[pathlib.Path]:
    """Returns the project's files in the image, found in the compiler's .d files."""
    objects = BUILD / board.arch / "hypervisor"
    files = set()
    for dependencies in objects.rglob("*.d"):
        source = SOURCE / "hypervisor" / dependencies.relative_to(objects)
        if not source.with_suffix("").exists():
            continue  # the source was removed
        words = dependencies.read_text().replace("\\\n", " ").split()
        for word in words:
            path = (SOURCE / word.rstrip(":")).resolve()
            if path.suffix in (".c", ".h", ".S") and path.is_relative_to(SOURCE):
                files.add(path)
    return sorted(file for file in files if file.exists())


def code_lines(board: Board) -> int:
    """Lines of code by cloc, without blank lines and comments."""
    command = ["cloc", "--json", "--skip-uniqueness", "--quiet", "--list-file=-"]
    done = subprocess.run(
        command,
        input="\n".join(map(str, compiled_files(board))),
        check=True,
        capture_output=True,
        text=True,
    )
    counted: dict[str, Any] = json.loads(done.stdout)
    return int(counted["SUM"]["code"])


def memory_bytes(status: Any) -> int:
    """Returns the bytes of the image with its stacks and of the pool's used pages.

    Both are in the status that "hvctl status" reports.
    """
    pages = int(status["pool_pages_used"])
    return int(status["image_bytes"]) + pages * PAGE_BYTES
