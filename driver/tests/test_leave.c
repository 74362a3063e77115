// SPDX-License-Identifier: GPL-2.0
/* A disable that fails, before or after a CPU has left the hypervisor. */
#include <linux/stop_machine.h>

#include "arch.h"
#include "fake.h"
#include "test.h"

#define CPUS 4u

static u32 stuck;  /* mask of CPUs that the hypervisor does not let go */
static u32 inside; /* mask of CPUs in the hypervisor */
static unsigned int current_cpu;

long bhd_arch_leave(void)
{
	if (stuck & 1u << current_cpu)
		return -BH_E_STATE;
	inside &= ~(1u << current_cpu);
	return 0;
}

void bhd_cpus_park(void)
{
}

int stop_machine(int (*function)(void *), void *argument, const void *cpus)
{
	int error = 0;

	for (current_cpu = 0; current_cpu < CPUS; current_cpu++)
		error = function(argument) ?: error;
	return error;
}

static void begin(u32 kept_inside)
{
	bhd.half_left = false;
	fake_accepts = true;
	inside = (1u << CPUS) - 1;
	stuck = kept_inside;
}

TEST(all_leave)
{
	struct bhd_why why = {};

	begin(0);
	CHECK_EQ(bhd_leave(&why), 0);
	CHECK_EQ(inside, 0);
	CHECK(!bhd.half_left);
}

TEST(none_leaves_and_the_consent_is_cancelled)
{
	struct bhd_why why = {};

	begin(0xf);
	CHECK_EQ(bhd_leave(&why), -EPERM);
	CHECK_EQ(why.refusal.code, BH_E_STATE);
	CHECK_EQ(fake_last_call.function, BH_HC_DISABLE);
	CHECK_EQ(fake_last_call.arg1, 2);
	CHECK(!bhd.half_left);
}

TEST(some_leave_and_only_leaving_is_possible)
{
	struct bhd_why why = {};

	begin(4);
	CHECK_EQ(bhd_leave(&why), -EPERM);
	CHECK_EQ(why.refusal.code, BH_D_HALF_LEFT);
	CHECK_EQ(why.refusal.value, BH_E_STATE);
	CHECK_EQ(fake_last_call.arg1, 0); /* not cancelled: no hypercall after the first CPU left */
	CHECK(bhd.half_left);
	/* The next try doesn't ask again, and may fail again. */
	fake_last_call.function = 0;
	stuck = 0xf;
	CHECK_EQ(bhd_leave(&why), -EPERM);
	CHECK_EQ(why.refusal.code, BH_D_HALF_LEFT);
	CHECK(bhd.half_left);
	stuck = 0;
	CHECK_EQ(bhd_leave(&why), 0);
	CHECK_EQ(inside, 0);
	CHECK(!bhd.half_left);
	CHECK_EQ(fake_last_call.function, 0);
}
