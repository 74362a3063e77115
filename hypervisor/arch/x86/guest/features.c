// SPDX-License-Identifier: GPL-2.0
/*
 * The table of features: see features.h. Numbers are of AMD64 APM volume 3, appendix E, and volume
 * 2, appendix A; Intel SDM volume 2A, CPUID, and volume 4, chapter 2.
 */
#include <arch/asm.h>
#include <arch/features.h>
#include <arch/vmcs.h>

/* Comments name what is hidden, where that is shorter. */
const struct cpuid_word cpuid_words[WORD_COUNT] = {
	[WORD_1_C] = { 1, ANY_SUB, 2, CELL_1_C },
	[WORD_1_D] = { 1, ANY_SUB, 3, CELL_1_D },
	[WORD_6_A] = { 6, ANY_SUB, 0, 1u << 2 }, /* ARAT: the APIC timer runs in sleep states */
	/* TSC_ADJUST, SGX, PQM, MPX, RDT_A, PT */
	[WORD_7_B] = { 7, 0, 1, 0xfdff2ff9 },
	/* SHSTK, TME, MAWAU, KL, bus locks, ENQCMD, SGX_LC, PKS; OSPKE is the guest's */
	[WORD_7_C] = { 7, 0, 2, 0x1a415f7f },
	/* SGX-KEYS, UINTR, SRBDS_CTRL, TSX_FORCE_ABORT, HYBRID, PCONFIG, LBR, IBT, AMX, CORE_CAP */
	[WORD_7_D] = { 7, 0, 3, 0xbc814d1c },
	/* LASS, counters, FRED, LKGS, WRMSRNS, AMX, HRESET, LAM */
	[WORD_7_1_A] = { 7, 1, 0, 0x00801cbf },
	[WORD_7_1_D] = { 7, 1, 3, 0x4430 }, /* AMX, UINTR, AVX10, APX */
	[WORD_7_2_D] = { 7, 2, 3, 0x3f },   /* controls of SPEC_CTRL */
	[WORD_D_1_A] = { 0xd, 1, 0, 7 },    /* XSAVES, XFD */
	/* SVM, EXTAPIC, OSVW, IBS, SKINIT, WDT, LWP, node id, counters, DBX, PTSC */
	[WORD_X1_C] = { 0x80000001, ANY_SUB, 2, 0x206309f3 },
	[WORD_X1_D] = { 0x80000001, ANY_SUB, 3, 0xefdbab7f }, /* as in leaf 1 */
	[WORD_X7_D] = { 0x80000007, ANY_SUB, 3, 1u << 8 },    /* invariant TSC */
	/* IRPERF, INVLPGB, RDPRU, MBE, MCOMMIT, INT_WBINVD, VIRT_SSBD, CPPC */
	[WORD_X8_B] = { 0x80000008, ANY_SUB, 1, 0x751fd205 },
	/* UAI, PrefetchCtl, CpuidUserDis, and bits that concern root only */
	[WORD_X21_A] = { 0x80000021, ANY_SUB, 0, 0x38040167 },
	[WORD_X21_C] = { 0x80000021, ANY_SUB, 2, 6 }, /* not vulnerable to TSA */
	[WORD_XA_D] = { 0x8000000a, ANY_SUB, 3, 0 },
	[WORD_X1F_A] = { 0x8000001f, ANY_SUB, 0, 0 },
	[WORD_FULL] = { 7, 0, 0, ~0u },
	{ 0x80000001, ANY_SUB, 0, ~0u },
	{ 0x80000001, ANY_SUB, 1, ~0u },
	{ 0x80000008, ANY_SUB, 0, ~0u },
	{ 0x80000008, ANY_SUB, 2, ~0u },
};

/* Leaves 2, 4, 11, 21, 22, 24, 31: caches, topology, frequencies, TLBs; 8000_0002 to 8000_0006,
 * 8000_0019, 1A, 1D, 1E: name, caches, TLBs, topology. */
const uint32_t cpuid_whole[2] = { 0x81600814, 0x6600007c };

#define ROW(first, count, who, reset, feature)       \
	{                                            \
		first, count, 1, who, reset, feature \
	}
