// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes emulated accesses: builds a table of ranges, looks accesses up and passes them to the
 * UART, while root writes arbitrary bytes to the ring and announces input.
 */
#include "fuzz.h"
#include <arch/fake.h>
#include <hyp/console.h>
#include <string.h>

#define UART 0x1000u

static struct bh_console ring;
static struct bh_cell_part config = { .console_kind = BH_CONSOLE_PL011, .console_irq = 241 };
static struct cell cell = { .config = &config, .rights = BH_RIGHTS, .console.ring = &ring };

struct step {
	uint8_t what;
	uint8_t size;
	uint16_t address;
	uint32_t value;
};

static bool other(struct cell *c, struct mmio_access *access, void *context)
{
	(void)c;
	if (access->offset + access->size > *(uint64_t *)context)
		abort();
	access->value = 0;
	return true;
}

static void add_range(const struct step *s)
{
	static uint64_t sizes[MMIO_RANGES];
	uint64_t *size = &sizes[cell.mmio.count % MMIO_RANGES];

	*size = s->value % 0x3000;
	if (mmio_add(&cell.mmio, s->address, *size, other, size, 0) && *size == 0)
		abort();
}

static void do_access(const struct step *s, bool write)
{
	struct mmio_access a = { .size = (uint8_t)(1u << s->size % 4),
				 .write = write,
				 .value = s->value };
	const struct mmio_range *r = mmio_find(&cell.mmio, s->address, a.size);

	if (!r)
		return;
	a.offset = s->address - r->start;
	if (a.offset + a.size > r->size)
		abort();
	if (r->handler(&cell, &a, r->context) && !write && a.size < 8 && a.value >> (8 * a.size))
		abort();
	if (cell.console.lock >> 16 != (cell.console.lock & 0xffff))
		abort();
}

static void do_step(const struct step *s)
{
	switch (s->what % 8) {
	case 0:
		add_range(s);
		break;
	case 1: /* root */
		memcpy((uint8_t *)&ring + s->address % sizeof(ring), &s->value, 1);
		break;
	case 2:
		ring.in_head++;
		console_input(&cell);
		break;
	default:
		do_access(s, s->what & 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct step step;

	fake_cpu_alone();
	memset(&ring, 0, sizeof(ring));
	memset(&cell.mmio, 0, sizeof(cell.mmio));
	console_reset(&cell);
	if (!mmio_add(&cell.mmio, UART, PAGE_SIZE, pl011.access, NULL, 0))
		abort();
	for (; size >= sizeof(step); data += sizeof(step), size -= sizeof(step)) {
		memcpy(&step, data, sizeof(step));
		do_step(&step);
	}
	return 0;
}
