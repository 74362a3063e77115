// SPDX-License-Identifier: GPL-2.0
#include "info.h"
#include "args.h"
#include "cpu.h"
#include "hypercall.h"
#include "machine.h"
#include "probe.h"
#include "timer.h"

static struct bh_info made_up;
static const struct bh_info *page;

void info_init(void)
{
	uint64_t address = machine_argument(), magic;

	if (!probe_read(address, 4, &magic) && magic == BH_INFO_MAGIC) {
		page = (const struct bh_info *)address;
	} else {
		page = &made_up;
		machine_describe(&made_up);
	}
}

const struct bh_info *info(void)
{
	return page;
}

bool info_native(void)
{
	return page == &made_up;
}

const struct bh_region *info_region(enum bh_region_type type, unsigned int n)
{
	for (unsigned int i = 0; i < page->n_regions && i < BH_MAX_REGIONS; i++)
		if (page->regions[i].type == type && !n--)
			return &page->regions[i];
	return NULL;
}

uint64_t info_ram_end(void)
{
	const struct bh_region *region;

	for (unsigned int n = 0; (region = info_region(BH_REGION_RAM, n)); n++)
		if (region->guest <= CELL_RAM_BASE && CELL_RAM_BASE - region->guest < region->size)
			return region->guest + region->size;
	return CELL_RAM_BASE;
}

bool shutdown_requested(void)
{
	return page->request == BH_REQUEST_SHUTDOWN;
}

void shutdown_done(void)
{
	cpu_irqs_disable();
	if (info_native())
		machine_off();
	hypercall(BH_HC_SHUTDOWN_DONE, 0, 0, 0);
	for (;;)
		cpu_wait();
}

void finish(void)
{
	cpu_irqs_disable();
	if (!info_native() && !args_has("exit")) {
		irq_init();
		while (!shutdown_requested())
			clock_wait_until(clock_now() + clock_from_us(10000));
	}
	shutdown_done();
}
