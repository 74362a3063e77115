// SPDX-License-Identifier: GPL-2.0
/* Enable finds the redistributors of the system's CPUs. */
#include "../test.h"
#include <hyp/arch.h>
#include <sanitizer/asan_interface.h>
#include <string.h>
#include "gic_model.h"

static union {
	struct bh_system_part part;
	uint8_t room[4096];
} copy;

/* The model's system with other CPUs. */
static struct bh_system_part *system_of(unsigned n_cpus)
{
	model_start(BH_IRQ_LIST, 4);
	copy.part = *system_config;
	copy.part.n_cpus = n_cpus;
	for (unsigned i = 0; i < n_cpus; i++)
		copy.part.cpus[i].hw_id = i;
	memset(gic.redist_of, 0, sizeof(gic.redist_of));
	return &copy.part;
}

TEST(redistributors_in_any_order)
{
	static const uint64_t order[MODEL_CPUS] = { 2, 0, 3, 1 };
	struct bh_system_part *system = system_of(MODEL_CPUS);
	struct bh_refusal r;

	for (unsigned i = 0; i < MODEL_CPUS; i++)
		system->cpus[i].hw_id = order[i];
	CHECK(gic_init(system, &r));
	for (unsigned i = 0; i < MODEL_CPUS; i++)
		CHECK_EQ(gic.redist_of[i] - gic.redists, order[i] * GICR_FRAMES);
}

TEST(a_cpu_without_a_redistributor_is_refused)
{
	struct bh_system_part *system = system_of(MODEL_CPUS);
	struct bh_refusal r;

	system->cpus[1].hw_id = 0x100;
	CHECK(!gic_init(system, &r));
	CHECK_EQ(r.code, BH_E_MACHINE);
	CHECK_EQ(r.field, BH_F_CPUS);
	CHECK_EQ(r.index, 1);
	CHECK_EQ(r.value, 0x100);
}

/* Its time is linear: the search for a redistributor's CPU reads no CPU behind that one. */
TEST(redistributors_in_the_order_of_cpus)
{
	struct bh_system_part *system = system_of(MODEL_CPUS + 2);
	void *behind = &system->cpus[MODEL_CPUS + 1];
	struct bh_refusal r;

	ASAN_POISON_MEMORY_REGION(behind, sizeof(system->cpus[0]));
	CHECK(!gic_init(system, &r));
	ASAN_UNPOISON_MEMORY_REGION(behind, sizeof(system->cpus[0]));
	CHECK_EQ(r.index, MODEL_CPUS);
}
