// SPDX-License-Identifier: GPL-2.0
/* List registers: no interrupt is lost or stalls, in any order of events. */
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
	bool due[SOURCES];	  /* raised, and not acknowledged by the guest yet */
	uint32_t active[SOURCES]; /* stack of interrupts that the guest handles */
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

/* The hypervisor handles IRQs until none is pending, which must happen soon. */
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
		case 1: /* nested handling, also with a priority mask */
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

/* ---- EOImode 1: the guest ends interrupts at once and deactivates them at any time ---- */

static void deactivate(uint32_t intid)
{
	struct guest_regs regs = { .x[3] = intid };

	if (!model_dir_traps())
		model_guest_end(intid);
	else
		CHECK(gic_sysreg(model_cpu(0), &regs, ISS_DIR | 3 << 5));
}

TEST(some_stay_active_for_ever)
{
	const uint32_t kept[] = { 33, 34, 35 };

	set_up(4);
	write_sysreg(ICH_VMCR_VENG1 | ICH_VMCR_VEOIM, ich_vmcr_el2);
	for (unsigned i = 0; i < ARRAY_SIZE(kept); i++) {
		model_raise(kept[i]);
		exits();
		CHECK_EQ(model_guest_ack(0xff), kept[i]);
	}
	for (unsigned n = 0; n < 10; n++) {
		uint32_t intid = n % 2 ? 27 : 36, next = n % 2 ? 36 : 27;

		if (n == 0)
			model_raise(intid);
		exits();
		CHECK_EQ(model_guest_ack(0xff), intid);
		exits();
		model_raise(next);
		exits();
		deactivate(intid);
	}
	for (unsigned i = 0; i < ARRAY_SIZE(kept); i++)
		deactivate(kept[i]);
}

/* Deactivation has no effect without EOImode, or for an interrupt that isn't active. */
TEST(deactivations_that_mean_nothing)
{
	uint32_t first, other;

	set_up(2);
	write_sysreg(ICH_VMCR_VENG1, ich_vmcr_el2);
	model_raise(33);
	model_raise(34);
	exits();
	CHECK(model_dir_traps());
	first = model_guest_ack(0xff);
	other = 33 + 34 - first;
	deactivate(first);
	write_sysreg(ICH_VMCR_VENG1 | ICH_VMCR_VEOIM, ich_vmcr_el2);
	deactivate(other); /* waits */
	deactivate(35);
	deactivate(1023);
	CHECK_EQ(model_guest_ack(0xff), other);
	deactivate(first);
	deactivate(other);
}

/* EL2 faults after it has acknowledged an interrupt and before it has ended it. */
TEST(an_interrupt_that_was_half_taken_holds_off_no_other)
{
	const uint64_t sgi = MODEL_GICR + GICR_SGI_FRAME, own = 1u << GIC_KICK_SGI;

	set_up(4);
	model_guest_write(root_cell(), sgi + GICD_IPRIORITYR + 27, 1, 0x40);
	model_guest_write(root_cell(), sgi + GICD_IPRIORITYR + 30, 1, 0x60);
	model_raise(27);
	CHECK_EQ(read_sysreg(icc_iar1_el1), 27);
	model_raise(30);
	model_set_word(sgi + GICD_ISACTIVER, own);
	CHECK(!model_irq());
	gic_abandon(model_cpu(0));
	CHECK(model_irq());
	CHECK(!(model_word(sgi + GICD_ISACTIVER) & own));
}

TEST(active_priorities_of_a_direct_guest_are_its_own)
{
	model_start(BH_IRQ_DIRECT, 4);
	model_run_as(0);
	write_sysreg(2, icc_ap1r0_el1);
	write_sysreg(2, icc_ap0r0_el1);
	gic_abandon(model_cpu(0));
	CHECK_EQ(read_sysreg(icc_ap1r0_el1), 2);
	CHECK_EQ(read_sysreg(icc_ap0r0_el1), 0);
}