#define ZERO(first, count, feature) ROW(first, count, 0, RESET_ZERO, feature)

/* An MSR has the first row that names it. */
const struct msr_row msr_rows[] = {
	ROW(MSR_TSC, 1, CELL_READS, RESET_NONE, 0),
	ROW(MSR_APIC_BASE, 1, CELL_LOOKS | ROOT_WRITE, RESET_NONE, 0),
	ROW(0x33, 1, 0, RESET_NONE, 0), /* TEST_CTRL: root's check of split locks holds in cells */
	ROW(MSR_FEATURE_CONTROL, 1, BY_CODE, RESET_NONE, 0),
	ROW(MSR_SPEC_CTRL, 1, CELL_OWNS, RESET_ZERO, 0),
	ROW(MSR_PRED_CMD, 1, CELL_OWNS, RESET_NONE, 0),		/* a command */
	ROW(0x79, 1, ROOT_WRITE | ROOT_IGNORED, RESET_NONE, 0), /* microcode update: Intel's */
	ROW(MSR_PATCH_LEVEL, 1, CELL_LOOKS, RESET_NONE, 0),
	ZERO(0xc1, 8, CPUID_PDCM),			    /* PMC0 */
	ROW(0xe1, 1, CELL_OWNS, RESET_ZERO, CPUID_WAITPKG), /* UMWAIT_CONTROL */
	ROW(0xfe, 1, CELL_LOOKS, RESET_NONE, 0),	    /* MTRRCAP */
	ROW(MSR_ARCH_CAP, 1, CELL_LOOKS, RESET_NONE, CPUID_ARCH_CAP),
	ROW(0x10b, 1, CELL_OWNS, RESET_NONE, CPUID_FLUSH_L1D), /* FLUSH_CMD: a command */
	ZERO(0x140, 1, 0), /* MISC_FEATURES_ENABLES: faults of CPUID */
	ROW(MSR_SYSENTER_CS, 3, CELL_OWNS, RESET_LOADED, 0),
	ZERO(0x186, 8, CPUID_PDCM),		     /* PERFEVTSEL0 */
	ROW(0x1a0, 1, CELL_LOOKS, RESET_NONE, 0),    /* MISC_ENABLE */
	ZERO(0x1c4, 2, CPUID_XFD),		     /* XFD, XFD_ERR */
	ZERO(MSR_DEBUGCTL, 1, 0),		     /* LBR, BTS, bus locks */
	ROW(MSR_PAT, 1, CELL_OWNS, RESET_LOADED, 0), /* the guest's own (APM 2, 15.25.4) */
	ROW(0x200, 255, CELL_LOOKS, RESET_NONE, 0),  /* MTRRs */
	ROW(0x2ff, 1, CELL_LOOKS, RESET_NONE, 0),
	ZERO(0x309, 4, CPUID_PDCM), /* FIXED_CTR0 */
	ZERO(0x38d, 3, CPUID_PDCM), /* FIXED_CTR_CTRL .. GLOBAL_CTRL */
	ZERO(0x3f1, 1, CPUID_DS),   /* PEBS_ENABLE */
	ROW(MSR_VMX_BASIC, MSR_VMX_LAST - MSR_VMX_BASIC + 1, BY_CODE, RESET_NONE, 0),
	ROW(0x560, 0x28, ROOT_WRITE, RESET_NONE, CPUID_PT), /* Processor Trace is nobody's */
	ZERO(0x600, 1, CPUID_DS),			    /* DS_AREA */
	ZERO(0x6a0, 9, 0),				    /* CET, shadow stacks */
	ROW(MSR_TSC_DEADLINE, 1, CELL_OWNS, RESET_ZERO, CPUID_DEADLINE),
	ZERO(0x6e1, 1, CPUID_PKS),    /* PKRS */
	ZERO(0xc8f, 1, 0),	      /* PQR_ASSOC: class of service */
	ZERO(0xd93, 1, CPUID_ENQCMD), /* PASID */
	ZERO(MSR_XSS, 1, CPUID_XSAVES),
	ZERO(0x14ce, 1, CPUID_ARCH_LBR), /* LBR_CTL */
	ROW(MSR_EFER, 1, BY_CODE, RESET_LOADED, 0),
	ROW(MSR_STAR, 4, CELL_OWNS, RESET_LOADED, 0),
	ROW(MSR_FS_BASE, 3, CELL_OWNS, RESET_LOADED, 0),
	ROW(MSR_TSC_AUX, 1, CELL_OWNS, RESET_ZERO, CPUID_RDTSCP),
	ROW(MSR_TSC_RATIO, 1, ROOT_FIXED, RESET_LOADED, CPUID_TSC_RATE),
	ZERO(0xc0000301, 1, 0),		/* PERF_CNTR_GLOBAL_CTL */
	ZERO(0xc0010000, 8, CPUID_SVM), /* PERF_CTL0, PERF_CTR0 */
	ROW(MSR_SYSCFG, 1, CELL_LOOKS | ROOT_FIXED, RESET_NONE, 0),
	ROW(0xc0010015, 1, CELL_LOOKS, RESET_NONE, 0), /* HWCR */
	ROW(0xc0010016, 8, ROOT_FIXED, RESET_NONE,
	    0), /* IORRs, TOP_MEM, TOP_MEM2: what is memory */
	ROW(MSR_NB_CFG, 1, CELL_LOOKS, RESET_NONE, 0),
	ROW(0xc0010020, 1, ROOT_WRITE | ROOT_IGNORED, RESET_NONE, 0), /* microcode: AMD's */
	ROW(0xc0010058, 1, ROOT_FIXED, RESET_NONE, 0), /* base of PCI configuration space */
	ROW(MSR_VM_CR, 1, BY_CODE, RESET_NONE, 0),
	ROW(0xc0010111, 6, ROOT_FIXED, RESET_NONE, 0), /* SMM's addresses */
	ROW(MSR_VM_HSAVE_PA, 1, BY_CODE, RESET_NONE, 0),
	ROW(MSR_SVM_KEY, 1, BY_CODE, RESET_NONE, 0),
	ROW(0xc001011b, 1, BY_CODE, RESET_NONE, 0),    /* DOORBELL of AVIC */
	ROW(0xc0010132, 2, ROOT_FIXED, RESET_NONE, 0), /* RMP_BASE, RMP_END */
	ZERO(0xc0010200, 12, CPUID_PERFCTR),
	ZERO(0xc0011019, 3, CPUID_DBX),			/* DR1 to DR3: address masks */
	ZERO(0xc0011027, 1, CPUID_DBX),			/* DR0 */
	{ 0xc0011030, 2, 3, 0, RESET_ZERO, CPUID_IBS }, /* IBS_FETCH_CTL, IBS_OP_CTL */
};
const unsigned msr_row_count = ARRAY_SIZE(msr_rows);

