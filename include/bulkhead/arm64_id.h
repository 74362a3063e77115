/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ID registers of arm64 as cells see them: a list of what is shown. A field that is not in the
 * list reads as 0, and so does a whole register. Each ID register S3_0_C0_C<m>_<op2> consists of
 * 16 fields of 4 bits (DDI 0487 D24.2), whose value mostly grows with what is there.
 *
 *   SHOW(name, bit, max)	the field's value, at most max; max is below 8
 *   LIMIT(name, bit, max)	the same, where greater values are known and left out on purpose
 *   SIGNED(name, bit, max)	the same, and 15 stays 15, which is less than 0 or "another one";
 *				max 7: always 15
 *   HIDE(name, bit)		0: known, but cells don't have the feature
 *   HIDE_ALL			the same for a whole register
 *
 * What is hidden: EL2 and EL3; what EL2 closes for cells or doesn't reset between two owners of a
 * CPU; and controls of the second stage, which cells don't have.
 */
#ifndef BULKHEAD_ARM64_ID_H
#define BULKHEAD_ARM64_ID_H

/* clang-format off */

/* REG(m, op2, fields): ID_AA64* */
#define ARM64_ID_A64(REG, SHOW, LIMIT, SIGNED, HIDE)                                             \
	/* ID_AA64PFR0_EL1. CSV2 2 and more has SCXTNUM; GIC 3 has GICv4.1 */                    \
	REG(4, 0, SHOW(EL0, 0, 2) LIMIT(EL1, 4, 1) HIDE(EL2, 8) HIDE(EL3, 12)                    \
		  SIGNED(FP, 16, 1) SIGNED(ADVSIMD, 20, 1) LIMIT(GIC, 24, 1) HIDE(RAS, 28)       \
		  HIDE(SVE, 32) HIDE(SEL2, 36) HIDE(MPAM, 40) HIDE(AMU, 44) SHOW(DIT, 48, 1)     \
		  HIDE(RME, 52) LIMIT(CSV2, 56, 1) SHOW(CSV3, 60, 1))                            \
	/* ID_AA64PFR1_EL1 */                                                                    \
	REG(4, 1, SHOW(BT, 0, 1) SHOW(SSBS, 4, 2) HIDE(MTE, 8) HIDE(RAS_FRAC, 12)                \
		  HIDE(MPAM_FRAC, 16) HIDE(SME, 24) HIDE(RNDR_TRAP, 28) HIDE(CSV2_FRAC, 32)      \
		  HIDE(NMI, 36) HIDE(MTE_FRAC, 40) HIDE(GCS, 44) HIDE(THE, 48) HIDE(MTEX, 52)    \
		  HIDE(DF2, 56) HIDE(PFAR, 60))                                                  \
	/* ID_AA64PFR2_EL1, ID_AA64ZFR0_EL1, ID_AA64SMFR0_EL1, ID_AA64FPFR0_EL1 */               \
	REG(4, 2, HIDE_ALL) REG(4, 4, HIDE_ALL) REG(4, 5, HIDE_ALL) REG(4, 7, HIDE_ALL)          \
	/* ID_AA64DFR0_EL1. The debug architecture is the first with AArch64 */                  \
	REG(5, 0, LIMIT(DEBUGVER, 0, 6) HIDE(TRACEVER, 4) SIGNED(PMUVER, 8, 6)                    \
		  LIMIT(BRPS, 12, ARM64_ID_BREAKPOINTS) HIDE(PMSS, 16)                           \
		  LIMIT(WRPS, 20, ARM64_ID_BREAKPOINTS) HIDE(SEBEP, 24) HIDE(CTX_CMPS, 28)       \
		  HIDE(PMSVER, 32) SIGNED(DOUBLELOCK, 36, 7) HIDE(TRACEFILT, 40)                \
		  HIDE(TRACEBUFFER, 44) HIDE(MTPMU, 48) HIDE(BRBE, 52) HIDE(EXTTRCBUFF, 56)      \
		  HIDE(HPMN0, 60))                                                               \
	/* ID_AA64DFR1_EL1, ID_AA64AFR0_EL1, ID_AA64AFR1_EL1 */                                  \
	REG(5, 1, HIDE_ALL) REG(5, 4, HIDE_ALL) REG(5, 5, HIDE_ALL)                              \
	/* ID_AA64ISAR0_EL1 */                                                                   \
	REG(6, 0, SHOW(AES, 4, 2) SHOW(SHA1, 8, 1) SHOW(SHA2, 12, 2) SHOW(CRC32, 16, 1)          \
		  SHOW(ATOMIC, 20, 3) HIDE(TME, 24) SHOW(RDM, 28, 1) SHOW(SHA3, 32, 1)           \
		  SHOW(SM3, 36, 1) SHOW(SM4, 40, 1) SHOW(DP, 44, 1) SHOW(FHM, 48, 1)             \
		  SHOW(TS, 52, 2) SHOW(TLB, 56, 2) SHOW(RNDR, 60, 1))                            \
	/* ID_AA64ISAR1_EL1. APA and API 6 have PAuth_LR */                                      \
	REG(6, 1, SHOW(DPB, 0, 2) LIMIT(APA, 4, 5) LIMIT(API, 8, 5) SHOW(JSCVT, 12, 1)           \
		  SHOW(FCMA, 16, 1) SHOW(LRCPC, 20, 3) SHOW(GPA, 24, 1) SHOW(GPI, 28, 1)         \
		  SHOW(FRINTTS, 32, 1) SHOW(SB, 36, 1) SHOW(SPECRES, 40, 2) SHOW(BF16, 44, 2)    \
		  SHOW(DGH, 48, 1) SHOW(I8MM, 52, 1) SHOW(XS, 56, 1) HIDE(LS64, 60))             \
	/* ID_AA64ISAR2_EL1 */                                                                   \
	REG(6, 2, SHOW(WFXT, 0, 2) SHOW(RPRES, 4, 1) SHOW(GPA3, 8, 1) LIMIT(APA3, 12, 5)         \
		  HIDE(MOPS, 16) SHOW(BC, 20, 1) SHOW(PAC_FRAC, 24, 1) SHOW(CLRBHB, 28, 1)       \
		  HIDE(SYSREG_128, 32) HIDE(SYSINSTR_128, 36) SHOW(PRFMSLC, 40, 1)               \
		  SHOW(RPRFM, 48, 1) SHOW(CSSC, 52, 1) SHOW(LUT, 56, 1) SHOW(ATS1A, 60, 1))      \
	/* ID_AA64ISAR3_EL1 */                                                                   \
	REG(6, 3, HIDE(CPA, 0) HIDE(FAMINMAX, 4) HIDE(TLBIW, 8) HIDE(PACM, 12))                  \
	/* ID_AA64MMFR0_EL1. The second stage has 40 bits */                                     \
	REG(7, 0, LIMIT(PARANGE, 0, 2) SHOW(ASIDBITS, 4, 2) SHOW(BIGEND, 8, 1)                   \
		  SHOW(SNSMEM, 12, 1) SHOW(BIGENDEL0, 16, 1) SHOW(TGRAN16, 20, 2)                \
		  SIGNED(TGRAN64, 24, 0) SIGNED(TGRAN4, 28, 1) HIDE(TGRAN16_2, 32)               \
		  HIDE(TGRAN64_2, 36) HIDE(TGRAN4_2, 40) SHOW(EXS, 44, 1) HIDE(FGT, 56)          \
		  HIDE(ECV, 60))                                                                 \
	/* ID_AA64MMFR1_EL1 */                                                                   \
	REG(7, 1, LIMIT(HAFDBS, 0, 2) HIDE(VMIDBITS, 4) HIDE(VH, 8) SHOW(HPDS, 12, 2)             \
		  HIDE(LO, 16) SHOW(PAN, 20, 3) SHOW(SPECSEI, 24, 1) HIDE(XNX, 28)               \
		  HIDE(TWED, 32) SHOW(ETS, 36, 3) HIDE(HCX, 40) SHOW(AFP, 44, 1)                 \
		  SHOW(NTLBPA, 48, 1) SHOW(TIDCP1, 52, 1) SHOW(CMOW, 56, 1) SHOW(ECBHB, 60, 1))  \
	/* ID_AA64MMFR2_EL1 */                                                                   \
	REG(7, 2, SHOW(CNP, 0, 1) SHOW(UAO, 4, 1) SHOW(LSM, 8, 1) HIDE(IESB, 12)                 \
		  SHOW(VARANGE, 16, 1) SHOW(CCIDX, 20, 1) HIDE(NV, 24) SHOW(ST, 28, 1)           \
		  SHOW(AT, 32, 1) SHOW(IDS, 36, 1) HIDE(FWB, 40) SHOW(TTL, 48, 1)                \
		  SHOW(BBM, 52, 2) HIDE(EVT, 56) SHOW(E0PD, 60, 1))                              \
	/* ID_AA64MMFR3_EL1, ID_AA64MMFR4_EL1: behind HCRX_EL2 and the fine-grained traps */     \
	REG(7, 3, HIDE_ALL) REG(7, 4, HIDE_ALL)

