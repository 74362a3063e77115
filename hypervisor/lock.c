// SPDX-License-Identifier: GPL-2.0
/* Spin locks: see lock.h. */
#include <hyp/arch.h>
#include <hyp/lock.h>

#define TICKET 0x10000u
#define SERVED 0xffffu

void cpu_lock(uint32_t *lock)
{
	uint32_t ticket = __atomic_fetch_add(lock, TICKET, __ATOMIC_RELAXED) / TICKET;

	while ((__atomic_load_n(lock, __ATOMIC_ACQUIRE) & SERVED) != ticket)
		arch_relax();
	this_cpu()->public.lock = lock;
}

void cpu_drop_lock(void)
{
	uint32_t *lock = this_cpu()->public.lock;

	this_cpu()->public.lock = NULL;
	if (!lock)
		return;
	/* The next ticket. Only the holder changes the number served, which must not carry. */
	__atomic_fetch_add(lock, (*lock & SERVED) == SERVED ? -SERVED : 1, __ATOMIC_RELEASE);
}
