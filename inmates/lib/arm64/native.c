// SPDX-License-Identifier: GPL-2.0
/* Native runs on QEMU's "virt" machine. */
#include "gic.h"
#include "machine.h"
#include "mmio.h"
#include "string.h"
#include "sysreg.h"

static uint64_t affinity_of(uint64_t gicr_typer)
{
	return (gicr_typer >> 32 & 0xffffff) | gicr_typer >> 56 << 32;
}

static void find_cpus(struct bh_info *info)
{
	uint64_t frame = CELL_GICR, typer;

	do {
		typer = mmio_read64(frame + GICR_TYPER);
		if (info->n_cpus < 8)
			info->cpu_ids[info->n_cpus++] = affinity_of(typer);
		frame += typer & GICR_TYPER_VLPIS ? 2 * GICR_STRIDE : GICR_STRIDE;
	} while (!(typer & GICR_TYPER_LAST));
}

void machine_describe(struct bh_info *info)
{
	memcpy(info->name, "native", 7);
	for (unsigned int i = 0; i + 1 < sizeof(info->args); i++)
		info->args[i] = ((const volatile char *)NATIVE_ARGS)[i];
	info->clock_hz = sysreg_read(cntfrq_el0);
	info->console_kind = BH_CONSOLE_PL011;
	info->console_guest = CELL_CONSOLE;
	info->console_irq = 33;
	info->gicd_guest = CELL_GICD;
	info->gicr_guest = CELL_GICR;
	find_cpus(info);
	info->n_regions = 1;
	info->regions[0] = (struct bh_region){
		.phys = CELL_RAM_BASE,
		.guest = CELL_RAM_BASE,
		.size = NATIVE_RAM_BYTES,
		.type = BH_REGION_RAM,
		.flags = BH_REGION_READ | BH_REGION_WRITE | BH_REGION_EXECUTE,
	};
}
