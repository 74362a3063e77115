/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory layout of an arm64 Linux cell, by the boot protocol (Linux,
 * Documentation/arm64/booting.rst). All is in the loadable region that starts at the entry address:
 *
 *     entry    a few instructions that set the clock and jump to the kernel
 *     + 4 KiB  a page that reads like a clock chip (PL031)
 *     + 8 KiB  device tree
 *     then, 2 MiB aligned: kernel, and the memory that it needs
 *     then, page aligned: initial RAM disk
 */
#ifndef HVCTL_LINUX_LAYOUT_H
#define HVCTL_LINUX_LAYOUT_H

#include <bulkhead/config.h>
#include <stdbool.h>

#include "linux/kernel.h"

#define LINUX_CLOCK_OFFSET 4096u
#define LINUX_TREE_OFFSET 8192u

struct linux_layout {
	uint64_t entry, clock, tree, kernel, initrd; /* guest addresses */
	uint64_t tree_room;			     /* limit of the tree's size */
};

/* initrd_size 0: no initrd. False: *error has a whole sentence. */
bool linux_layout(struct linux_layout *layout, const struct bh_cell_part *part,
		  const struct kernel *kernel, uint64_t initrd_size, struct file_error *error);

/* The same moment on two clocks. */
struct linux_time {
	uint64_t seconds; /* since 1970 */
	uint64_t counter; /* CNTVCT_EL0, the same in root and cells */
};

/*
 * Writes the code at the entry address. It computes the time of day from the counter, so that it is
 * right after a reset of the cell as well, stores it in the clock page, and jumps to the kernel by
 * the boot protocol.
 */
#define LINUX_STUB_BYTES 96u
void linux_stub(uint8_t stub[LINUX_STUB_BYTES], const struct linux_layout *layout,
		const struct linux_time *now);

/*
 * Writes the registers of a PL031 (Arm DDI 0224), without the time. The clock need not advance:
 * Linux reads it only once, at boot.
 */
void linux_clock(uint8_t page[BH_PAGE_SIZE]);

#endif
