/* SPDX-License-Identifier: GPL-2.0 */
/* A config for the tests: system "demo", a root cell, cells "rt" and "other". */
#ifndef HVCTL_SAMPLE_H
#define HVCTL_SAMPLE_H

#include "config/blob.h"

#define SAMPLE_CPUS 4u
#define SAMPLE_BYTES 4096u

struct sample {
	_Alignas(8) uint8_t data[SAMPLE_BYTES];
	size_t size;
	struct bh_system_part *system;
	struct bh_cell_part *root;
	struct bh_cell_part
		*rt; /* 2 regions, loadable RAM at guest 0x40000000, "bell" shared with root */
	struct bh_cell_part *other; /* 1 region */
};

void sample_make(struct sample *sample);

/* Makes the sample with an x86 cell "other": CPU 2, 26 MiB from 0 on, a console at 0x3f8. */
void sample_make_x86(struct sample *sample);

/* Parses the sample; a failure fails the test. */
void sample_parse(const struct sample *sample, struct blob *blob);

#endif
