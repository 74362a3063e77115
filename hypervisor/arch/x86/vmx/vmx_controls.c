// SPDX-License-Identifier: GPL-2.0
/* Choice of VMX controls by the processor's capabilities (Intel SDM volume 3D, appendix A). */
#include <arch/asm.h>
#include <arch/vmx.h>

struct vmx_controls vmx_controls;
uint64_t vmx_ept_vpid;

/* Controls that enable an instruction for guests. They are set where the processor has them; a
 * processor that has the instruction has the control. */
#define PROC2_OPTIONAL (PROC2_RDTSCP | PROC2_INVPCID | PROC2_XSAVES | PROC2_USER_WAIT)

/* Controls that the hypervisor needs, in the order of the fields of struct vmx_controls. want: bits
 * that it sets. known: reserved bits that the processor may require to be 1 (A.3.1, A.3.2, A.4.2,
 * A.5). msr: the capability MSR. */
static const struct {
	uint32_t want, known, msr;
} needed[] = {
	{ PIN_NMI_EXITING | PIN_VIRTUAL_NMIS, 0x16, MSR_VMX_TRUE_PIN },
	{ PROC_IO_BITMAPS | PROC_MSR_BITMAPS | PROC_SECONDARY, 0x04006172, MSR_VMX_TRUE_PROC },
	{ PROC2_EPT | PROC2_VPID | PROC2_UNRESTRICTED, 0, MSR_VMX_PROC2 },
	{ EXIT_SAVE_DEBUG | EXIT_HOST_64 | EXIT_SAVE_PAT | EXIT_LOAD_PAT | EXIT_SAVE_EFER |
		  EXIT_LOAD_EFER,
	  0x00036dfb, MSR_VMX_TRUE_EXIT },
	{ ENTRY_LOAD_DEBUG | ENTRY_LOAD_PAT | ENTRY_LOAD_EFER, 0x000011fb, MSR_VMX_TRUE_ENTRY },
};

#define CR0_FIXED (BIT(0) | BIT(5) | BIT(31)) /* PE, NE, PG; unrestricted guests may clear PE, PG */
#define CR4_FIXED BIT(13)		      /* VMXE */

#define EPT_NEEDED (EPT_CAP_4_LEVELS | EPT_CAP_WRITE_BACK | EPT_CAP_INVEPT | EPT_CAP_INVVPID)

/* True if all wanted bits may be 1, and no unknown bit must be 1. */
static bool adjust(uint32_t want, uint32_t known, uint64_t has, uint32_t *controls)
{
	uint32_t must = (uint32_t)has, may = (uint32_t)(has >> 32);

	*controls = want | must;
	return !(want & ~may) && !(must & ~(want | known));
}

static bool lacks(struct bh_refusal *r, uint32_t msr)
{
	return refuse(r, BH_E_UNSUPPORTED, BH_F_PLATFORM, 0, msr);
}

static bool choose_memory(const struct vmx_capabilities *has, struct bh_refusal *r)
{
	uint64_t cap = has->ept_vpid;

	if ((cap & EPT_NEEDED) != EPT_NEEDED ||
	    !(cap & (EPT_CAP_INVEPT_ONE | EPT_CAP_INVEPT_ALL)) ||
	    !(cap & (EPT_CAP_INVVPID_ONE | EPT_CAP_INVVPID_ALL)))
		return lacks(r, MSR_VMX_EPT_VPID);
	return true;
}

bool vmx_choose(const struct vmx_capabilities *has, struct vmx_controls *controls,
		struct bh_refusal *r)
{
	uint32_t optional = PROC2_OPTIONAL & has->proc2 >> 32;

	if (!(has->basic & VMX_BASIC_TRUE) || VMX_BASIC_SIZE(has->basic) > 4096 ||
	    VMX_BASIC_TYPE(has->basic) != MEMORY_WRITE_BACK)
		return lacks(r, MSR_VMX_BASIC);
	for (unsigned i = 0; i < ARRAY_SIZE(needed); i++) {
		uint32_t want = needed[i].want | (needed[i].msr == MSR_VMX_PROC2 ? optional : 0);

		if (!adjust(want, needed[i].known, has->control[i], &controls->control[i]))
			return lacks(r, needed[i].msr);
	}
	if (!(has->proc >> 32 & PROC_RDPMC)) /* for cells, as the next one */
		return lacks(r, MSR_VMX_TRUE_PROC);
	if (!(has->proc2 >> 32 & PROC2_WBINVD))
		return lacks(r, MSR_VMX_PROC2);
	if (has->cr0_fixed & ~CR0_FIXED)
		return lacks(r, MSR_VMX_CR0_FIXED0);
	if (has->cr4_fixed & ~CR4_FIXED)
		return lacks(r, MSR_VMX_CR4_FIXED0);
	return choose_memory(has, r);
}
