// SPDX-License-Identifier: GPL-2.0
/* Each way into EL2 and into a guest, on CPUs with random features, from random registers. */
#include "model.h"
#include <arch/boot.h>
#include <arch/el2.h>
#include <arch/gic.h>
#include <arch/stage2.h>
#include <hyp/arch.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 400u
#define VBAR 0x1000
#define LINUX_CPTR 0x33ffull
#define TZ BIT(8)
#define TSM BIT(12)

static struct cell root = { .id = BH_ROOT_CELL }, other = { .id = 1 };
struct cell *cells[BH_MAX_CELLS] = { &root };
static struct percpu percpus[2];

uint64_t gic_hcr(const struct cell *cell)
{
	(void)cell;
	return HCR_FMO;
}
uint64_t stage2_enter(struct percpu *cpu)
{
	return cpu->public.cell->arch.vttbr;
}
uint64_t stage2_vtcr(void)
{
	return 0x1234;
}
void arch_clean(const void *start, size_t size)
{
	(void)start, (void)size;
}

/* Announce each register's feature or not, as the bits of `chosen` say. */
static void announce(uint64_t chosen)
{
	for (unsigned i = 0; i < model_announced_count; i++)
		if (chosen >> i % 37 & 1)
			model_announce(model_announced[i].m, model_announced[i].op2,
				       model_announced[i].bit, model_announced[i].least);
}

/* Enable on the first CPU: Linux has CPTR_EL2 = cptr, other registers hold anything. */
static void enable(uint64_t cptr)
{
	struct percpu *cpu = &percpus[0];

	cpu->public.cell = &root;
	cpu->arch.found.vbar_el2 = VBAR;
	model_set("cptr_el2", cptr);
	el2_save_found(cpu);
	el2_enter_root(cpu);
}

/* The second CPU comes from the firmware for a cell. */
static void start_in(struct cell *cell)
{
	struct percpu *cpu = &percpus[1];
	struct guest_regs regs;

	model_lose_state();
	cpu->public.cell = cell;
	el2_find_features(cpu);
	if (cell == &root)
		el2_enter_root(cpu);
	else
		el2_enter_cell(cpu);
	guest_reset(cpu, &regs);
}

/* May the register be left alone: who keeps it from EL2, or closes it to EL1? */
static bool is_left(const char *name, uint64_t cptr, uint64_t hdfgrtr)
{
	static const char *const reads[] = { "S3_0_C9_C10_7", "S3_0_C9_C11_7", "S3_0_C10_C4_4" };
	static const char *const spe[] = { "S3_4_C9_C9_0", "S3_0_C9_C9_0", "S3_0_C9_C10_0" };
	static const char *const trbe[] = { "S3_4_C1_C2_1", "S3_0_C1_C2_1", "S3_0_C9_C11_0" };

	for (unsigned i = 0; i < 3; i++)
		if (!strcmp(name, reads[i]) ||
		    (!strcmp(name, spe[i]) && model_value(reads[0]) & BIT(4)) ||
		    (!strcmp(name, trbe[i]) && model_value(reads[1]) & BIT(4)))
			return true;
	if (!strncmp(name, "S2_", 3))
		return !(hdfgrtr & BIT(60));
	if (!strcmp(name, "S3_0_C1_C2_4") || !strcmp(name, "S3_3_C13_C0_5"))
		return cptr & TSM;
	return !strcmp(name, "S3_4_C1_C2_0") || !strcmp(name, "S3_4_C1_C2_6");
}

/* What a register of an announced feature holds in a cell. */
static uint64_t cell_value(const char *name)
{
	if (!strcmp(name, "S3_4_C10_C5_0")) /* MPAM2_EL2: TRAPMPAM1EL1, TRAPMPAM0EL1, TIDR */
		return 3ull << 48 | (model_value("S3_0_C10_C4_4") & BIT(58));
	if (!strcmp(name, "S3_4_C10_C4_0")) /* MPAMHCR_EL2: TRAP_MPAMIDR_EL1 */
		return BIT(31);
	if (!strcmp(name, "pmcr_el0"))
		return 6;
	return !strcmp(name, "pmcntenclr_el0") ? 0xffffffff : 0;
}

static void check_cell(uint64_t cptr, uint64_t hdfgrtr)
{
	for (unsigned i = 0; i < model_announced_count; i++) {
		const char *name = model_announced[i].name;

		if (!model_is_announced(&model_announced[i]) || is_left(name, cptr, hdfgrtr))
			continue;
		if (!model_written(name))
			test_fail(__FILE__, __LINE__, name);
		CHECK_EQ(model_value(name), cell_value(name));
	}
	CHECK_EQ(model_value("hcr_el2") & (BIT(34) | BIT(27)), 0); /* E2H, TGE */
	CHECK_EQ(model_value("hcr_el2") & (HCR_VM | HCR_TSC | HCR_TID3),
		 HCR_VM | HCR_TSC | HCR_TID3);
	CHECK_EQ(model_value("cptr_el2"), CPTR_CELL);
	CHECK_EQ(model_value("mdcr_el2") & (3ull << 12 | 3ull << 24), 0); /* E2PB, E2TB */
	model_check_buffers();
	CHECK(model_written("hstr_el2") && model_written("cnthp_ctl_el2"));
}

