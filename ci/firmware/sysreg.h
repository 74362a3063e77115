/* SPDX-License-Identifier: GPL-2.0 */
/* Access to system registers and devices. */
#ifndef FIRMWARE_SYSREG_H
#define FIRMWARE_SYSREG_H

#include <stdint.h>

#define SYSREG_NAME(r) #r
#define sysreg_read(r)                                                  \
	({                                                              \
		uint64_t value_;                                        \
		asm volatile("mrs %0, " SYSREG_NAME(r) : "=r"(value_)); \
		value_;                                                 \
	})
#define sysreg_write(r, v) asm volatile("msr " SYSREG_NAME(r) ", %0" : : "r"((uint64_t)(v)))

#define BIT(n) (1ul << (n))

/* Encodings that the assembler may not know (Arm ARM D19, GIC architecture 12.2). */
#define ICC_PMR_EL1 S3_0_C4_C6_0
#define ICC_IAR0_EL1 S3_0_C12_C8_0
#define ICC_EOIR0_EL1 S3_0_C12_C8_1
#define ICC_AP0R0_EL1 S3_0_C12_C8_4
#define ICC_AP1R0_EL1 S3_0_C12_C9_0
#define ICC_IAR1_EL1 S3_0_C12_C12_0
#define ICC_EOIR1_EL1 S3_0_C12_C12_1
#define ICC_BPR1_EL1 S3_0_C12_C12_3
#define ICC_CTLR_EL1 S3_0_C12_C12_4
#define ICC_SRE_EL1 S3_0_C12_C12_5
#define ICC_IGRPEN0_EL1 S3_0_C12_C12_6
#define ICC_IGRPEN1_EL1 S3_0_C12_C12_7
#define ICC_SRE_EL2 S3_4_C12_C9_5
#define ICC_SRE_EL3 S3_6_C12_C12_5
#define ICC_IGRPEN1_EL3 S3_6_C12_C12_7
#define ICH_AP0R0_EL2 S3_4_C12_C8_0
#define ICH_AP1R0_EL2 S3_4_C12_C9_0
#define ICH_HCR_EL2 S3_4_C12_C11_0
#define ICH_VMCR_EL2 S3_4_C12_C11_7
#define ICH_LR0_EL2 S3_4_C12_C12_0
#define ICH_LR1_EL2 S3_4_C12_C12_1
#define ICH_LR2_EL2 S3_4_C12_C12_2
#define ICH_LR3_EL2 S3_4_C12_C12_3
#define ID_AA64MMFR3_EL1 S3_0_C0_C7_3
#define MPAM2_EL2 S3_4_C10_C5_0
#define MPAM3_EL3 S3_6_C10_C5_0
#define ZCR_EL2 S3_4_C1_C2_0
#define ZCR_EL3 S3_6_C1_C2_0
#define SMCR_EL2 S3_4_C1_C2_6
#define SMCR_EL3 S3_6_C1_C2_6
#define HCRX_EL2 S3_4_C1_C2_2
#define HFGRTR_EL2 S3_4_C1_C1_4
#define HFGWTR_EL2 S3_4_C1_C1_5
#define HFGITR_EL2 S3_4_C1_C1_6
#define HDFGRTR_EL2 S3_4_C3_C1_4
#define HDFGWTR_EL2 S3_4_C3_C1_5
#define TTBR1_EL2 S3_4_C2_C0_1
#define CONTEXTIDR_EL2 S3_4_C13_C0_1
#define CNTHV_CTL_EL2 S3_4_C14_C3_1
#define CNTHV_CVAL_EL2 S3_4_C14_C3_2
#define TRFCR_EL2 S3_4_C1_C2_1
#define PMSCR_EL2 S3_4_C9_C9_0
#define TCR2_EL2 S3_4_C2_C0_3
#define SCTLR2_EL2 S3_4_C1_C0_3
#define PIRE0_EL2 S3_4_C10_C2_2
#define PIR_EL2 S3_4_C10_C2_3
#define APIAKEYLO_EL1 S3_0_C2_C1_0
#define APIAKEYHI_EL1 S3_0_C2_C1_1
#define APIBKEYLO_EL1 S3_0_C2_C1_2
#define APDAKEYLO_EL1 S3_0_C2_C2_0
#define APGAKEYLO_EL1 S3_0_C2_C3_0

/** Returns a 4-bit field of an ID register. */
static inline unsigned int id_field(uint64_t value, unsigned int shift)
{
	return value >> shift & 15;
}

/** Orders earlier writes of system registers before later instructions. */
static inline void isb(void)
{
	asm volatile("isb" : : : "memory");
}

/** Completes earlier memory accesses, those of devices included. */
static inline void dsb(void)
{
	asm volatile("dsb sy" : : : "memory");
}

static inline uint32_t read32(uint64_t pa)
{
	return *(volatile uint32_t *)pa;
}

static inline uint64_t read64(uint64_t pa)
{
	return *(volatile uint64_t *)pa;
}

static inline void write8(uint64_t pa, uint8_t value)
{
	*(volatile uint8_t *)pa = value;
}

static inline void write32(uint64_t pa, uint32_t value)
{
	*(volatile uint32_t *)pa = value;
}

static inline void write64(uint64_t pa, uint64_t value)
{
	*(volatile uint64_t *)pa = value;
}

#endif
