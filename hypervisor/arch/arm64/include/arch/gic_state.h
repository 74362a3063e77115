/* SPDX-License-Identifier: GPL-2.0 */
/* Interrupt controller state of a cell and of a CPU. */
#ifndef ARCH_GIC_STATE_H
#define ARCH_GIC_STATE_H

#include <hyp/types.h>

/* Constant while the cell's CPUs run; root's CPUs are held while root's changes. */
struct gic_cell {
	uint64_t spis[16];    /* bit n: the cell owns INTID n (32..1019) */
	uint64_t edge[16];    /* bit n: SPI n was edge-triggered when it was granted */
	uint32_t typer;	      /* the cell's value of GICD_TYPER */
	uint32_t ppis;	      /* bit n: the cell owns INTID n (16..31) */
	uint32_t n_cpus;      /* number of the cell's CPUs, running or not */
	bool direct;	      /* direct delivery: EL1 takes interrupts */
	uint32_t sgi_targets; /* its CPUs in sgi_cluster, as a target list of ICC_SGI1R_EL1 */
	uint64_t sgi_cluster; /* cluster of its first CPU, as in ICC_SGI1R_EL1 */
};

struct gic_cpu {
	uint64_t frame; /* its redistributor's offset from the cell's first one */
	uint64_t held;	/* list register value that waits for a free one; 0: none (gic_list.c) */
	uint64_t lpi_config, lpi_pending; /* GICR_PROPBASER, GICR_PENDBASER while lpis_saved */
	bool lpis_saved;		  /* res_lpi.c disabled LPIs when the CPU left root */
	uint8_t pmr;			  /* direct delivery: the guest's ICC_PMR_EL1 */
};

#endif
