// SPDX-License-Identifier: GPL-2.0
/* Exceptions that come to EL3. */
#include "console.h"
#include "cpu.h"
#include "smccc.h"
#include "sysreg.h"

#define ESR_EC_SHIFT 26
#define EC_SMC64 0x17 /* Arm ARM D19.2.37 */

/* entry.S calls these. */
void trap_synchronous(struct context *context);
_Noreturn void trap_unexpected(uint64_t sp);

void trap_synchronous(struct context *context)
{
	uint64_t esr = sysreg_read(esr_el3);

	if (esr >> ESR_EC_SHIFT == EC_SMC64)
		smccc_call(context);
	else
		give_up("trapped", 4, "esr", esr, "elr", context->elr, "far", sysreg_read(far_el3),
			"cpu", (uint64_t)cpu_self());
}

_Noreturn void trap_unexpected(uint64_t sp)
{
	give_up("unexpected exception", 4, "esr", sysreg_read(esr_el3), "elr", sysreg_read(elr_el3),
		"far", sysreg_read(far_el3), "sp", sp);
}
