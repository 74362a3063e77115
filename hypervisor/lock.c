// SPDX-License-Identifier: GPL-2.0
/* Spin locks: see lock.h. */
#include <hyp/arch.h>
#include <hyp/lock.h>

void cpu_lock(uint32_t *lock)
{
	while (__atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE))
		arch_relax();
	this_cpu()->public.lock = lock;
}

void cpu_drop_lock(void)
{
	uint32_t *lock = this_cpu()->public.lock;

	this_cpu()->public.lock = NULL;
	if (lock)
		__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}
