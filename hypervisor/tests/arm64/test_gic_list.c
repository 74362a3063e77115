// SPDX-License-Identifier: GPL-2.0
/* List registers: whatever comes in whatever order, nothing is lost and nothing stalls. */
#include "../test.h"
#include "gic_model.h"
#include <stdlib.h>

#define SOURCES 14u
#define STEPS 20000u
#define RUNS 40u

/* SGIs, PPIs, SPIs and LPIs of root's CPU 0 */
static const uint32_t sources[SOURCES] = {
	0, 1, 5, 27, 30, 33, 34, 35, 36, 37, 60, 61, 8192, 8195
};

static struct {
	bool due[SOURCES];	  /* raised, and not acknowledged by the guest since */
	uint32_t active[SOURCES]; /* stack of what the guest handles */
	unsigned depth;
} guest;

static unsigned source_of(uint32_t intid)
{
	for (unsigned i = 0; i < SOURCES; i++)
		if (sources[i] == intid)
			return i;
	test_fail(__FILE__, __LINE__, "a foreign interrupt arrived");
}

static void set_up(unsigned lrs)
{
	struct cell *root;

	guest.depth = 0;
	model_start(BH_IRQ_LIST, lrs);
	model_run_as(0);
	root = root_cell();
	gic_cpu_reset(model_cpu(0));
	for (unsigned i = 0; i < SOURCES; i++) {
		uint32_t id = sources[i], group = id / 32 * 4;
		uint64_t regs = id < 32 ? MODEL_GICR + GICR_SGI_FRAME : MODEL_GICD;

		guest.due[i] = false;
		if (id >= GIC_LPI_FIRST)
			continue;
		model_guest_write(root, regs + GICD_ISENABLER + group, 4, 1u << id % 32);
		model_guest_write(root, regs + GICD_IPRIORITYR + id, 1,
				  (uint64_t)(random() % 16) << 4);
	}
}

/* The hypervisor takes what is there; it must come to rest. */
static void exits(void)
{
	for (unsigned n = 0; model_irq(); n++) {
		CHECK(n < 3 * SOURCES);
		gic_irq(model_cpu(0));
	}
}

static void guest_takes(unsigned mask)
{
	uint32_t intid = model_guest_ack(mask);

	if (intid == MODEL_NONE)
		return;
	guest.due[source_of(intid)] = false;
	if (intid < GIC_LPI_FIRST)
		guest.active[guest.depth++] = intid;
}

static void guest_ends(void)
{
	if (guest.depth)
		model_guest_end(guest.active[--guest.depth]);
}

static void drain(void)
{
	for (unsigned n = 0; n < 200; n++) {
		exits();
		while (guest.depth)
			guest_ends();
		exits();
		guest_takes(0xff);
	}
	for (unsigned i = 0; i < SOURCES; i++)
		CHECK(!guest.due[i]);
}

static void random_life(unsigned lrs)
{
	set_up(lrs);
	for (unsigned step = 0; step < STEPS; step++) {
		unsigned i = (unsigned)random() % SOURCES;

		switch (random() % 4) {
		case 0:
			model_raise(sources[i]);
			guest.due[i] = true;
			break;
		case 1: /* nested by whatever it likes, also masking by priority */
			guest_takes((unsigned)(random() % 17) << 4 & 0xff);
			break;
		case 2:
			guest_ends();
			break;
		default:
			exits();
		}
	}
	drain();
}

TEST(nothing_is_lost_4)
{
	for (unsigned i = 0; i < RUNS; i++)
		random_life(4);
}

TEST(nothing_is_lost_2)
{
	for (unsigned i = 0; i < RUNS; i++)
		random_life(2);
}

TEST(nothing_is_lost_16)
{
	for (unsigned i = 0; i < RUNS; i++)
		random_life(16);
}
