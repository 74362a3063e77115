// SPDX-License-Identifier: GPL-2.0
/* Prints its cell's properties and waits for the shutdown request. */
#include "args.h"
#include "cpu.h"
#include "heartbeat.h"
#include "info.h"
#include "print.h"
#include "timer.h"

static const char *irq_mode(void)
{
	switch (info()->irq_mode) {
	case BH_IRQ_LIST:
		return "list";
	case BH_IRQ_DIRECT:
		return "direct";
	default:
		return "native";
	}
}

static void print_regions(void)
{
	const struct bh_region *region = info()->regions;

	for (unsigned int i = 0; i < info()->n_regions; i++, region++)
		printf("  %s at 0x%lx, %lu KiB, %s%s%s\n",
		       region->type == BH_REGION_RAM	? "RAM"
		       : region->type == BH_REGION_MMIO ? "device"
							: "shared memory",
		       region->guest, region->size / 1024,
		       region->flags & BH_REGION_READ ? "r" : "-",
		       region->flags & BH_REGION_WRITE ? "w" : "-",
		       region->flags & BH_REGION_EXECUTE ? "x" : "-");
}

int main(void)
{
	printf("Hello from cell \"%s\" (id %u)\n", info()->name, info()->cell_id);
	printf("  CPU %u of %u, hardware id 0x%lx\n", cpu_index(), cpu_count(),
	       info()->cpu_ids[cpu_index()]);
	printf("  interrupts: %s, clock: %lu Hz\n", irq_mode(), clock_hz());
	print_regions();
	printf("  command line: \"%s\"\n", args_line());
	heartbeat_beat();
	finish();
}
