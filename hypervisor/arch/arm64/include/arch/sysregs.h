/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of system registers: which ID field announces a register, what it holds while root and
 * while a cell runs, and which registers a hand-over of a CPU resets. C, assembly, the host tests
 * and ci/audit read it.
 *
 * Two rules decide what the table has:
 * - Unknown is closed. A control that keeps EL1 from a feature is closed in cells; the ID fields
 *   that cells see are a list (bulkhead/arm64_id.h).
 * - Firmware can keep a feature from EL2 although an ID register announces it, and EL2 can't read
 *   that. An access would then end in the firmware. So EL2 touches such a register only where
 *   Linux's own settings show that the firmware has opened it; where Linux left the feature
 *   closed, it stays closed for all, and the register has no effect.
 */
#ifndef ARCH_SYSREGS_H
#define ARCH_SYSREGS_H

/* Registers that the assembler doesn't know, by encoding (DDI 0487 D24). */
#define ID_MMFR3 S3_0_C0_C7_3
#define BRBCR_EL1 S2_1_C9_C0_0
#define BRBCR_EL2 S2_4_C9_C0_0
#define CNTHV_CTL_EL2 S3_4_C14_C3_1
#define DISR_EL1 S3_0_C12_C1_1
#define GCSCR_EL2 S3_4_C2_C5_0
#define HAFGRTR_EL2 S3_4_C3_C1_6
#define HCRX_EL2 S3_4_C1_C2_2
#define HDFGRTR2_EL2 S3_4_C3_C1_0
#define HDFGRTR_EL2 S3_4_C3_C1_4
#define HDFGWTR2_EL2 S3_4_C3_C1_1
#define HDFGWTR_EL2 S3_4_C3_C1_5
#define HFGITR2_EL2 S3_4_C3_C1_7
#define HFGITR_EL2 S3_4_C1_C1_6
#define HFGRTR2_EL2 S3_4_C3_C1_2
#define HFGRTR_EL2 S3_4_C1_C1_4
#define HFGWTR2_EL2 S3_4_C3_C1_3
#define HFGWTR_EL2 S3_4_C1_C1_5
#define MPAM0_EL1 S3_0_C10_C5_1
#define MPAM1_EL1 S3_0_C10_C5_0
#define MPAM2_EL2 S3_4_C10_C5_0
#define MPAMHCR_EL2 S3_4_C10_C4_0
#define MPAMIDR_EL1 S3_0_C10_C4_4
#define PMBIDR_EL1 S3_0_C9_C10_7
#define PMBLIMITR_EL1 S3_0_C9_C10_0
#define PMSCR_EL1 S3_0_C9_C9_0
#define PMSCR_EL2 S3_4_C9_C9_0
#define SCTLR2_EL2 S3_4_C1_C0_3
#define SMCR_EL2 S3_4_C1_C2_6
#define SMPRI_EL1 S3_0_C1_C2_4
#define TCR2_EL2 S3_4_C2_C0_3
#define TPIDR2_EL0 S3_3_C13_C0_5
#define TRBIDR_EL1 S3_0_C9_C11_7
#define TRBLIMITR_EL1 S3_0_C9_C11_0
#define TRFCR_EL1 S3_0_C1_C2_1
#define TRFCR_EL2 S3_4_C1_C2_1
#define VDISR_EL2 S3_4_C12_C1_1
#define VSESR_EL2 S3_4_C5_C2_3
#define ZCR_EL2 S3_4_C1_C2_0

/*
 * Registers of EL2 itself whose reset is UNKNOWN, and which act on EL2 before its MMU is on:
 * OWN(register, MMFR or PFR that announces it, lowest bit, bit of Linux's HCRX_EL2 that shows it
 * open). entry.S writes 0 to each. The permission registers (PIR_EL2, PIRE0_EL2, POR_EL2) act only
 * with TCR2_EL2.PIE and POE, which are 0 then.
 */
