/* SPDX-License-Identifier: GPL-2.0 */
/* Layout of the image and of the CPUs' areas behind it: see layout.h and hypervisor.lds.S. */
#ifndef ARCH_IMAGE_H
#define ARCH_IMAGE_H

#include <arch/layout.h>
#include <arch/regs.h>
#include <bulkhead/image.h>

/* From the linker script. */
extern char image_start[], text_end[], rodata_end[], image_end[], mem_end[];
extern struct bh_boot boot_params;
extern char config_pages[];
extern uint64_t entry_tables[][512];

/* The pages of a CPU. */
static inline char *cpu_area(unsigned index)
{
	return mem_end + index * (uint64_t)AREA_STRIDE;
}

/* The guest's registers, at the top of the CPU's stack. */
static inline struct guest_regs *cpu_frame(unsigned index)
{
	return (struct guest_regs *)(cpu_area(index) + AREA_CONTROL - FRAME_SIZE);
}

#endif
