// SPDX-License-Identifier: GPL-2.0
/* Calls to the firmware: SMC by the calling convention (Arm DEN0028), on the calling CPU. */
#include <arch/psci.h>

/* What the firmware may change: x18 to x30 are preserved by all versions (DEN0028 2.6). */
#define CLOBBERED                                                                            \
	"x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", \
		"x17", "memory"

/* Load (ldp) or store (stp) x0 to x17. x19: where their values are. */
#define X0_TO_X17(op)                                                                            \
	op " x0, x1, [%0]\n\t" op " x2, x3, [%0, #16]\n\t" op " x4, x5, [%0, #32]\n\t" op        \
	   " x6, x7, [%0, #48]\n\t" op " x8, x9, [%0, #64]\n\t" op " x10, x11, [%0, #80]\n\t" op \
	   " x12, x13, [%0, #96]\n\t" op " x14, x15, [%0, #112]\n\t" op                          \
	   " x16, x17, [%0, #128]\n\t"

void call_firmware(uint64_t *x)
{
	register uint64_t *values asm("x19") = x;

	asm volatile(X0_TO_X17("ldp") "smc #0\n\t" X0_TO_X17("stp")
		     :
		     : "r"(values)
		     : "x0", "x1", "x2", "x3", CLOBBERED);
}

int64_t firmware_call(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	register uint64_t x0 asm("x0") = function;
	register uint64_t x1 asm("x1") = a1;
	register uint64_t x2 asm("x2") = a2;
	register uint64_t x3 asm("x3") = a3;

	asm volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : CLOBBERED);
	return (int64_t)x0;
}
