# SPDX-License-Identifier: GPL-2.0
"""Access to the memory of a machine in a Bochs process, running or paused.

Bochs allocates memory in blocks, each at its first access by the machine. Its table of
pointers to the blocks is located once, by search.
"""

import array
import pathlib
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

BLOCK = 128 << 10  # BX_MEM_BLOCK_LEN
TOUCHED = 16  # the least number of allocated blocks by which the table is recognized
LARGEST_HEAP = 256 << 20


class Memory:
    def __init__(self, pid: int, size: int) -> None:
        """At least TOUCHED blocks must be allocated, the first one among them."""
        self._pid = pid
        with self._open("rb") as memory:
            self._table = self._find_table(memory, size // BLOCK)

    def _open(self, mode: str) -> BinaryIO:
        file = open(f"/proc/{self._pid}/mem", mode, buffering=0)
        return file  # type: ignore[return-value]

    def _find_table(self, memory: BinaryIO, blocks: int) -> int:
        maps = pathlib.Path(f"/proc/{self._pid}/maps").read_text()
        found = re.findall(r"^(\w+)-(\w+) rw-p .* 0 *(?:\[heap\])?$", maps, re.M)
        regions = [(int(start, 16), int(end, 16)) for start, end in found]
        ram = max(regions, key=lambda region: region[1] - region[0])
        for start, end in regions:
            if (start, end) == ram or end - start > LARGEST_HEAP:
                continue
            memory.seek(start)
            words = array.array("Q", memory.read(end - start))
            for index, word in enumerate(words):
                if ram[0] <= word < ram[1] and not word % 4096:
                    if is_table(words[index : index + blocks], ram):
                        return start + 8 * index
        raise LookupError("Bochs's table of memory blocks was not found")

    def _pieces(
        self, memory: BinaryIO, address: int, size: int
    ) -> Iterator[tuple[int, int]]:
        """Yields each piece's address in the process (0: not allocated) and size."""
        while size:
            block, offset = divmod(address, BLOCK)
            length = min(size, BLOCK - offset)
            memory.seek(self._table + 8 * block)
            where = int.from_bytes(memory.read(8), "little")
            yield where and where + offset, length
            address, size = address + length, size - length

    def read(self, address: int, size: int) -> bytes:
        data = []
        with self._open("rb") as memory:
            for where, length in self._pieces(memory, address, size):
                if where:
                    memory.seek(where)
                data.append(memory.read(length) if where else bytes(length))
        return b"".join(data)

    def write(self, address: int, data: bytes) -> None:
        """Writes to memory whose blocks are allocated."""
        at = 0
        with self._open("r+b") as memory:
            for where, length in self._pieces(memory, address, len(data)):
                if not where:
                    raise LookupError(f"no memory is allocated for {address + at:#x}")
                memory.seek(where)
                memory.write(data[at : at + length])
                at += length


def is_table(words: Sequence[int], ram: tuple[int, int]) -> bool:
    """Whether all words are zero or pointers to blocks in this memory."""
    used = [word for word in words if word]
    return len(used) >= TOUCHED and all(
        ram[0] <= word < ram[1] and not (word - words[0]) % BLOCK for word in used
    )
