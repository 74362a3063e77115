// SPDX-License-Identifier: GPL-2.0
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "base/text.h"
#include "config/blob.h"
#include "linux/layout.h"

#define KERNEL_ALIGN (2ull << 20)
#define TREE_MAX (2ull << 20)
#define TREE_ROOM_MIN 65536u
#define ALIGN_UP(value, align) (((value) + (align)-1) & ~((align)-1))
#define RIGHTS (BH_REGION_READ | BH_REGION_WRITE | BH_REGION_EXECUTE | BH_REGION_LOADABLE)

/* Finds the loadable region that starts at the entry. */
static const struct bh_region *find_memory(const struct bh_cell_part *part,
					   struct file_error *error)
{
	const struct bh_region *region = region_at_guest(part, part->entry);

	if (region && region->guest == part->entry && region->type == BH_REGION_RAM &&
	    (region->flags & RIGHTS) == RIGHTS)
		return region;
	wrong(error,
	      "cell \"%s\" has no loadable memory with all rights that starts at its entry "
	      "0x%" PRIx64 "; is it a Linux cell (linux: in the config)?",
	      part->name, part->entry);
	return NULL;
}

static bool fits(const struct bh_region *region, uint64_t start, uint64_t size)
{
	uint64_t used = start - region->guest;

	return used <= region->size && size <= region->size - used;
}

/* Sizes are in KiB, rounded up. */
static bool too_small(struct file_error *error, const char *what, uint64_t start, uint64_t size,
		      const struct bh_region *region)
{
	return wrong(error,
		     "%s needs %" PRIu64 " KiB from 0x%" PRIx64
		     " on, but the cell's loadable memory ends at 0x%" PRIx64,
		     what, (size + 1023) / 1024, start, region->guest + region->size);
}

bool linux_layout(struct linux_layout *layout, const struct bh_cell_part *part,
		  const struct kernel *kernel, uint64_t initrd_size, struct file_error *error)
{
	const struct bh_region *region = find_memory(part, error);
	uint64_t start;

	if (!region)
		return false;
	layout->entry = region->guest;
	layout->clock = region->guest + LINUX_CLOCK_OFFSET;
	layout->tree = region->guest + LINUX_TREE_OFFSET;
	start = ALIGN_UP(layout->tree + TREE_ROOM_MIN, KERNEL_ALIGN);
	layout->kernel = start + kernel->text_offset;
	layout->tree_room = start - layout->tree;
	if (layout->tree_room > TREE_MAX)
		layout->tree_room = TREE_MAX;
	if (!fits(region, layout->kernel, kernel->image_size))
		return too_small(error, "the kernel", layout->kernel, kernel->image_size, region);
	layout->initrd = ALIGN_UP(layout->kernel + kernel->image_size, (uint64_t)BH_PAGE_SIZE);
	if (initrd_size && !fits(region, layout->initrd, initrd_size))
		return too_small(error, "the initrd", layout->initrd, initrd_size, region);
	return true;
}

void linux_stub(uint8_t stub[LINUX_STUB_BYTES], const struct linux_layout *layout,
		const struct linux_time *now)
{
	static const uint32_t code[] = {
		0x10008009, /* adr x9, stub + 4096: the clock's seconds (DDI 0224 3.3.1) */
		0x58000265, /* ldr x5, stub + 80: the start's time in seconds */
		0x58000286, /* ldr x6, stub + 88: the start's counter value */
		0xd5033fdf, /* isb: no earlier reading of the counter */
		0xd53be047, /* mrs x7, cntvct_el0 */
		0xd53be008, /* mrs x8, cntfrq_el0 */
		0xcb0600e7, /* sub x7, x7, x6 */
		0x9ac808e7, /* udiv x7, x7, x8 */
		0x8b0700a5, /* add x5, x5, x7 */
		0xb9000125, /* str w5, [x9] */
		0x580000c0, /* ldr x0, stub + 64: the tree */
		0xd2800001, /* mov x1, #0 */
		0xd2800002, /* mov x2, #0 */
		0xd2800003, /* mov x3, #0 */
		0x58000084, /* ldr x4, stub + 72: the kernel */
		0xd61f0080, /* br x4 */
	};
	uint64_t data[] = { htole64(layout->tree), htole64(layout->kernel), htole64(now->seconds),
			    htole64(now->counter) };
	unsigned int i;

	_Static_assert(LINUX_CLOCK_OFFSET == 4096, "the first instruction says so");
	_Static_assert(sizeof(code) + sizeof(data) == LINUX_STUB_BYTES, "");
	for (i = 0; i < COUNT(code); i++) {
		uint32_t word = htole32(code[i]);

		memcpy(stub + 4 * i, &word, sizeof(word));
	}
	memcpy(stub + sizeof(code), data, sizeof(data));
}

#define RTC_CONTROL 0x00cu
#define RTC_ID 0xfe0u

void linux_clock(uint8_t page[BH_PAGE_SIZE])
{
	/* RTCPeriphID0..3 and RTCPCellID0..3 (3.3.9, 3.3.10) */
	static const uint8_t id[] = { 0x31, 0x10, 0x04, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };
	unsigned int i;

	memset(page, 0, BH_PAGE_SIZE);
	page[RTC_CONTROL] = 1; /* it runs */
	for (i = 0; i < sizeof(id); i++)
		page[RTC_ID + 4 * i] = id[i];
}
