/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table of the CPU's features: CPUID bits that cells see, and MSRs, with who may access them
 * and their reset. What is not in it is hidden from cells. Root keeps what it saw at boot, except
 * MSRs that the table takes from it.
 */
#ifndef ARCH_FEATURES_H
#define ARCH_FEATURES_H

#include <arch/regs.h>

/* Registers of CPUID leaves: indices of cpuid_words. X: leaf 8000_00... */
enum cpuid_word_index {
	WORD_1_C,
	WORD_1_D,
	WORD_6_A,
	WORD_7_B,
	WORD_7_C,
	WORD_7_D,
	WORD_7_1_A,
	WORD_7_1_D,
	WORD_7_2_D,
	WORD_D_1_A,
	WORD_X1_C,
	WORD_X1_D,
	WORD_X7_D,
	WORD_X8_B,
	WORD_X21_A,
	WORD_X21_C,
	WORD_XA_D, /* this and the following ones are hidden from cells */
	WORD_X1F_A,
	WORD_FULL, /* this and the following ones are passed on in full */
	WORD_COUNT = WORD_FULL + 5
};

struct cpuid_word {
	uint32_t leaf;
	uint16_t sub;  /* or ANY_SUB */
	uint16_t reg;  /* 0: EAX .. 3: EDX */
	uint32_t cell; /* bits that cells see */
};
#define ANY_SUB 0xffff
extern const struct cpuid_word cpuid_words[WORD_COUNT];

/* Leaves that have no feature bits, from 0 and from 8000_0000: a set bit passes the leaf on. */
extern const uint32_t cpuid_whole[2];

/* Leaf 1 of cells. Hidden from ECX: DTES64, MONITOR, DS-CPL, VMX, SMX, EIST, TM2, CNXT-ID, SDBG,
 * xTPR, PDCM, DCA. From EDX: MCE, MTRR, MCA, PSN, DS, ACPI, TM, PBE. */
#define CELL_1_C 0x7ffa3203u
#define CELL_1_D 0x1f8bab7fu

/* A CPUID bit. 0: none. */
#define FEATURE(word, bit) (((word) << 5 | (bit)) + 1)
#define CPUID_SVM FEATURE(WORD_X1_C, 2)
#define CPUID_PDCM FEATURE(WORD_1_C, 15)
#define CPUID_DEADLINE FEATURE(WORD_1_C, 24)
#define CPUID_DS FEATURE(WORD_1_D, 21)
#define CPUID_PT FEATURE(WORD_7_B, 25)
#define CPUID_WAITPKG FEATURE(WORD_7_C, 5)
#define CPUID_SHSTK FEATURE(WORD_7_C, 7)
#define CPUID_ENQCMD FEATURE(WORD_7_C, 29)
#define CPUID_PKS FEATURE(WORD_7_C, 31)
#define CPUID_ARCH_LBR FEATURE(WORD_7_D, 19)
#define CPUID_IBT FEATURE(WORD_7_D, 20)
#define CPUID_SPEC_CTRL FEATURE(WORD_7_D, 26)
#define CPUID_FLUSH_L1D FEATURE(WORD_7_D, 28)
#define CPUID_ARCH_CAP FEATURE(WORD_7_D, 29)
#define CPUID_XSAVES FEATURE(WORD_D_1_A, 3)
#define CPUID_XFD FEATURE(WORD_D_1_A, 4)
#define CPUID_IBS FEATURE(WORD_X1_C, 10)
#define CPUID_TCE FEATURE(WORD_X1_C, 17)
#define CPUID_PERFCTR FEATURE(WORD_X1_C, 23)
#define CPUID_DBX FEATURE(WORD_X1_C, 26)
#define CPUID_NX FEATURE(WORD_X1_D, 20)
#define CPUID_FFXSR FEATURE(WORD_X1_D, 25)
#define CPUID_RDTSCP FEATURE(WORD_X1_D, 27)
#define CPUID_MCOMMIT FEATURE(WORD_X8_B, 8)
#define CPUID_IBPB FEATURE(WORD_X8_B, 12)
#define CPUID_INT_WBINVD FEATURE(WORD_X8_B, 13)
#define CPUID_NO_LMSLE FEATURE(WORD_X8_B, 20)
#define CPUID_AIBRS FEATURE(WORD_X21_A, 8)
#define CPUID_TSC_RATE FEATURE(WORD_XA_D, 4)
#define CPUID_V_SPEC_CTRL FEATURE(WORD_XA_D, 20)
#define CPUID_INVLPGB_CTL FEATURE(WORD_XA_D, 24)
#define CPUID_SME FEATURE(WORD_X1F_A, 0)

