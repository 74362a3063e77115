/* SPDX-License-Identifier: GPL-2.0 */
#include <arch/layout.h>

OUTPUT_ARCH(i386:x86-64)
ENTRY(boot_entry)

SECTIONS
{
	. = HYP_VA;
	image_start = .;
	.text : {
		KEEP(*(.header))
		*(.text .text.*)
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
		entry_tables = .;
		. += ENTRY_TABLES * 4096;
	}
	mem_end = .;
	mmu_apic = PRIVATE_VA;
	mmu_io_apics = IO_APIC_VA;

	image_file_size = image_end - image_start;
	image_mem_size = mem_end - image_start;
	image_entry_offset = boot_entry - image_start;
	image_boot_offset = boot_params - image_start;
	image_config_offset = config_pages - image_start;
	image_va = image_start;

	/DISCARD/ : { *(.comment .note* .eh_frame* .interp .dynamic .dynsym .dynstr .hash .gnu*) }
}
ASSERT(image_entry_offset % 8 == 0, "the driver requires an aligned entry")
ASSERT(image_mem_size + 64 * AREA_STRIDE <= 0x200000, "image and CPUs fit into 4 KiB pages of one table")
