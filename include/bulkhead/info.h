/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The info page, which describes a cell to its program. Read-only for the cell,
 * at bh_cell_part.info_guest.
 */
#ifndef BULKHEAD_INFO_H
#define BULKHEAD_INFO_H

#include <bulkhead/config.h>

#define BH_INFO_MAGIC 0x4f464e49u /* "INFO" */

enum bh_request {
	BH_REQUEST_NONE = 0,
	BH_REQUEST_SHUTDOWN = 1, /* acknowledge with BH_HC_SHUTDOWN_DONE when safe */
};

struct bh_info {
	uint32_t magic;	  /* BH_INFO_MAGIC */
	uint32_t version; /* BH_ABI_VERSION */
	uint32_t cell_id;
	volatile uint32_t request; /* enum bh_request; changes while the cell runs */
	char name[BH_NAME_SIZE];
	char args[BH_ARGS_SIZE]; /* command line of the current start */
	uint64_t clock_hz;	 /* of the generic timer */
	uint64_t console_guest;	 /* emulated UART, or 0 */
	uint32_t console_kind;	 /* enum bh_console_kind */
	uint32_t console_irq;	 /* INTID or 0 */
	uint64_t gicd_guest;	 /* arm64: guest address of the GIC distributor */
	uint64_t gicr_guest;	 /* arm64: guest address of n_cpus redistributors of 128 KiB,
				    in the order of cpu_ids */
	uint32_t irq_mode;	 /* enum bh_irq_mode */
	uint32_t n_cpus;
	uint32_t n_regions;
	uint32_t n_shared;
	uint64_t cpu_ids[8]; /* hardware ids (struct bh_cpu) of the cell's first CPUs */
	struct bh_region regions[BH_MAX_REGIONS];
	struct bh_shared shared[BH_MAX_SHARED];
};
_Static_assert(sizeof(struct bh_info) <= BH_PAGE_SIZE, "the info page is one page");

#endif
