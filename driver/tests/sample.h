/* SPDX-License-Identifier: GPL-2.0 */
/* A valid config of a system, a root cell and one cell, for tests to damage. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "driver.h"

#define SAMPLE_ROOM (3 * BH_PART_MAX)

/* The other members point into bytes. */
struct sample {
	_Alignas(8) u8 bytes[SAMPLE_ROOM];
	u32 size;
	struct bh_system_part *system;
	struct bh_cell_part *root, *cell;
};

void sample_init(struct sample *sample);
void sample_init_counts(struct sample *sample, u32 n_cpus, u32 n_regions, u32 n_irqs);

#endif
