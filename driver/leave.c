// SPDX-License-Identifier: GPL-2.0
/* Disable: takes all CPUs out of the hypervisor. Under bhd.manage. */

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/stop_machine.h>

#include "arch.h"
#include "driver.h"

struct leaving {
	atomic_t left; /* number of CPUs that are out */
	u32 code;      /* why a CPU did not leave; any of them */
};

static int leave_this_cpu(void *argument)
{
	struct leaving *leaving = argument;
	long result = bhd_arch_leave();

	if (result)
		WRITE_ONCE(leaving->code, -result);
	else
		atomic_inc(&leaving->left);
	return result ? -EIO : 0;
}

/* Some CPUs are out and others are not: from now on only another try to leave is possible, because
 * a hypercall or a kick may go to a CPU that has left. */
static int latch(u32 code, struct bhd_why *why)
{
	bhd.half_left = true;
	return bhd_refuse(why, BH_D_HALF_LEFT, code, "%s", "");
}

/* Asks the hypervisor whether it can be disabled. */
static int ask(struct bhd_why *why)
{
	int result;

	bhd_cpus_park();
	result = bhd_call(&(struct bhd_call){ .function = BH_HC_DISABLE, .arg1 = 0 }, why);
	return min(result, 0);
}

/*
 * Takes all CPUs out of the hypervisor. After the hypervisor's consent this
 * should not fail; if it does before any CPU has left, the consent is cancelled.
 * Else the caller can only try again: CPUs that have left stay as they are.
 */
int bhd_leave(struct bhd_why *why)
{
	struct leaving leaving = { .code = BH_E_CPU_LOST };
	int error = bhd.half_left ? 0 : ask(why);

	if (error)
		return error;
	if (!stop_machine(leave_this_cpu, &leaving, cpu_online_mask)) {
		bhd.half_left = false;
		return 0;
	}
	if (bhd.half_left || atomic_read(&leaving.left))
		return latch(leaving.code, why);
	bhd_call(&(struct bhd_call){ .function = BH_HC_DISABLE, .arg1 = 2 }, why);
	return bhd_refuse(why, leaving.code, 0, "%s", "");
}