#define CPUID_1_C_X2APIC BIT(21)

bool cpu_has(unsigned feature);	   /* this CPU */
bool cells_have(unsigned feature); /* this CPU, and cells see it */

/* Components of extended state that cells may enable in XCR0: x87, SSE, AVX, AVX-512, PKRU. None of
 * XSS. */
#define CELL_XCR0 0x2e7ull

/* CR4 bits that a cell may change. CET and PKS need MSRs that cells lack. */
#define CELL_CR4 0x00771fffull

/* MSRs that only the table and msr.c name. */
#define MSR_PATCH_LEVEL 0x8b
#define MSR_NB_CFG 0xc001001f
#define MSR_SVM_KEY 0xc0010118

/* How an MSR is accessed. Accesses that neither exit nor are refused are the CPU's own. */
#define CELL_READS 1u	 /* a cell's reads don't exit */
#define CELL_WRITES 2u	 /* a cell's writes don't exit */
#define CELL_LOOKS 4u	 /* a cell reads the CPU's value, by an exit */
#define ROOT_READ 8u	 /* root's reads exit */
#define ROOT_WRITE 16u	 /* root's writes exit, and are refused: see also the next two */
#define ROOT_SAME 32u	 /* except that root may write the value that the MSR has */
#define ROOT_IGNORED 64u /* except that they are ignored */
#define CELL_OWNS (CELL_READS | CELL_WRITES)
#define BY_CODE (ROOT_READ | ROOT_WRITE) /* emulated in msr.c, or nobody's */
#define ROOT_FIXED (ROOT_WRITE | ROOT_SAME)

enum msr_reset {
	RESET_NONE,   /* the machine's, or has no state */
	RESET_ZERO,   /* cleared, if the CPU has the feature */
	RESET_LOADED, /* with the control structure, or by svm.c */
};

struct msr_row {
	uint32_t first;
	uint8_t count, step;
	uint8_t who;
	uint8_t reset;
	uint32_t feature; /* 0: any CPU may have the MSR, and a reset that faults is skipped */
};
extern const struct msr_row msr_rows[];
extern const unsigned msr_row_count;

/* The first row that has the MSR. NULL: only root's, without exits. */
const struct msr_row *msr_row(uint32_t msr);

/* What a guest may do on this CPU, as bits of `who`: a cell nothing with the MSR of a feature that
 * the CPU lacks. */
unsigned msr_rights(const struct msr_row *row, bool root);

static inline bool msr_exits(unsigned rights, bool root, bool write)
{
	if (root)
		return rights & (write ? ROOT_WRITE : ROOT_READ);
	return !(rights & (write ? CELL_WRITES : CELL_READS));
}

/* Bits of EFER that the CPU's feature brings. */
struct efer_bit {
	uint32_t bit, feature;
};
extern const struct efer_bit efer_bits[6];

/* Executes CPUID for a guest. cr4: see exit_cpuid(). */
void cpuid_emulate(struct guest_regs *regs, uint64_t cr4);

/* cpuid_cell.c: reduces what the CPU returned for a leaf, except leaf 1, to what cells see. */
void cpuid_of_cells(struct guest_regs *regs, uint32_t leaf, uint32_t sub);

#endif
