// SPDX-License-Identifier: GPL-2.0
/*
 * Reads, writes and executes each of its regions and compares with the rights in
 * the info page. First prints the word found there (root or another cell may
 * have written it); finally stores its own word.
 */
#include "rights.h"
#include "info.h"
#include "probe.h"
#include "report.h"

/* An undefined instruction on arm64 (UDF). */
#define WORD(i) (0xa500ull + (i))

static bool has_this_program(const struct bh_region *region)
{
	return (uint64_t)has_this_program - region->guest < region->size;
}

static void try_region(unsigned int i, const struct bh_region *region)
{
	/* The last word, so that a superpage mapping is tested beyond its first page. */
	uint64_t at = region->type == BH_REGION_MMIO ? region->guest + 4
						     : region->guest + region->size - 8;
	unsigned int bytes = region->type == BH_REGION_MMIO ? 4 : 8;
	uint64_t value = 0, back = 0;
	bool read = !probe_read(at, bytes, &value);
	bool write, execute = !rights_fetch_is_refused(at);

	report(read == !!(region->flags & BH_REGION_READ), "read", "0x%lx: 0x%lx", at, value);
	report(execute == !!(region->flags & BH_REGION_EXECUTE), "execute", "0x%lx", at);
	write = !probe_write(at, bytes, WORD(i));
	report(write == !!(region->flags & BH_REGION_WRITE), "write", "0x%lx", at);
	if (region->type == BH_REGION_MMIO || !read)
		return;
	probe_read(at, bytes, &back);
	report(back == (write ? WORD(i) : value), "read-back", "0x%lx: 0x%lx", at, back);
}

int main(void)
{
	for (unsigned int i = 0; i < info()->n_regions && i < BH_MAX_REGIONS; i++)
		if (!has_this_program(&info()->regions[i]))
			try_region(i, &info()->regions[i]);
	report_done("rights");
	finish();
}
