# SPDX-License-Identifier: GPL-2.0
"""The initial content of memory with which the BIOS boots Linux from a floppy.

Everything is where a boot loader would have put it (Linux,
Documentation/arch/x86/boot.rst). The boot sector jumps to the kernel's real mode code,
which continues in protected mode with a few instructions that replace the kernel's
decompressor: it would take half of the boot's time. They jump to the decompressed
kernel, at its preferred address.
"""

import ctypes
import struct

from machine.config import Config, ConfigError

SETUP = 0x10000  # the real mode code, in a 64 KiB segment that the BIOS does not use
STACK = 0xE000  # the initial stack pointer in that segment
COMMAND_LINE = SETUP + STACK
START = 0x100000  # the protected mode entry, then two page tables
INITRD = 0x18000000  # the initrd ends below the memory that systems reserve
SECTOR, PAGE = 512, 4096
FLOPPY_BYTES = 1440 << 10

# Fields of the setup header, by their offsets.
SETUP_SECTORS, LOADER, FLAGS, START_AT = 0x1F1, 0x210, 0x211, 0x214
INITRD_AT, INITRD_SIZE, HEAP_END, COMMAND_LINE_AT = 0x218, 0x21C, 0x224, 0x228
PAYLOAD_AT, PAYLOAD_SIZE = 0x248, 0x24C
UNDEFINED_LOADER, HIGH, CAN_USE_HEAP = 0xFF, 0x01, 0x80
HEAP_ROOM = 0x200  # free room between the end of the heap and the stack

ELF_LOAD = 1
# selector of the code segment; the data segment remains the real mode code's
CODE64 = 0x10
GDT = (0, 0, 0x00AF9B000000FFFF, 0x00CF93000000FFFF)

Piece = tuple[int, bytes]  # physical address, content


# The BIOS's code on the boot CPU that sets FEATURE_CONTROL to 5: locked, VMX allowed.
ALLOW_VMX = b"\xb9\x3a\0\0\0\x0f\x32" + b"\x83\xc8\x05" + b"\x0f\x30"
FORBID_VMX = b"\xb9\x3a\0\0\0\x0f\x32" + b"\xb0\x01\x90" + b"\x0f\x30"  # 1


def sector(code: bytes, start: int) -> bytes:
    """A boot sector with this code and then a jump to an address."""
    code += b"\xea\x00\x00" + struct.pack("<H", start >> 4)  # ljmp
    return code.ljust(SECTOR - 2, b"\0") + b"\x55\xaa"


def boot_sector() -> bytes:
    """Loads the data segments for the real mode code; jumps to its second sector."""
    segment = struct.pack("<H", SETUP >> 4)
    code = b"\xfa\xb8" + segment  # cli; mov $segment, %ax
    code += b"\x8e\xd8\x8e\xc0\x8e\xe0\x8e\xe8\x8e\xd0"  # mov %ax, %ds es fs gs ss
    code += b"\xbc" + struct.pack("<H", STACK)  # mov $STACK, %sp
    return sector(code, SETUP + SECTOR)


def program_sector(start: int, info: int = 0) -> bytes:
    """For a program for cells: masks the 8259s, which a cell does not have, and passes
    the address of the info page in EDI."""
    code = b"\xfa\xb0\xff\xe6\x21\xe6\xa1"  # cli; out 0xff
    return sector(code + b"\x66\xbf" + struct.pack("<I", info), start)


def without_vmx(bios: bytes) -> bytes:
    """Makes the BIOS lock VMX off on the boot CPU, as some firmware does."""
    if bios.count(ALLOW_VMX) != 1:
        raise ConfigError("the BIOS has no known code that allows VMX")
    return bios.replace(ALLOW_VMX, FORBID_VMX)


def start_code(entry: int) -> bytes:
    """Switches from protected to 64-bit mode; the tables map 4 GiB one to one."""
    tables, gdt = START + PAGE, START + 0x80
    code = b"\x0f\x20\xe0\x83\xc8\x20\x0f\x22\xe0"  # CR4.PAE
    code += b"\xb8" + struct.pack("<I", tables) + b"\x0f\x22\xd8"  # CR3
    code += b"\xb9\x80\x00\x00\xc0\x0f\x32\x0d\x00\x01\x00\x00\x0f\x30"  # EFER.LME
    code += b"\x0f\x20\xc0\x0d\x00\x00\x00\x80\x0f\x22\xc0"  # CR0.PG
    code += b"\x0f\x01\x15" + struct.pack("<I", gdt + 8 * len(GDT))  # lgdt
    code += b"\xea" + struct.pack("<IH", entry, CODE64)  # ljmp
    code = code.ljust(gdt - START, b"\0") + struct.pack("<4Q", *GDT)
    code += struct.pack("<HQ", 8 * len(GDT) - 1, gdt)
    level4 = struct.pack("<Q", tables + PAGE | 3).ljust(PAGE, b"\0")
    level3 = struct.pack("<4Q", *(gib << 30 | 0x83 for gib in range(4)))
    return code.ljust(PAGE, b"\0") + level4 + level3


def decompressed(image: bytes) -> bytes:
    """The ELF file in a kernel image; its size follows the compressed data."""
    start = ((image[SETUP_SECTORS] or 4) + 1) * SECTOR
    at, size = struct.unpack_from("<II", image, PAYLOAD_AT)
    payload = image[start + at :][:size]
    if payload[:4] != b"\x28\xb5\x2f\xfd":
        raise ConfigError("the kernel is not compressed with zstd")
    result = ctypes.create_string_buffer(struct.unpack("<I", payload[-4:])[0])
    zstd = ctypes.CDLL("libzstd.so.1")
    zstd.ZSTD_decompress.restype = ctypes.c_size_t
    zstd.ZSTD_decompress.argtypes = (
        *(ctypes.c_void_p, ctypes.c_size_t),
        *(ctypes.c_char_p, ctypes.c_size_t),
    )
    done = zstd.ZSTD_decompress(result, len(result), payload, len(payload) - 4)
    if done != len(result):
        raise ConfigError("the kernel cannot be decompressed")
    return result.raw


def segments(elf: bytes) -> tuple[int, list[Piece]]:
    """Returns the entry point and the loaded segments; BSS is zero already."""
    entry, headers = struct.unpack_from("<QQ", elf, 24)
    size, count = struct.unpack_from("<HH", elf, 54)
    found: list[Piece] = []
    for number in range(count):
        fields = struct.unpack_from("<IIQQQQ", elf, headers + number * size)
        kind, _, offset, _, address, length = fields
        if kind == ELF_LOAD:
            found.append((address, elf[offset : offset + length]))
    return entry, found


def pieces(config: Config) -> list[Piece]:
    image, initrd = (path.read_bytes() for path in config.files())
    setup = bytearray(image[: ((image[SETUP_SECTORS] or 4) + 1) * SECTOR])
    struct.pack_into("<BB", setup, LOADER, UNDEFINED_LOADER, HIGH | CAN_USE_HEAP)
    struct.pack_into("<III", setup, START_AT, START, INITRD, len(initrd))
    struct.pack_into("<H", setup, HEAP_END, STACK - HEAP_ROOM)
    struct.pack_into("<I", setup, COMMAND_LINE_AT, COMMAND_LINE)
    entry, kernel = segments(decompressed(image))
    return [
        (SETUP, bytes(setup)),
        (COMMAND_LINE, config.command_line().encode() + b"\0"),
        (START, start_code(entry)),
        (INITRD, initrd),
        *kernel,
    ]
