// SPDX-License-Identifier: GPL-2.0
/* Inject exceptions into a guest at EL1 (DDI 0487 D1.3, AArch64.TakeException). */
#include <arch/el2.h>
#include <arch/sysreg.h>
#include <arch/trap.h>

#define SCTLR_SPAN BIT(23)	 /* 0: an exception to EL1 sets PAN */
#define ESR_FSC_EXTERNAL 0x10ull /* synchronous external abort, not on a walk */
#define ESR_EC_SHIFT 26

/* Offset from VBAR_EL1 of the synchronous vector for an exception taken from the state in spsr. */
static uint64_t vector_offset(uint64_t spsr)
{
	if (spsr & PSR_AARCH32)
		return 0x600;
	switch (spsr & PSR_MODE_MASK) {
	case PSR_EL1h:
		return 0x200;
	case PSR_EL1t:
		return 0;
	default:
		return 0x400;
	}
}

static bool from_el1(void)
{
	uint64_t mode = read_sysreg(spsr_el2) & PSR_MODE_MASK;

	return mode == PSR_EL1h || mode == PSR_EL1t;
}

static void take_to_el1(uint64_t esr)
{
	uint64_t spsr = read_sysreg(spsr_el2);
	uint64_t pstate = PSR_DAIF | PSR_EL1h;

	if (!(read_sysreg(sctlr_el1) & SCTLR_SPAN) || spsr & PSR_PAN)
		pstate |= PSR_PAN;
	if (!(read_sysreg(id_aa64mmfr1_el1) >> 20 & 0xf))
		pstate &= ~PSR_PAN; /* without FEAT_PAN the bit is RES0 */
	write_sysreg(read_sysreg(elr_el2), elr_el1);
	write_sysreg(spsr, spsr_el1);
	write_sysreg(esr, esr_el1);
	write_sysreg(read_sysreg(vbar_el1) + vector_offset(spsr), elr_el2);
	write_sysreg(pstate, spsr_el2);
}

void inject_undefined(void)
{
	take_to_el1((uint64_t)EC_UNKNOWN << ESR_EC_SHIFT | ESR_IL);
}

void inject_abort(uint64_t esr, uint64_t far)
{
	bool fetch = ESR_EC(esr) == EC_IABORT_LOWER;
	uint64_t ec = fetch ? EC_IABORT_LOWER : EC_DABORT_LOWER;

	if (from_el1())
		ec++; /* the class for an abort taken without a change of exception level */
	write_sysreg(far, far_el1);
	take_to_el1(ec << ESR_EC_SHIFT | (esr & ESR_IL) | ESR_FSC_EXTERNAL);
}
