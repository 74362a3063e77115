// SPDX-License-Identifier: GPL-2.0
/*
 * Cached translations of CPUs, by ASID: after each change of a second stage or of a CPU's owner, no
 * translation is left that the tables don't contain.
 */
#include "model.h"
#include "test.h"
#include <arch/svm.h>
#include <arch/vm.h>
#include <hyp/arch.h>
#include <string.h>

#define KEPT 64u

static struct vmcb vmcbs[MODEL_CPUS] __attribute__((aligned(4096)));
static struct guest_regs frames[MODEL_CPUS];

/* A CPU's TLB: only a VMRUN with a flush command removes entries. */
static struct {
	struct {
		uint32_t asid;
		ipaddr_t gpa;
		paddr_t pa;
	} kept[KEPT];
	unsigned n;
} tlbs[MODEL_CPUS];

static void start(void)
{
	model_start();
	for (unsigned i = 0; i < MODEL_CPUS; i++) {
		model_cpu(i)->arch.control = &vmcbs[i];
		model_run_as(i);
		vm_reset(model_cpu(i), &frames[i]);
	}
	model_run_as(0);
}

/* Serves requests, then executes VMRUN on this CPU. */
static void enter(unsigned i)
{
	struct percpu *cpu = model_cpu(i);

	model_run_as(i);
	if (__atomic_exchange_n(&cpu->arch.flush, 0, __ATOMIC_SEQ_CST))
		vm_flush(cpu);
	CHECK_EQ(vmcbs[i].nested_cr3, ptr_to_phys(cpu->public.cell->s2.root));
	CHECK(vmcbs[i].asid && vmcbs[i].asid < 3); /* the model's number of ASIDs */
	if (vmcbs[i].tlb_control == TLB_FLUSH_ALL)
		tlbs[i].n = 0;
	vmcbs[i].tlb_control = TLB_FLUSH_NOTHING; /* as svm_exit() does */
}

/* The guest accesses an address, through the TLB if it hits. Stale entries fail the test. */
static bool touch(unsigned i, ipaddr_t gpa)
{
	const struct page_table *pt = &model_cpu(i)->public.cell->s2;
	paddr_t pa = 0;
	bool mapped = pt_lookup(pt, gpa, &pa, NULL);

	enter(i);
	for (unsigned n = 0; n < tlbs[i].n; n++)
		if (tlbs[i].kept[n].asid == vmcbs[i].asid && tlbs[i].kept[n].gpa == gpa) {
			if (!mapped || tlbs[i].kept[n].pa != pa)
				test_fail(__FILE__, __LINE__, "stale translation");
			return true;
		}
	if (mapped && tlbs[i].n < KEPT) {
		tlbs[i].kept[tlbs[i].n].asid = vmcbs[i].asid;
		tlbs[i].kept[tlbs[i].n].gpa = gpa;
		tlbs[i].kept[tlbs[i].n++].pa = pa;
	}
	return mapped;
}

static struct cell *cell_at(unsigned cpu, paddr_t phys)
{
	struct cell *cell;

	model_run_as(0);
	model_config(BIT(cpu));
	model_add_region(phys, 0x4000, BH_REGION_RAM);
	cell = model_create();
	CHECK(cell);
	cell->s2.live = true;
	model_run_as(cpu);
	vm_reset(model_cpu(cpu), &frames[cpu]);
	return cell;
}

TEST(tlb_a_change_reaches_all_cpus)
{
	struct cell *cell;

	start();
	model_config(BIT(2) | BIT(3));
	model_add_region(0x100000, 0x4000, BH_REGION_RAM);
	cell = model_create();
	cell->s2.live = true;
	for (unsigned i = 2; i < 4; i++) {
		model_run_as(i);
		vm_reset(model_cpu(i), &frames[i]);
		CHECK(touch(i, 0x100000));
	}
	model_run_as(0);
	pt_unmap(&cell->s2, &cell->reserve, 0x100000, 0x1000);
	CHECK(!touch(2, 0x100000) && !touch(3, 0x100000) && touch(2, 0x101000));
	model_run_as(0);
	pt_cut_off(&cell->s2);
	CHECK(!touch(2, 0x101000) && !touch(3, 0x101000));
}

/* Two cells use one CPU in turn with the same ASID: two ASIDs for three cells. */
TEST(tlb_an_owner_finds_nothing_of_the_one_before)
{
	uint32_t asid;

	start();
	for (unsigned round = 0; round < 4; round++) {
		struct cell *cell = cell_at(3, 0x100000 + round * 0x10000);

		asid = vmcbs[3].asid;
		CHECK(touch(3, 0x100000 + round * 0x10000));
		for (unsigned other = 0; other < round; other++)
			CHECK(!touch(3, 0x100000 + other * 0x10000));
		model_run_as(0);
		model_destroy(cell);
		model_run_as(3);
		vm_reset(model_cpu(3), &frames[3]);
		CHECK(!touch(3, 0x100000 + round * 0x10000));
	}
	CHECK(asid);
}

static void forget_flush(void *argument)
{
	struct cell *cell = argument;

	model_run_as(0);
	pt_unmap(&cell->s2, &cell->reserve, 0x100000, 0x1000);
	model_cpu(3)->arch.flush = 0;
	touch(3, 0x100000);
}

static void forget_owner(void *argument)
{
	struct cell *cell = argument;

	model_run_as(0);
	model_destroy(cell);
	cell = cell_at(3, 0x200000);
	cell = (model_run_as(0), model_destroy(cell), cell_at(3, 0x300000));
	vmcbs[3].tlb_control = TLB_FLUSH_NOTHING;
	vmcbs[3].asid = 2;
	touch(3, 0x100000);
}

TEST(tlb_a_missing_flush_is_noticed)
{
	struct cell *cell;

	start();
	cell = cell_at(3, 0x100000);
	CHECK(touch(3, 0x100000));
	CHECK_EQ(vmcbs[3].asid, 2);
	CHECK_FAILS(forget_flush, cell, "stale translation");
	CHECK_FAILS(forget_owner, cell, "stale translation");
}
