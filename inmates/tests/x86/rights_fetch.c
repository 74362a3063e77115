// SPDX-License-Identifier: GPL-2.0
/* Whether memory can be executed: one instruction of it is, in a single step. */
#include "probe.h"
#include "rights.h"

#define VECTOR_GP 13 /* a violation */
#define FLAG_TRAP "0x100"

/* Zeros are an addition to what rax points to. */
static void step(void *address)
{
	static uint64_t scratch;

	/* IRET sets the flag for what it goes to, not for itself. */
	__asm__ volatile("mov %%rsp, %%rcx\n\t"
			 "mov %%ss, %%edx\n\t"
			 "push %%rdx\n\t"
			 "push %%rcx\n\t"
			 "pushf\n\t"
			 "orq $" FLAG_TRAP ", (%%rsp)\n\t"
			 "mov %%cs, %%edx\n\t"
			 "push %%rdx\n\t"
			 "push %0\n\t"
			 "iretq" ::"r"(address),
			 "a"(&scratch)
			 : "rcx", "rdx", "memory");
}

bool rights_fetch_is_refused(uint64_t address)
{
	address &= ~0xfull; /* the word before, which nobody writes */
	return probe_call(step, (void *)address) && probe_fault()->kind == VECTOR_GP &&
	       probe_fault()->pc == address;
}
