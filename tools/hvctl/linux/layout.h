/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where in a cell's memory the pieces of a Linux lie, by the boot protocol
 * (Linux, Documentation/arm64/booting.rst). All are in the loadable region that
 * starts at the entry address:
 *
 *     entry    a few instructions that set the clock and jump to the kernel
 *     + 4 KiB  a page that reads like a clock chip (PL031)
 *     + 8 KiB  device tree
 *     2 MiB aligned, behind that: kernel, and the memory that it needs
 *     page aligned, behind that: initial RAM disk
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
	uint64_t tree_room;			     /* bytes that a tree may have */
};

/* initrd_size: 0: none. False: *error says why, as a whole sentence. */
bool linux_layout(struct linux_layout *layout, const struct bh_cell_part *part,
		  const struct kernel *kernel, uint64_t initrd_size, struct file_error *error);

/* A moment, by two clocks. */
struct linux_time {
	uint64_t seconds; /* since 1970 */
	uint64_t counter; /* CNTVCT_EL0, which root and cells see alike */
};

/*
 * What is at the entry address. It puts the time of day into the clock's page, which it knows
 * from the counter also when the cell starts again without root, and jumps to the kernel as the
 * boot protocol wants it.
 */
#define LINUX_STUB_BYTES 96u
void linux_stub(uint8_t stub[LINUX_STUB_BYTES], const struct linux_layout *layout,
		const struct linux_time *now);

/*
 * The registers of a PL031 (Arm DDI 0224) but for the time. Linux reads that once, at boot, and
 * counts by itself from then on; so it may stand still.
 */
void linux_clock(uint8_t page[BH_PAGE_SIZE]);

#endif
