// SPDX-License-Identifier: GPL-2.0
/* Memory accesses of a fake guest, and the trap path. */
#include <hyp/log.h>
#include <string.h>
#include "model.h"

/* Stop the cell, or raise an abort in the guest. */
static bool violation(struct percpu *cpu, ipaddr_t ipa, enum bh_stop_reason reason)
{
	const struct cell *cell = cpu->public.cell;
	struct bh_failure record = { .reason = reason, .cpu = cpu->public.index, .fault_ipa = ipa };

	count_exit(cpu, BH_EXIT_ABORT);
	if (cell != root_cell() && !(cell->config->flags & BH_CELL_ON_VIOLATION_ABORT))
		cell_stop_self(cpu, &record, reason);
	log_guest_message(BH_MSG_VIOLATION, cell->id, 0, ipa, 0);
	return false;
}

static bool emulate(struct percpu *cpu, ipaddr_t ipa, struct mmio_access *access)
{
	struct cell *cell = cpu->public.cell;
	const struct mmio_range *range = mmio_find(&cell->mmio, ipa, access->size);

	if (!range)
		return violation(cpu, ipa,
				 mmio_find(&cell->mmio, ipa, 1) ? BH_STOP_MMIO : BH_STOP_ACCESS);
	access->offset = ipa - range->start;
	count_exit(cpu, (enum bh_exit)range->exit);
	return range->handler(cell, access, range->context) || violation(cpu, ipa, BH_STOP_MMIO);
}

/* An access within one page. Device registers read as zero and ignore writes. */
static bool access_memory(ipaddr_t ipa, struct mmio_access *access)
{
	struct percpu *cpu = this_cpu();
	unsigned attrs;
	paddr_t pa;

	if (!fake_translate(&cpu->public.cell->s2, ipa, &pa, &attrs))
		return emulate(cpu, ipa, access);
	if (!(attrs & (access->write ? PT_WRITE : PT_READ)))
		return violation(cpu, ipa, BH_STOP_ACCESS);
	if (!range_contains(FAKE_RAM, FAKE_RAM_SIZE, pa, access->size))
		return true;
	if (access->write)
		memcpy(fake_ram(pa), &access->value, access->size);
	else
		memcpy(&access->value, fake_ram(pa), access->size);
	return true;
}

bool fake_guest_read(ipaddr_t ipa, unsigned size, uint64_t *value)
{
	struct mmio_access access = { .size = (uint8_t)size };
	bool done = access_memory(ipa, &access);

	*value = access.value;
	return done;
}

bool fake_guest_write(ipaddr_t ipa, unsigned size, uint64_t value)
{
	struct mmio_access access = { .size = (uint8_t)size, .write = true, .value = value };

	return access_memory(ipa, &access);
}