const struct efer_bit efer_bits[6] = {
	{ EFER_NXE, CPUID_NX },		  { EFER_TCE, CPUID_TCE },
	{ EFER_FFXSR, CPUID_FFXSR },	  { EFER_MCOMMIT, CPUID_MCOMMIT },
	{ EFER_INTWB, CPUID_INT_WBINVD }, { EFER_AIBRSE, CPUID_AIBRS },
};

bool cpu_has(unsigned feature)
{
	const struct cpuid_word *word = &cpuid_words[(feature - 1) / 32];
	struct cpuid id;

	if (cpuid(word->leaf & BIT(31), 0).a < word->leaf)
		return false;
	id = cpuid(word->leaf, word->sub == ANY_SUB ? 0 : word->sub);
	return (&id.a)[word->reg] >> (feature - 1) % 32 & 1;
}

bool cells_have(unsigned feature)
{
	return cpuid_words[(feature - 1) / 32].cell >> (feature - 1) % 32 & 1 && cpu_has(feature);
}

unsigned msr_rights(const struct msr_row *row, bool root)
{
	return root || !row->feature || cpu_has(row->feature) ? row->who : 0;
}

const struct msr_row *msr_row(uint32_t msr)
{
	for (unsigned i = 0; i < ARRAY_SIZE(msr_rows); i++) {
		const struct msr_row *row = &msr_rows[i];
		uint32_t n = msr - row->first;

		if (n < (uint32_t)row->count * row->step && n % row->step == 0)
			return row;
	}
	return NULL;
}
