// SPDX-License-Identifier: GPL-2.0
/*
 * Memory types of root's memory. EPT replaces the MTRRs (Intel SDM volume 3C, 30.3.7.2), so root's
 * entries repeat what the MTRRs said at enable: write-back, or uncacheable for all other types,
 * which the guest's PAT can turn into write-combining.
 *
 * The first CPU reads the MTRRs once at enable; firmware makes those of all CPUs equal (volume 3A,
 * 13.11.8).
 */
#include <arch/asm.h>
#include <arch/formats.h>
#include <hyp/arch.h>

#define MTRR_CAP 0xfe /* bits 7:0: the number of variable ranges */
#define MTRR_BASE(i) (0x200u + 2 * (i))
#define MTRR_MASK(i) (0x201u + 2 * (i))
#define MTRR_FIXED_64K 0x250
#define MTRR_FIXED_16K 0x258
#define MTRR_FIXED_4K 0x268
#define MTRR_DEFAULT 0x2ff
#define MTRR_FIXED_ON BIT(10)
#define MTRR_ON BIT(11) /* of MTRR_DEFAULT, and in masks */
#define MTRR_TYPE(value) ((value)&0xff)
#define MTRR_ADDRESS 0x000ffffffffff000ull
#define WRITE_BACK 6
#define FIXED_END 0x100000u

/* Ranges with the same type, in ascending order. What comes after the last is uncacheable. */
static struct {
	paddr_t end;
	bool write_back;
} runs[64];
static unsigned n_runs;

/* 13.11.2.2. Reduces *left to the bytes from phys on that have the same type. */
static bool fixed_type(paddr_t phys, uint64_t *left)
{
	unsigned shift = phys < 0x80000 ? 16 : phys < 0xc0000 ? 14 : 12;
	uint32_t msr = phys < 0x80000	? MTRR_FIXED_64K
		       : phys < 0xc0000 ? MTRR_FIXED_16K + (uint32_t)(phys >> 17 & 1)
					: MTRR_FIXED_4K + (uint32_t)(phys >> 15 & 7);

	*left = MIN(*left, BIT(shift) - (phys & (BIT(shift) - 1)));
	return MTRR_TYPE(rdmsr(msr) >> 8 * (phys >> shift & 7)) == WRITE_BACK;
}

/* 13.11.2.3, 13.11.4.1: where ranges overlap, each type but write-back prevails over write-back. */
static bool variable_type(paddr_t phys, uint64_t *left)
{
	bool write_back = true, found = false;

	for (uint32_t i = 0; i < MTRR_TYPE(rdmsr(MTRR_CAP)); i++) {
		uint64_t base = rdmsr(MTRR_BASE(i)), mask = rdmsr(MTRR_MASK(i));
		uint64_t start = base & mask & MTRR_ADDRESS;
		uint64_t end = start + (mask & MTRR_ADDRESS & -(mask & MTRR_ADDRESS));

		if (!(mask & MTRR_ON) || phys >= end)
			continue;
		if (phys >= start) {
			found = true;
			write_back &= MTRR_TYPE(base) == WRITE_BACK;
		}
		*left = MIN(*left, (phys < start ? start : end) - phys);
	}
	return found ? write_back : MTRR_TYPE(rdmsr(MTRR_DEFAULT)) == WRITE_BACK;
}

static bool type_at(paddr_t phys, uint64_t *left)
{
	uint64_t all = rdmsr(MTRR_DEFAULT);

	if (!(all & MTRR_ON)) /* all memory is uncacheable (13.11.2.1) */
		return false;
	if (phys >= FIXED_END)
		return variable_type(phys, left);
	*left = MIN(*left, FIXED_END - phys);
	return all & MTRR_FIXED_ON ? fixed_type(phys, left) : variable_type(phys, left);
}

void ept_read_types(void)
{
	uint64_t left;

	n_runs = 0;
	for (paddr_t phys = 0; phys < arch_phys_limit(); phys += left) {
		bool write_back;

		left = arch_phys_limit() - phys;
		write_back = type_at(phys, &left);
		if (!n_runs || runs[n_runs - 1].write_back != write_back) {
			if (n_runs == ARRAY_SIZE(runs))
				return;
			runs[n_runs++].write_back = write_back;
		}
		runs[n_runs - 1].end = phys + left;
	}
}

unsigned ept_type(paddr_t phys, uint64_t *size)
{
	for (unsigned i = 0; i < n_runs; i++)
		if (phys < runs[i].end) {
			*size = MIN(*size, runs[i].end - phys);
			return runs[i].write_back ? 0 : PT_DEVICE;
		}
	return PT_DEVICE;
}
