// SPDX-License-Identifier: GPL-2.0
/* What the fields of a VMCS mean (Intel SDM volume 3C): pure. */
#include <arch/boot.h>
#include <arch/s2_fault.h>
#include <arch/vmx.h>

/* Table 28-7: of an EPT violation's qualification, FAULT_*. */
unsigned vmx_fault(uint64_t info)
{
	unsigned fault = (info & EPT_QUAL_WRITE ? FAULT_WRITE : 0) |
			 (info & EPT_QUAL_FETCH ? FAULT_FETCH : 0);

	if ((info & (EPT_QUAL_LINEAR | EPT_QUAL_TRANSLATED)) == EPT_QUAL_LINEAR)
		fault |= FAULT_WALK;
	return fault;
}

/* 25.6.9: reads of two ranges, then writes. */
bool vmx_msr_bit(uint32_t msr, bool write, unsigned *bit)
{
	bool high = msr >= 0xc0000000;

	*bit = (write ? 0x4000u : 0) + (high ? 0x2000u : 0) + (msr & 0x1fff);
	return (msr & ~0x1fffu) == (high ? 0xc0000000 : 0);
}
