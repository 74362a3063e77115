// SPDX-License-Identifier: GPL-2.0
/* A range of physical memory: claimed in Linux's resource tree, and wiped. */

#include <linux/io.h>
#include <linux/ioport.h>
#include <linux/sched/signal.h>

#include "arch.h"
#include "driver.h"

#define MAP_BYTES (2u << 20)   /* mapped at once */
#define WIPE_BYTES (64u << 10) /* cleared between two reschedules */

/* The resource that overlaps a range, as far as modules can tell. */
struct holder {
	const char *name;
	u64 phys;
};

static int note_holder(struct resource *resource, void *argument)
{
	struct holder *holder = argument;

	holder->phys = resource->start;
	if ((resource->flags & IORESOURCE_SYSTEM_RAM) == IORESOURCE_SYSTEM_RAM)
		holder->name = "Linux (System RAM)";
	else if (resource->desc == IORES_DESC_CRASH_KERNEL)
		holder->name = "the crash kernel";
	else if (resource->desc == IORES_DESC_RESERVED)
		holder->name = "the firmware";
	return 1;
}

static int refuse_held(u64 phys, u64 size, struct bhd_why *why)
{
	struct holder holder = { "a driver", phys };

	walk_iomem_res_desc(IORES_DESC_NONE, IORESOURCE_MEM | IORESOURCE_BUSY, phys,
			    phys + size - 1, &holder, note_holder);
	return bhd_refuse(why, BH_D_NOT_RESERVED, holder.phys, "%s", holder.name);
}

/*
 * Claims a range until bhd_region_release(); @name must live as long. Returns
 * NULL with a refusal if Linux uses any of it.
 */
struct resource *bhd_region_claim(u64 phys, u64 size, const char *name, struct bhd_why *why)
{
	struct resource *resource = request_mem_region(phys, size, name);

	if (!resource)
		refuse_held(phys, size, why);
	return resource;
}

void bhd_region_release(struct resource *resource)
{
	if (resource)
		release_mem_region(resource->start, resource_size(resource));
}

/* Returns 0 if a range of memory can be claimed, or -EPERM. */
int bhd_region_probe(u64 phys, u64 size, struct bhd_why *why)
{
	struct resource *resource;

	if (!bhd_is_ram(phys, size))
		return bhd_refuse(why, BH_D_NOT_RESERVED, phys, "no memory there");
	resource = bhd_region_claim(phys, size, BHD_NAME, why);
	bhd_region_release(resource);
	return resource ? 0 : -EPERM;
}

static int wipe_piece(u64 phys, size_t size)
{
	void *memory = memremap(phys, size, MEMREMAP_WB);
	size_t at;

	if (!memory)
		return -ENOMEM;
	for (at = 0; at < size && !fatal_signal_pending(current); at += WIPE_BYTES) {
		size_t bytes = min_t(size_t, WIPE_BYTES, size - at);

		memset(memory + at, 0, bytes);
		bhd_arch_clean(memory + at, bytes);
		cond_resched();
	}
	memunmap(memory);
	return 0;
}

/*
 * Clears a claimed range and cleans it to the point of coherency, and
 * reschedules in between. If the process is killed, it stops with a refusal.
 */
int bhd_region_wipe(u64 phys, u64 size, struct bhd_why *why)
{
	u64 at;

	for (at = 0; at < size; at += MAP_BYTES) {
		size_t bytes = min_t(u64, MAP_BYTES, size - at);

		if (wipe_piece(phys + at, bytes))
			return bhd_refuse(why, BH_D_NO_MEMORY, bytes, "mapping cell memory");
		if (fatal_signal_pending(current))
			return bhd_refuse(why, BH_D_INTERRUPTED, 0, "%s", "");
	}
	return 0;
}
