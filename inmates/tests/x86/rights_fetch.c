// SPDX-License-Identifier: GPL-2.0
/* Tests whether memory is executable by single-stepping one instruction in it. */
#include "probe.h"
#include "rights.h"

#define VECTOR_GP 13 /* raised for a violation */
#define FLAG_TRAP "0x100"

/* Single-steps the instruction at address. Memory of zeros decodes as add %al, (%rax). */
static void step(void *address)
{
	static uint64_t scratch;

	/* IRET sets TF for the instruction at its target. */
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
	address &= ~0xfull; /* the word before is zero: the tests do not write it */
	return probe_call(step, (void *)address) && probe_fault()->kind == VECTOR_GP &&
	       probe_fault()->pc == address;
}
