/* SPDX-License-Identifier: GPL-2.0 */
/* A flat binary at the start of the cell's RAM; entry at its first byte. */
#include "heartbeat.h"
#include "machine.h"

OUTPUT_ARCH(aarch64)
ENTRY(_start)

SECTIONS
{
	. = CELL_RAM_BASE;
	.head : { *(.head) }
	.heartbeat CELL_RAM_BASE + HEARTBEAT_OFFSET : {
		KEEP(*(.heartbeat))
		*(.boot_state)
	}
	.text : { *(.text .text.*) }
	.rodata : { *(.rodata .rodata.*) }
	.data ALIGN(16) : {
		__data_start = .;
		*(.data .data.*)
		. = ALIGN(16);
		__data_end = .;
	}
	.bss ALIGN(16) (NOLOAD) : {
		__bss_start = .;
		*(.bss .bss.* COMMON)
		. = ALIGN(16);
		__bss_end = .;
	}
	.data_copy ALIGN(16) (NOLOAD) : {
		__data_copy = .;
		. += SIZEOF(.data);
	}
	__image_end = ALIGN(4096);
	/DISCARD/ : { *(.comment) *(.note*) *(.eh_frame*) }
	ASSERT(__image_end - CELL_RAM_BASE <= 0x100000, "a program must fit into 1 MiB")
}