#define EL2_OWN(OWN)                     \
	OWN(SCTLR2_EL2, ID_MMFR3, 4, 15) \
	OWN(TCR2_EL2, ID_MMFR3, 0, 14)   \
	OWN(GCSCR_EL2, id_aa64pfr1_el1, 44, 22)

#ifndef __ASSEMBLY__

#include <arch/sysreg.h>
#include <hyp/percpu.h>

/*
 * Features: HAS(feature, ID register S3_0_C0_C<m>_<op2> as m and op2, lowest bit of the field,
 * smallest value that announces it).
 */
#define FEATURES(HAS)                                                       \
	HAS(vh, 7, 1, 8, 1)                                                 \
	HAS(hcx, 7, 1, 40, 1)                                               \
	HAS(fgt, 7, 0, 56, 1)                                               \
	HAS(fgt2, 7, 0, 56, 2)                                              \
	HAS(amu, 4, 0, 44, 1)                                               \
	HAS(ras, 4, 0, 28, 1)                                               \
	HAS(pmu, 5, 0, 8, 1)                                                \
	/* closed by PMBIDR_EL1.P and TRBIDR_EL1.P, with trace filters */   \
	HAS(spe, 5, 0, 32, 1)                                               \
	HAS(trbe, 5, 0, 44, 1)                                              \
	/* open as Linux's HDFGRTR_EL2 and CPTR_EL2 have it */              \
	HAS(brbe, 5, 0, 52, 1)                                              \
	HAS(sve, 4, 0, 32, 1)                                               \
	HAS(sme, 4, 1, 24, 1)                                               \
	/* either field, version 0.1 has the second; MPAMIDR_EL1.HAS_HCR */ \
	HAS(mpam, 4, 0, 40, 1)                                              \
	HAS(mpam_frac, 4, 1, 16, 1)                                         \
	HAS(mpam_hcr, 4, 0, 40, 1)

#define FEATURE_NUMBER(feature, m, op2, bit, least) FEATURE_##feature,
enum feature {
	FEATURE_always,
	FEATURES(FEATURE_NUMBER) FEATURE_COUNT
};
#define FEATURE(name) (1u << FEATURE_##name)

/* features.c: read this CPU's ID register S3_0_C0_C<m>_<op2>; m is 1 to 7. */
uint64_t read_id(unsigned m, unsigned op2);

/* features.c: this ID register as cells see it; m is 1 to 7 (bulkhead/arm64_id.h). */
uint64_t id_for_cells(unsigned m, unsigned op2);

/* features.c: the features that this CPU announces, as FEATURE() bits. linux_cptr, linux_hdfgrtr:
 * Linux's CPTR_EL2 and HDFGRTR_EL2, which show what it has opened for itself. */
uint32_t cpu_features(uint64_t linux_cptr, uint64_t linux_hdfgrtr);

static inline bool cpu_has(const struct percpu *cpu, enum feature feature)
{
	return cpu->arch.features >> feature & 1;
}