/* The most breakpoints and watchpoints, minus one, as BRPs and WRPs count. */
#define ARM64_ID_BREAKPOINTS 1

/* REG(m, op2, fields): ID_*, MVFR*, for programs at EL0 in AArch32 */
#define ARM64_ID_A32(REG, SHOW, LIMIT, SIGNED, HIDE)                                             \
	/* ID_PFR0_EL1, ID_PFR1_EL1 */                                                           \
	REG(1, 0, SHOW(STATE0, 0, 1) SHOW(STATE1, 4, 3) SHOW(STATE2, 8, 2) SHOW(STATE3, 12, 1)   \
		  LIMIT(CSV2, 16, 1) HIDE(AMU, 20) SHOW(DIT, 24, 1) HIDE(RAS, 28))               \
	REG(1, 1, SHOW(PROGMOD, 0, 1) HIDE(SECURITY, 4) HIDE(MPROGMOD, 8) HIDE(VIRT, 12)         \
		  LIMIT(GENTIMER, 16, 1) HIDE(SEC_FRAC, 20) HIDE(VIRT_FRAC, 24)                  \
		  LIMIT(GIC, 28, 1))                                                             \
	/* ID_DFR0_EL1 */                                                                        \
	REG(1, 2, LIMIT(COPDBG, 0, 6) HIDE(COPSDBG, 4) HIDE(MMAPDBG, 8) HIDE(COPTRC, 12)         \
		  HIDE(MMAPTRC, 16) HIDE(MPROFDBG, 20) SIGNED(PERFMON, 24, 6) HIDE(TRACEFILT, 28)) \
	/* ID_MMFR0_EL1 to ID_MMFR3_EL1 */                                                       \
	REG(1, 4, SHOW(VMSA, 0, 5) HIDE(PMSA, 4) SIGNED(OUTERSHR, 8, 1) SHOW(SHARELVL, 12, 1)    \
		  SHOW(TCM, 16, 3) SHOW(AUXREG, 20, 2) SHOW(FCSE, 24, 1) SIGNED(INNERSHR, 28, 1)) \
	REG(1, 5, SHOW(L1HVDVA, 0, 2) SHOW(L1UNIVA, 4, 2) SHOW(L1HVDSW, 8, 3)                    \
		  SHOW(L1UNISW, 12, 3) SHOW(L1HVD, 16, 3) SHOW(L1UNI, 20, 2)                     \
		  SHOW(L1TSTCLN, 24, 2) SHOW(BPRED, 28, 4))                                      \
	REG(1, 6, SHOW(L1HVDFG, 0, 1) SHOW(L1HVDBG, 4, 1) SHOW(L1HVDRNG, 8, 1)                   \
		  SHOW(HVDTLB, 12, 0) SHOW(UNITLB, 16, 6) SHOW(MEMBARR, 20, 2)                   \
		  SHOW(WFISTALL, 24, 1) SHOW(HWACCFLG, 28, 1))                                   \
	REG(1, 7, SHOW(CMAINTVA, 0, 1) SHOW(CMAINTSW, 4, 1) SHOW(BPMAINT, 8, 2)                  \
		  SHOW(MAINTBCST, 12, 2) SHOW(PAN, 16, 2) SHOW(COHWALK, 20, 1)                   \
		  SHOW(CMEMSZ, 24, 2) SIGNED(SUPERSEC, 28, 0))                                   \
	/* ID_ISAR0_EL1 to ID_ISAR5_EL1 */                                                       \
	REG(2, 0, SHOW(SWAP, 0, 1) SHOW(BITCOUNT, 4, 1) SHOW(BITFIELD, 8, 1)                     \
		  SHOW(CMPBRANCH, 12, 1) SHOW(COPROC, 16, 4) SHOW(DEBUG, 20, 1)                  \
		  SHOW(DIVIDE, 24, 2))                                                           \
	REG(2, 1, SHOW(ENDIAN, 0, 1) SHOW(EXCEPT, 4, 1) SHOW(EXCEPT_AR, 8, 1)                    \
		  SHOW(EXTEND, 12, 2) SHOW(IFTHEN, 16, 1) SHOW(IMMEDIATE, 20, 1)                 \
		  SHOW(INTERWORK, 24, 3) SHOW(JAZELLE, 28, 1))                                   \
	REG(2, 2, SHOW(LOADSTORE, 0, 2) SHOW(MEMHINT, 4, 4) SHOW(MULTIACCESSINT, 8, 2)           \
		  SHOW(MULT, 12, 2) SHOW(MULTS, 16, 3) SHOW(MULTU, 20, 2) SHOW(PSR_AR, 24, 1)    \
		  SHOW(REVERSAL, 28, 2))                                                         \
	REG(2, 3, SHOW(SATURATE, 0, 1) SHOW(SIMD, 4, 3) SHOW(SVC, 8, 1) SHOW(SYNCHPRIM, 12, 2)   \
		  SHOW(TABBRANCH, 16, 1) SHOW(T32COPY, 20, 1) SHOW(TRUENOP, 24, 1)               \
		  SHOW(T32EE, 28, 1))                                                            \
	REG(2, 4, SHOW(UNPRIV, 0, 2) SHOW(WITHSHIFTS, 4, 4) SHOW(WRITEBACK, 8, 1)                \
		  HIDE(SMC, 12) SHOW(BARRIER, 16, 1) SHOW(SYNCHPRIM_FRAC, 20, 3)                 \
		  SHOW(PSR_M, 24, 1) SHOW(SWP_FRAC, 28, 1))                                      \
	REG(2, 5, SHOW(SEVL, 0, 1) SHOW(AES, 4, 2) SHOW(SHA1, 8, 1) SHOW(SHA2, 12, 1)            \
		  SHOW(CRC32, 16, 1) SHOW(RDM, 24, 1) SHOW(VCMA, 28, 1))                         \
	/* ID_MMFR4_EL1, ID_ISAR6_EL1 */                                                         \
	REG(2, 6, SHOW(SPECSEI, 0, 1) HIDE(AC2, 4) HIDE(XNX, 8) SHOW(CNP, 12, 1)                 \
		  SHOW(HPDS, 16, 2) SHOW(LSM, 20, 1) SHOW(CCIDX, 24, 1) HIDE(EVT, 28))           \
	REG(2, 7, SHOW(JSCVT, 0, 1) SHOW(DP, 4, 1) SHOW(FHM, 8, 1) SHOW(SB, 12, 1)               \
		  SHOW(SPECRES, 16, 1) SHOW(BF16, 20, 1) SHOW(I8MM, 24, 1))                      \
	/* MVFR0_EL1 to MVFR2_EL1 */                                                             \
	REG(3, 0, SHOW(SIMDREG, 0, 2) SHOW(FPSP, 4, 2) SHOW(FPDP, 8, 2) SHOW(FPTRAP, 12, 1)      \
		  SHOW(FPDIVIDE, 16, 1) SHOW(FPSQRT, 20, 1) SHOW(FPSHVEC, 24, 1)                 \
		  SHOW(FPROUND, 28, 1))                                                          \
	REG(3, 1, SHOW(FPFTZ, 0, 1) SHOW(FPDNAN, 4, 1) SHOW(SIMDLS, 8, 1) SHOW(SIMDINT, 12, 1)   \
		  SHOW(SIMDSP, 16, 1) SHOW(SIMDHP, 20, 2) SHOW(FPHP, 24, 3) SHOW(SIMDFMAC, 28, 1)) \
	REG(3, 2, SHOW(SIMDMISC, 0, 3) SHOW(FPMISC, 4, 4))                                       \
	/* ID_PFR2_EL1, ID_DFR1_EL1, ID_MMFR5_EL1 */                                             \
	REG(3, 4, SHOW(CSV3, 0, 1) SHOW(SSBS, 4, 1) HIDE(RAS_FRAC, 8))                           \
	REG(3, 5, HIDE_ALL) REG(3, 6, SHOW(ETS, 0, 3) SHOW(NTLBPA, 4, 1))

/* clang-format on */

#endif
