// SPDX-License-Identifier: GPL-2.0
/* libFuzzer: any bytes are parsed as a config or refused; a parsed config stays within bounds. */
#include <stdlib.h>
#include <string.h>

#include "config/blob.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Keeps the compiler from removing the reads. */
volatile uint64_t fuzz_sink;

/* Reads everything that a parsed part has by its counts. */
static uint64_t read_cell(const struct bh_cell_part *part)
{
	const struct bh_range *irqs = bh_cell_irqs(part);
	uint64_t sum = strlen(part->name) + strlen(part->args);
	uint32_t i;

	for (i = 0; i < part->n_regions; i++)
		sum += part->regions[i].size;
	for (i = 0; i < part->n_shared; i++) {
		const struct bh_shared *shared = &bh_cell_shared(part)[i];

		sum += strlen(shared->name) + part->regions[shared->region].size;
	}
	for (i = 0; i < part->n_irqs; i++)
		sum += irqs[i].count;
	return sum + !!region_at_phys(part, sum) + !!region_at_guest(part, sum);
}

static uint64_t read_all(const struct blob *blob)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; blob->system && i < blob->system->n_cpus; i++)
		sum += blob->system->cpus[i].hw_id;
	if (blob->root)
		sum += read_cell(blob->root);
	for (i = 0; i < blob->n_cells; i++)
		sum += read_cell(blob->cells[i]);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct blob_error error;
	struct blob blob;
	void *copy =
		malloc(size ? size : 1); /* aligned; the sanitizer detects reads past its end */

	memcpy(copy, data, size);
	if (blob_parse(&blob, copy, size, &error))
		fuzz_sink = read_all(&blob);
	free(copy);
	return 0;
}
