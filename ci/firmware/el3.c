// SPDX-License-Identifier: GPL-2.0
/* EL3's controls over lower exception levels (Arm ARM D19.2). */
#include "el3.h"
#include "options.h"
#include "sysreg.h"

#define SCR_NS BIT(0)
#define SCR_FIQ BIT(2)
#define SCR_RES1 (3 * BIT(4))
#define SCR_HCE BIT(8)
#define SCR_RW BIT(10)
#define SCR_APK_API (3 * BIT(16))
#define SCR_ENSCXT BIT(25)
#define SCR_ATA BIT(26)
#define SCR_FGTEN BIT(27)
#define SCR_ECVEN BIT(28)
#define SCR_HXEN BIT(38)
#define SCR_GCSEN BIT(39)
#define SCR_ENTP2 BIT(41)
#define SCR_TCR2EN BIT(43)
#define SCR_SCTLR2EN BIT(44)
#define SCR_PIEN BIT(45)

#define CPTR_EZ BIT(8)
#define CPTR_ESM BIT(12)
#define CPTR_TAM BIT(30)

/* Profiling and trace buffers are Non-secure, and Secure debug is off. */
#define MDCR_NSPB (3 * BIT(12))
#define MDCR_SDD BIT(16)
#define MDCR_NSTB (3 * BIT(24))

#define SMCR_LEN_FA64_EZT0 (15 | BIT(30) | BIT(31))
#define ZCR_LEN 15
#define MPAM3_TRAPLOWER BIT(62)
#define MPAM3_MPAMEN BIT(63)

#define VIRT_HZ 62500000 /* QEMU's counter, if the frequency register was not set */

static uint64_t scr_of_features(void)
{
	uint64_t pfr0 = sysreg_read(id_aa64pfr0_el1), pfr1 = sysreg_read(id_aa64pfr1_el1);
	uint64_t mmfr0 = sysreg_read(id_aa64mmfr0_el1), mmfr1 = sysreg_read(id_aa64mmfr1_el1);
	uint64_t mmfr3 = sysreg_read(ID_AA64MMFR3_EL1), isar1 = sysreg_read(id_aa64isar1_el1);
	uint64_t scr = 0;

	if (isar1 & 0xff000ff0) /* APA, API, GPA, GPI */
		scr |= SCR_APK_API;
	if (id_field(pfr0, 56) >= 2) /* CSV2: SCXTNUM_ELx */
		scr |= SCR_ENSCXT;
	if (id_field(pfr1, 8) >= 2) /* MTE */
		scr |= SCR_ATA;
	if (id_field(pfr1, 24)) /* SME: TPIDR2 */
		scr |= SCR_ENTP2;
	if (id_field(pfr1, 44))
		scr |= SCR_GCSEN;
	if (id_field(mmfr0, 56))
		scr |= SCR_FGTEN;
	if (id_field(mmfr0, 60) >= 2)
		scr |= SCR_ECVEN;
	if (id_field(mmfr1, 40))
		scr |= SCR_HXEN;
	if (id_field(mmfr3, 0))
		scr |= SCR_TCR2EN;
	if (id_field(mmfr3, 4))
		scr |= SCR_SCTLR2EN;
	if (id_field(mmfr3, 8) || id_field(mmfr3, 16)) /* S1PIE, S1POE */
		scr |= SCR_PIEN;
	return scr;
}

static uint64_t cptr_of_options(void)
{
	uint64_t pfr0 = sysreg_read(id_aa64pfr0_el1), cptr = CPTR_EZ | CPTR_ESM;

	if (option(OPT_TRAP) & TRAP_SVE)
		cptr = 0;
	if (option(OPT_TRAP) & TRAP_AMU && id_field(pfr0, 44))
		cptr |= CPTR_TAM;
	return cptr;
}

void el3_set_controls(void)
{
	uint64_t pfr0 = sysreg_read(id_aa64pfr0_el1), pfr1 = sysreg_read(id_aa64pfr1_el1);
	uint64_t scr = SCR_NS | SCR_RES1 | SCR_HCE | SCR_RW | scr_of_features();

	if (option(OPT_FIQ))
		scr |= SCR_FIQ;
	sysreg_write(scr_el3, scr);
	sysreg_write(mdcr_el3, MDCR_NSPB | MDCR_SDD | MDCR_NSTB);
	sysreg_write(cptr_el3, CPTR_EZ | CPTR_ESM);
	isb(); /* ZCR and SMCR are accessible */
	if (id_field(pfr0, 32))
		sysreg_write(ZCR_EL3, ZCR_LEN);
	if (id_field(pfr1, 24))
		sysreg_write(SMCR_EL3, SMCR_LEN_FA64_EZT0);
	if (id_field(pfr0, 40) || id_field(pfr1, 16)) /* MPAM */
		sysreg_write(MPAM3_EL3,
			     option(OPT_TRAP) & TRAP_MPAM ? MPAM3_TRAPLOWER : MPAM3_MPAMEN);
	if (!sysreg_read(cntfrq_el0))
		sysreg_write(cntfrq_el0, VIRT_HZ);
	sysreg_write(cptr_el3, cptr_of_options());
	isb();
}
