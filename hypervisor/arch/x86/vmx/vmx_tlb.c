// SPDX-License-Identifier: GPL-2.0
/*
 * Invalidation of guests' translations (Intel SDM volume 3C, 30.4). Each cell has a VPID and an EPT
 * of its own: neither entries nor exits invalidate anything.
 */
#include <arch/vmx.h>
#include <hyp/arch.h>

#define ONE 1ull
#define ALL 2ull

uint64_t vmx_eptp(const struct cell *cell)
{
	return ptr_to_phys(cell->s2.root) | EPTP_LEVELS_4 | MEMORY_WRITE_BACK;
}

/* INVEPT and INVVPID with the narrowest type that the processor has (30.4.3.1). */
static void drop(uint64_t eptp, uint64_t vpid)
{
	uint64_t eptp_type = vmx_ept_vpid & EPT_CAP_INVEPT_ONE ? ONE : ALL;
	uint64_t vpid_type = vmx_ept_vpid & EPT_CAP_INVVPID_ONE ? ONE : ALL;
	struct {
		uint64_t what, address;
	} of_eptp = { eptp, 0 }, of_vpid = { vpid, 0 };

	asm volatile("invept %0, %1" : : "m"(of_eptp), "r"(eptp_type) : "cc", "memory");
	asm volatile("invvpid %0, %1" : : "m"(of_vpid), "r"(vpid_type) : "cc", "memory");
}

/* Invalidates by EPT and by VPID: combined translations are tagged with the VPID, those of the
 * second stage with the EPT. */
void vmx_flush(struct percpu *cpu)
{
	const struct cell *cell = cpu->public.cell;

	drop(vmx_eptp(cell), cell->arch.asid);
}
