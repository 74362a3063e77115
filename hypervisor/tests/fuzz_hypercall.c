// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes hypercalls. The input is a list of steps of four bytes: root calls with valid and invalid
 * arguments, cells call while they run, CPUs ignore kicks or do not start. The audits hold after
 * each step; after the last one all cells can be stopped and destroyed, and nothing is left.
 */
#include "fuzz.h"
#include "life.h"

#define SMALL 0x10000u /* bytes of a cell's memory; small, for speed */

static struct picture clean;
static const uint8_t *steps;
static size_t steps_left;

struct step {
	uint8_t what, a, b, c;
};

static bool next_step(struct step *step)
{
	if (steps_left < sizeof(*step))
		return false;
	memcpy(step, steps, sizeof(*step));
	steps += sizeof(*step);
	steps_left -= sizeof(*step);
	return true;
}

/* Addresses to access: a few of each kind. */
static uint64_t address(uint8_t n)
{
	static const uint64_t bases[] = {
		0,	    FAKE_RAM,	FAKE_HYP,	FAKE_DEVICES,
		0x0b000000, 0x09000000, UINT64_MAX - 7, FAKE_RAM + 0x200000
	};

	return bases[n % 8] + (n / 8) * 8ull;
}

/* The guest of cells: hypercalls, accesses, CPU starts, resets, selected by input bytes. */
static void guest(struct percpu *cpu)
{
	struct step s;
	uint64_t value;
	unsigned other;

	while (next_step(&s)) {
		switch (s.what % 8) {
		case 0:
			fake_guest_read(address(s.a), 1u << s.b % 4, &value);
			break;
		case 1:
			fake_guest_write(address(s.a), 1u << s.b % 4, s.c);
			break;
		case 2:
			cell_reset_self(cpu);
		case 3:
			other = s.a % FAKE_CPUS;
			if (percpu_of(other)->public.cell == cpu->public.cell)
				cpu_start(percpu_of(other), address(s.b), s.c);
			break;
		case 4:
			arch_cpu_off(cpu);
		default:
			fake_guest_hypercall(BH_HC(s.a % 40), s.b, s.c);
		}
		fake_yield();
	}
}

static void prepare(void)
{
	if (cells[BH_ROOT_CELL])
		return;
	clean = boot_for_fuzzing();
	for (unsigned i = 1; i < FAKE_CPUS; i++)
		fake_set_guest(i, guest);
}

/* A valid cell, with a snapshot or with two CPUs, and possibly one byte changed. */
static void create_some(const struct step *s)
{
	struct bh_cell_part *part = fake_cell_part(s->a % 3);

	part->regions[0].size = SMALL;
	if (s->a & 4)
		part->cpus |= 2;
	if (s->a & 8) {
		part->image_phys = FAKE_CELL_RAM(s->a % 3) + SMALL;
		part->image_size = SMALL;
		part->rights |= BH_RIGHT_RESET;
	}
	if (s->a & 16)
		part->flags = BH_CELL_ON_VIOLATION_ABORT;
	((uint8_t *)part)[s->b % part->header.size] ^= s->c;
	fake_create(part);
}

static void root_step(const struct step *s)
{
	uint64_t function = BH_HC(s->a % 40);

	switch (s->what % 8) {
	case 0:
		create_some(s);
		break;
	case 1:
		start(s->a % 4, s->b & 1 ? "args" : "");
		break;
	case 2:
		fake.deaf = s->a & 0xe;
		fake.slow_off = s->b & 0xe;
		fake.never_starts = s->c == 7 ? 8 : 0;
		break;
	case 3:
		fake_run(s->a % 8);
		break;
	case 4:
		memset(comm->data, s->a, s->b);
		break;
	default:
		if (function != BH_HC_DISABLE || s->b != 1) /* step 1 ends the machine */
			root_call(function, s->b, s->c);
	}
}

static void clean_up(void)
{
	fake.deaf = fake.slow_off = fake.never_starts = 0;
	root_cell()->rights = BH_RIGHTS;
	root_call(BH_HC_DISABLE, 2, 0);
	steps_left = 0;
	fake_run(2);
	for (uint32_t id = 1; id < BH_MAX_CELLS; id++) {
		if (!cells[id])
			continue;
		root_call(BH_HC_CELL_SHUTDOWN, id, 1);
		CHECK_EQ(fake_destroy(id), 0);
	}
	check_nearly_same(&clean);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct step s;

	prepare();
	steps = data;
	steps_left = MIN(size, 256u);
	while (next_step(&s)) {
		root_step(&s);
		check_books();
	}
	clean_up();
	return 0;
}
