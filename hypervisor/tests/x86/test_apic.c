// SPDX-License-Identifier: GPL-2.0
/* The local APIC as guests see it: which messages reach which CPUs, in both modes. */
#include "model.h"
#include "test.h"
#include <arch/apic.h>
#include <arch/asm.h>
#include <arch/msr.h>

#define APIC 0xfee00000ull
#define REG(offset) (APIC + (offset))
#define FIXED(vector) (0x4000u | (vector))
#define LOGICAL 0x800u

/* Creates a cell with CPUs 2 and 3; the test runs on CPU 2. */
static struct cell *cell_of_two(void)
{
	struct cell *cell;

	model_start();
	model_config(BIT(2) | BIT(3));
	cell = model_create();
	for (unsigned i = 2; i < 4; i++) {
		model_run_as(i);
		apic_reset(model_cpu(i));
	}
	model_run_as(2);
	model_forget();
	return cell;
}

static void send(uint32_t id, uint32_t icr)
{
	model_forget();
	model_write(REG(APIC_ICR_HIGH), 4, id << 24);
	model_write(REG(APIC_ICR), 4, icr);
}

TEST(apic_ipis_stay_in_the_cell)
{
	cell_of_two();
	for (unsigned id = 0; id < 255; id++) {
		send(id, FIXED(0x40));
		CHECK_EQ(model_sent, id == MODEL_ID(2) || id == MODEL_ID(3));
		CHECK(!model_sent ||
		      (model_messages[0].to == id && model_messages[0].icr == FIXED(0x40)));
	}
	send(0xff, FIXED(0x41)); /* broadcast: becomes two messages */
	CHECK_EQ(model_sent, 2);
	for (unsigned shorthand = 1; shorthand < 4; shorthand++) {
		send(0, FIXED(0x42) | shorthand << 18);
		CHECK_EQ(model_sent, shorthand == 2 ? 2 : 1);
		for (unsigned i = 0; i < model_sent; i++)
			CHECK(!APIC_SHORTHAND(model_messages[i].icr) && model_messages[i].to >= 4);
	}
	send(MODEL_ID(3), FIXED(15)); /* an illegal vector */
	CHECK_EQ(model_sent, 0);
}

TEST(apic_logical_ids_are_the_cells_own)
{
	cell_of_two();
	/* The cell's CPUs have no logical ids yet; root's have, but are not the cell's. */
	send(0xfe, FIXED(0x40) | LOGICAL);
	CHECK_EQ(model_sent, 0);
	model_write(REG(APIC_LDR), 4, 0x01000000); /* the same as root's CPU 0 */
	CHECK_EQ(*model_apic(2, APIC_LDR), 0);
	send(0x01, FIXED(0x40) | LOGICAL);
	CHECK(model_sent == 1 && model_messages[0].to == MODEL_ID(2));
	CHECK(!(model_messages[0].icr & LOGICAL));
}

TEST(apic_no_modes_but_fixed_become_messages)
{
	cell_of_two();
	for (unsigned mode = 0; mode < 8; mode++) {
		send(MODEL_ID(3), FIXED(0x40) | mode << 8);
		CHECK_EQ(model_sent, mode <= APIC_MODE_LOWEST);
		CHECK(!model_sent || APIC_MODE(model_messages[0].icr) == APIC_MODE_FIXED);
	}
	/* INIT, SIPI and NMI reach only the cell's own CPUs. */
	CHECK(model_cpu(3)->arch.init && model_cpu(3)->arch.nmi);
	CHECK_EQ(model_cpu(3)->public.entry, 0x40000);
	send(MODEL_ID(0), FIXED(0x40) | APIC_MODE_NMI << 8);
	send(MODEL_ID(1), FIXED(0x40) | APIC_MODE_INIT << 8);
	send(MODEL_ID(1), FIXED(0x40) | APIC_MODE_SIPI << 8);
	for (unsigned i = 0; i < 2; i++)
		CHECK(!model_cpu(i)->arch.init && !model_cpu(i)->arch.nmi &&
		      !model_cpu(i)->public.entry);
	CHECK_EQ(model_sent, 0);
}

TEST(apic_local_entries_raise_interrupts_only)
{
	cell_of_two();
	for (unsigned mode = 0; mode < 8; mode++) {
		uint32_t value = 0x40 | mode << 8;

		model_write(REG(0x350), 4, value); /* LINT0 */
		CHECK_EQ(*model_apic(2, 0x350), mode == APIC_MODE_FIXED ? value : 0x10040);
		model_run_as(0);
		model_write(REG(0x350), 4, value);
		CHECK_EQ(*model_apic(0, 0x350),
			 mode == APIC_MODE_SMI || mode == APIC_MODE_INIT ? 0x10040 : value);
		model_run_as(2);
	}
}

