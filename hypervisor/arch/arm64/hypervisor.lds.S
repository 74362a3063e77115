/* SPDX-License-Identifier: GPL-2.0 */
#include <arch/layout.h>

OUTPUT_ARCH(aarch64)
ENTRY(boot_entry)

SECTIONS
{
	. = HYP_VA;
	image_start = .;
	.text : {
		KEEP(*(.header))
		/* What is done seldom fills the space up to the vectors, which are 2 KiB aligned. */
		*(.text)
		*(.text.mmu_build* .text.mmu_map_device* .text.cpu_booted*)
		*(.text.decode_name*)
		*(.text.vectors)
		*(.text.*)
		text_used = .;
		. = ALIGN(4096);
	}
	text_end = .;
	.rodata : {
		*(.rodata .rodata.*)
		. = ALIGN(8);
		INCLUDE hypervisor/resources.lds
		rodata_used = .;
		. = ALIGN(4096);
	}
	rodata_end = .;
	.data : {
		*(.data .data.*)
		. = ALIGN(8);
	}
	image_end = .;
	.bss (NOLOAD) : ALIGN(4096) {
		*(.bss .bss.* COMMON)
		. = ALIGN(4096);
		boot_params = .;
		. += 4096;
		config_pages = .;
		. += 8192;
	}
	mem_end = .;

	image_file_size = image_end - image_start;
	image_mem_size = mem_end - image_start;
	image_entry_offset = boot_entry - image_start;
	image_boot_offset = boot_params - image_start;
	image_config_offset = config_pages - image_start;

	/DISCARD/ : { *(.comment .note* .eh_frame* .interp .dynamic .dynsym .dynstr .hash .gnu*) }
}
ASSERT(image_mem_size <= 0x200000, "the image fits into its 4 KiB pages (one level-3 table)")