/* Run the statements if the CPU in the variable cpu has the feature. */
#define WHEN(feature, ...)                     \
	if (cpu_has(cpu, FEATURE_##feature)) { \
		__VA_ARGS__                    \
	}

/*
 * The controls of EL2 over EL1: IF(feature, R(register, root, cell)...).
 * root: KEEP, the value that Linux has on the first CPU, or ZERO; cell: the value in a cell.
 * Further controls depend on more: see el2_state.c.
 */
#define EL2_CONTROLS(IF, R)                                                                      \
	/* traps of implementation defined and AArch32 registers; the offset of virtual time; */ \
	/* EL2's timers, which would raise interrupts */                                         \
	IF(always, R(hacr_el2, KEEP, 0) R(hstr_el2, ZERO, 0) R(cntvoff_el2, ZERO, 0)             \
			   R(cnthp_ctl_el2, ZERO, 0))                                            \
	IF(vh, R(CNTHV_CTL_EL2, ZERO, 0))                                                        \
	/* a bit that is 0 closes a feature: LS64, MOPS, SCTLR2, TCR2, GCS, FPMR, D128 */        \
	IF(hcx, R(HCRX_EL2, KEEP, 0))                                                            \
	/* 0: no traps of what was there before FEAT_FGT; later features trap */                 \
	IF(fgt, R(HFGRTR_EL2, KEEP, 0) R(HFGWTR_EL2, KEEP, 0) R(HFGITR_EL2, KEEP, 0)             \
			R(HDFGRTR_EL2, KEEP, 0) R(HDFGWTR_EL2, KEEP, 0)                          \
				IF(amu, R(HAFGRTR_EL2, KEEP, 0)))                                \
	IF(fgt2, R(HFGRTR2_EL2, KEEP, 0) R(HFGWTR2_EL2, KEEP, 0) R(HFGITR2_EL2, KEEP, 0)         \
			 R(HDFGRTR2_EL2, KEEP, 0) R(HDFGWTR2_EL2, KEEP, 0))                      \
	/* partition 0, no virtual partitions; EL1's accesses trap */                            \
	IF(mpam, R(MPAM2_EL2, KEEP, MPAM2_TRAPS))                                                \
	IF(mpam_hcr, R(MPAMHCR_EL2, KEEP, MPAMHCR_TRAP_IDR))                                     \
	/* EL2 is not profiled, traced or recorded */                                            \
	IF(spe, R(PMSCR_EL2, KEEP, 0))                                                           \
	IF(trbe, R(TRFCR_EL2, KEEP, 0))                                                          \
	IF(brbe, R(BRBCR_EL2, KEEP, 0))

/* Vector lengths, which CPTR_EL2 must allow to access: IF(feature, R(register)). Cells' accesses
 * trap. */
#define EL2_VECTORS(IF, R)  \
	IF(sve, R(ZCR_EL2)) \
	IF(sme, R(SMCR_EL2))

/*
 * Written with 0 when a CPU changes hands: IF(feature, register, ...). reset.c has those that
 * need more. Not here, because cells' accesses trap and the value has no effect in a cell: the
 * state of SVE, MTE (HCR_EL2.ATA), SCXTNUM (EnSCXT), activity monitors (CPTR_EL2.TAM), and what
 * HCRX_EL2 and the fine-grained traps close.
 */
#define HAND_OVER(IF)                                                                              \
	IF(always, cpacr_el1, ttbr0_el1, ttbr1_el1, tcr_el1, mair_el1, amair_el1, vbar_el1,        \
	   esr_el1, far_el1, afsr0_el1, afsr1_el1, par_el1, contextidr_el1, tpidr_el1, tpidr_el0,  \
	   tpidrro_el0, elr_el1, spsr_el1, sp_el0, sp_el1, csselr_el1, cntv_ctl_el0, cntp_ctl_el0, \
	   cntv_cval_el0, cntp_cval_el0, cntkctl_el1)                                              \
	IF(ras, VDISR_EL2, VSESR_EL2, DISR_EL1)                                                    \
	/* without FEAT_FGT cells can access these two of SME */                                   \
	IF(sme, SMPRI_EL1, TPIDR2_EL0)                                                             \
	IF(mpam, MPAM1_EL1, MPAM0_EL1)                                                             \
	/* an enabled buffer would be written while the next owner runs */                         \
	IF(spe, PMSCR_EL1)                                                                         \
	IF(trbe, TRFCR_EL1)                                                                        \
	IF(brbe, BRBCR_EL1)

/* The same, after profiling and trace have stopped and their buffers are written. */
#define HAND_OVER_BUFFERS(IF)  \
	IF(spe, PMBLIMITR_EL1) \
	IF(trbe, TRBLIMITR_EL1)

#endif
#endif