TEST(apic_operands)
{
	cell_of_two();
	for (unsigned size = 1; size <= 8; size *= 2)
		for (unsigned write = 0; write < 2; write++)
			CHECK_EQ(model_refuses(REG(APIC_TPR), size, write), size != 4);
	CHECK(model_refuses(REG(APIC_TPR) + 4, 4, false));
	*model_apic(2, APIC_EOI) = 1;
	model_write(REG(APIC_EOI), 4, 5);
	CHECK_EQ(*model_apic(2, APIC_EOI), 0);
	*model_apic(2, APIC_IRR) = 7; /* read-only */
	model_write(REG(APIC_IRR), 4, 0);
	CHECK_EQ(*model_apic(2, APIC_IRR), 7);
}

/* The next owner gets no interrupt, however many vectors are in service and pending. */
TEST(apic_reset_drains_all_vectors)
{
	cell_of_two();
	for (unsigned i = 0; i < 8; i++)
		*model_apic(2, APIC_ISR + 0x10 * i) = *model_apic(2, APIC_IRR + 0x10 * i) =
			i ? ~0u : 0xffff0000;
	apic_reset(this_cpu());
	for (unsigned i = 0; i < 8; i++)
		CHECK(!*model_apic(2, APIC_ISR + 0x10 * i) && !*model_apic(2, APIC_IRR + 0x10 * i));
}

TEST(apic_x2apic_msrs)
{
	unsigned free_writes = 0;

	for (uint32_t msr = APIC_MSR(0); msr < APIC_MSR_END; msr++) {
		CHECK(msr_trapped(true, msr, true) && msr_trapped(true, msr, false));
		CHECK(!msr_trapped(false, msr, false));
		free_writes += !msr_trapped(false, msr, true);
	}
	CHECK_EQ(free_writes, 8);
	/* Registers for timer interrupts are accessed directly, those that reach other CPUs
	 * exit. */
	CHECK(!msr_trapped(false, APIC_MSR(APIC_EOI), true));
	CHECK(!msr_trapped(false, APIC_MSR(APIC_TIMER_COUNT), true));
	CHECK(msr_trapped(false, APIC_MSR(APIC_ICR), true));
	for (unsigned lvt = 0x330; lvt <= APIC_LVT_ERROR; lvt += 0x10)
		CHECK(msr_trapped(false, APIC_MSR(lvt), true));
}

static bool write_icr(uint64_t id, uint32_t icr)
{
	model_forget();
	return msr_emulate_write(this_cpu(), APIC_MSR(APIC_ICR), id << 32 | icr);
}

TEST(apic_x2apic_mode)
{
	struct percpu *cpu;

	cell_of_two();
	cpu = this_cpu();
	CHECK(!write_icr(MODEL_ID(3), FIXED(0x40)));
	CHECK(msr_emulate_write(cpu, MSR_APIC_BASE, *model_base(2) | APIC_BASE_EXTD));
	CHECK(cpu->arch.x2apic && *model_base(2) & APIC_BASE_EXTD);
	CHECK(model_refuses(REG(APIC_TPR), 4, false)); /* the page has no registers in this mode */
	for (uint64_t id = 0; id < 300; id++) {
		CHECK(write_icr(id, FIXED(0x40)));
		CHECK_EQ(model_sent, id == MODEL_ID(2) || id == MODEL_ID(3));
	}
	CHECK(write_icr(0xffffffff, FIXED(0x40)) && model_sent == 2);
	CHECK(write_icr(0x00000050, FIXED(0x40) | LOGICAL) &&
	      model_sent == 2); /* cluster 0: 4, 6 */
	CHECK(write_icr(0x0000ffaf, FIXED(0x40) | LOGICAL) && model_sent == 0);
	CHECK(write_icr(0x00010050, FIXED(0x40) | LOGICAL) && model_sent == 0);
	CHECK(msr_emulate_write(cpu, APIC_MSR(0x350), 0x240)); /* an SMI: masked */
	CHECK_EQ(*model_apic(2, 0x350), 0x10040);
	CHECK(!msr_emulate_write(cpu, APIC_MSR(APIC_LDR), 1));
	/* The APIC can't be disabled or leave the mode, as kicks need it. A reset leaves the
	 * mode. */
	CHECK(!msr_emulate_write(cpu, MSR_APIC_BASE, 0xfee00000));
	CHECK(!msr_emulate_write(cpu, MSR_APIC_BASE, 0xfee00000 | APIC_BASE_ENABLE));
	cpu->arch.kicked = 1;
	apic_reset(cpu);
	CHECK(!cpu->arch.x2apic && !(*model_base(2) & APIC_BASE_EXTD) && !cpu->arch.kicked);
}

TEST(apic_x2apic_is_not_for_everyone)
{
	uint64_t wanted = 0xfee00000 | APIC_BASE_ENABLE | APIC_BASE_EXTD;

	cell_of_two();
	model_has_x2apic = false;
	CHECK(!msr_emulate_write(this_cpu(), MSR_APIC_BASE, wanted));
	model_has_x2apic = true;
	model_run_as(0); /* root can't change its mode */
	CHECK(!msr_emulate_write(this_cpu(), MSR_APIC_BASE, wanted));
	CHECK(msr_emulate_write(this_cpu(), MSR_APIC_BASE, *model_base(0)));
}
