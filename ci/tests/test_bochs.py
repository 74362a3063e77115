# SPDX-License-Identifier: GPL-2.0
"""The content of memory with which Bochs starts, and the parsing of its answers."""

import pathlib
import struct
import subprocess

import pytest
from machine.boards import BOARDS
from machine.bochs import loader
from machine.bochs.debugger import parse
from machine.bochs.memory import BLOCK, TOUCHED, is_table
from machine.config import Config, ConfigError


ENTRY, SECTORS = 0x1000000, 7


def zstd(data: bytes) -> bytes:
    command = ["zstd", "-q", "-c", f"--stream-size={len(data)}"]
    return subprocess.run(command, input=data, stdout=subprocess.PIPE).stdout


def an_elf_file(pieces: list[loader.Piece]) -> bytes:
    """Returns an ELF file with these segments, after one that is not loaded."""
    head, data = b"", b""
    start = 64 + 56 * (1 + len(pieces))
    for kind, (address, content) in [(4, (0, b"")), *((1, piece) for piece in pieces)]:
        place = (start + len(data), 0xFFFFFFFF80000000 + address, address)
        sizes = (len(content), len(content) + 4096, 4096)
        head += struct.pack("<IIQQQQQQ", kind, 7, *place, *sizes)
        data += content
    elf = struct.pack("<24xQQ14xHH6x", ENTRY, 64, 56, 1 + len(pieces))
    return elf + head + data


def a_kernel(elf: bytes) -> bytes:
    payload = zstd(elf) + struct.pack("<I", len(elf))
    image = bytearray(b"\x90" * 512 * (1 + SECTORS) + b"code" + payload)
    image[loader.SETUP_SECTORS] = SECTORS
    struct.pack_into("<II", image, loader.PAYLOAD_AT, 4, len(payload))
    return bytes(image)


def test_memory_is_as_a_boot_loader_leaves_it(tmp_path: pathlib.Path) -> None:
    image, initrd = tmp_path / "image", tmp_path / "files"
    parts = [(ENTRY, b"text" * 99), (ENTRY + 0x200000, b"data")]
    image.write_bytes(a_kernel(an_elf_file(parts)))
    initrd.write_bytes(b"root file system")
    config = Config(board=BOARDS["x86-vmx"], image=image, initrd=initrd, append="more")
    (at, setup), (line_at, line), (start_at, start), files, *kernel = loader.pieces(
        config
    )
    assert (at, len(setup)) == (0x10000, 8 * 512)
    assert line_at == struct.unpack_from("<I", setup, 0x228)[0]
    assert b"console=ttyS0,115200" in line and b" memmap=0xdfe0000$0x32000000 " in line
    assert line.endswith(b"more bulkhead.agent\0")
    assert start_at == struct.unpack_from("<I", setup, 0x214)[0]
    assert b"\xea\x00\x00\x00\x01\x10\x00" in start  # ljmp $0x10, $ENTRY
    assert struct.unpack_from("<II", setup, 0x218) == (files[0], len(files[1]))
    assert files[1] == b"root file system"
    assert kernel == parts


def test_a_kernel_of_another_kind_is_refused() -> None:
    image = bytearray(a_kernel(b"elf"))
    image[-8:-4] = bytes(4)
    with pytest.raises(ConfigError, match="cannot be decompressed"):
        loader.decompressed(bytes(image))
    image[512 * (1 + SECTORS) + 4] = 0
    with pytest.raises(ConfigError, match="not compressed with zstd"):
        loader.decompressed(bytes(image))


def test_the_boot_sector_is_one() -> None:
    sector = loader.boot_sector()
    assert len(sector) == 512 and sector[510:] == b"\x55\xaa"
    assert sector[:4] == b"\xfa\xb8\x00\x10" and b"\xea\x00\x00\x20\x10" in sector


def test_a_program_starts_at_its_first_byte() -> None:
    sector = loader.program_sector(0x10000)
    assert len(sector) == 512 and sector[510:] == b"\x55\xaa"
    assert sector.rstrip(b"\0\x55\xaa").endswith(b"\xea\x00\x00\x00\x10")
    assert b"\xb0\xff\xe6\x21\xe6\xa1" in sector  # both 8259s are masked


def test_firmware_that_forbids_vmx() -> None:
    bios = b"code" + loader.ALLOW_VMX + b"more"
    changed = loader.without_vmx(bios)
    assert len(changed) == len(bios) and loader.ALLOW_VMX not in changed
    for other in (b"code", 2 * bios):
        with pytest.raises(ConfigError, match="no known code"):
            loader.without_vmx(other)


SAID = """\
show "cpu0.VMX"
show param name: <cpu0.VMX>
VMX = {
  in_vmx = true
  ram = (unknown parameter type)
  VMCS_CACHE = {
    VMEXEC_CTRLS = {
      eptptr = 0x3f01e01e
    }
    HOST_STATE = {
      CR3 = 17
    }
  }
  last = false
}
<bochs:2> """


def test_states_are_read() -> None:
    assert parse(SAID) == {
        "in_vmx": 1,
        "VMCS_CACHE.VMEXEC_CTRLS.eptptr": 0x3F01E01E,
        "VMCS_CACHE.HOST_STATE.CR3": 17,
        "last": 0,
    }
    assert parse("show param name: <cpu0.CR3>\nCR3 = 0x1000\n") == {"CR3": 0x1000}


def test_the_table_of_memory_is_known_from_others() -> None:
    ram = (0x10000000, 0x20000000)
    blocks = [ram[0] + 4096 + n * BLOCK for n in range(TOUCHED)]
    assert is_table([*blocks[:9], 0, *blocks[9:]], ram)
    assert not is_table(blocks[1:], ram)
    assert not is_table([*blocks, 1], ram)
    assert not is_table([*blocks, blocks[0] + 4096], ram)
