/* SPDX-License-Identifier: GPL-2.0 */
/* GICv3 state of a cell and of a CPU. */
#ifndef ARCH_GIC_STATE_H
#define ARCH_GIC_STATE_H

#include <hyp/types.h>

/* Constant while the cell's CPUs run; root's changes while they are held. */
struct gic_cell {
	uint64_t spis[16];    /* bit n: the cell owns INTID n (32..1019) */
	uint64_t edge[16];    /* bit n: this SPI was edge-triggered when it was granted */
	uint32_t typer;	      /* GICD_TYPER as the cell sees it */
	uint32_t ppis;	      /* bit n: the cell owns INTID n (16..31) */
	uint32_t n_cpus;      /* that it has in all, running or not */
	bool direct;	      /* interrupts go straight to EL1 */
	uint32_t sgi_targets; /* its CPUs in one cluster, as in ICC_SGI1R_EL1's target list */
	uint64_t sgi_cluster; /* that cluster, as in ICC_SGI1R_EL1 */
};

struct gic_cpu {
	uint64_t frame; /* where its cell sees its redistributor: offset from the first */
	uint64_t held;	/* list mode: a list register's value that found no place; 0: none */
	uint64_t lpi_config, lpi_pending; /* GICR_PROPBASER, GICR_PENDBASER while lpis_saved */
	bool lpis_saved; /* LPIs were switched off because it left root: on again when it is back */
	uint8_t pmr;	 /* direct mode: ICC_PMR_EL1 as the guest wrote it */
};

#endif