/* What Linux had on the first CPU, by register; in the order of the model's list. */
static uint64_t linux_values[64];

static void note_linux(void)
{
	for (unsigned i = 0; i < model_announced_count; i++)
		linux_values[i] = model_value(model_announced[i].name);
}

static bool is_control(const char *name)
{
	return strstr(name, "_4_C") && strcmp(name, "S3_4_C14_C3_1") &&
	       strcmp(name, "S3_4_C12_C1_1") && strcmp(name, "S3_4_C5_C2_3");
}

static void check_root(uint64_t cptr, uint64_t hdfgrtr)
{
	for (unsigned i = 0; i < model_announced_count; i++) {
		const char *name = model_announced[i].name;

		if (!is_control(name) || !model_is_announced(&model_announced[i]))
			continue;
		if (model_touched(name))
			CHECK_EQ(model_value(name), linux_values[i]);
		else
			CHECK(is_left(name, cptr, hdfgrtr));
	}
	CHECK_EQ(model_value("cptr_el2") & (TZ | TSM), cptr & (TZ | TSM));
}

static void round_of(uint64_t seed)
{
	uint64_t cptr = LINUX_CPTR & ~(seed & 1 ? TZ : 0) & ~(seed & 2 ? TSM : 0), hdfgrtr;

	model_power_on(seed);
	announce(seed * 0x9e3779b97f4a7c15ull >> 16);
	hdfgrtr = model_value("S3_4_C3_C1_4");
	if (model_value("S3_0_C0_C7_0") >> 56 == 0)
		hdfgrtr = 0;
	note_linux();
	enable(cptr);
	check_root(cptr, hdfgrtr);
	start_in(&other);
	check_cell(cptr, hdfgrtr);
	start_in(&root);
	check_root(cptr, hdfgrtr);
}

/* Each round is a machine of its own: what enable found is kept for good. */
TEST(all_ways_in_on_random_machines)
{
	for (uint64_t seed = 0; seed < ROUNDS; seed++) {
		int status;

		if (!fork()) {
			round_of(seed);
			_exit(0);
		}
		wait(&status);
		CHECK_EQ(status, 0);
	}
}

/* arm64.nosve and arm64.nosme: the CPU has SVE and SME, Linux and perhaps firmware keep it closed. */
TEST(what_linux_left_closed_is_not_touched)
{
	model_power_on(1);
	model_announce(4, 0, 32, 1);
	model_announce(4, 1, 24, 1);
	enable(LINUX_CPTR);
	start_in(&other);
	start_in(&root);
	CHECK(!model_touched("S3_4_C1_C2_0"));
	CHECK(!model_touched("S3_4_C1_C2_6"));
	CHECK(!model_touched("S3_0_C1_C2_4"));
}

TEST(vector_lengths_come_after_the_permission)
{
	model_power_on(2);
	model_announce(4, 0, 32, 1);
	model_announce(4, 1, 24, 1);
	model_set("S3_4_C1_C2_0", 0xf);
	model_set("S3_4_C1_C2_6", 0x8000000f);
	enable(LINUX_CPTR & ~(TZ | TSM));
	start_in(&other);
	CHECK(!model_touched("S3_4_C1_C2_0"));
	start_in(&root);
	CHECK_EQ(model_value("S3_4_C1_C2_0"), 0xf);
	CHECK_EQ(model_value("S3_4_C1_C2_6"), 0x8000000f);
}

/* Clusters differ in the number of event counters: MDCR_EL2.HPMN is that of the CPU itself. */
TEST(each_cpu_has_all_of_its_event_counters)
{
	model_power_on(3);
	model_announce(5, 0, 8, 1);
	model_set("pmcr_el0", 6 << 11);
	model_set("mdcr_el2", 6);
	enable(LINUX_CPTR);
	model_lose_state();
	model_set("pmcr_el0", 8 << 11);
	percpus[1].public.cell = &other;
	el2_find_features(&percpus[1]);
	el2_enter_cell(&percpus[1]);
	CHECK_EQ(model_value("mdcr_el2") & 0x1f, 8);
	percpus[1].public.cell = &root;
	el2_enter_root(&percpus[1]);
	CHECK_EQ(model_value("mdcr_el2") & 0x1f, 8);
	CHECK_EQ(percpus[1].arch.found.mdcr_el2 & 0x1f, 8);
}
