/* SPDX-License-Identifier: GPL-2.0 */
/* Guests' access to MSRs: the policy, its bitmaps, and emulation of accesses that exit. */
#ifndef ARCH_MSR_H
#define ARCH_MSR_H

#include <hyp/cell.h>

/* Returns true if an access to the MSR exits. The bitmaps are filled in from it. Pure. */
bool msr_trapped(bool root, uint32_t msr, bool write);

/* RDMSR and WRMSR that exited. False: the guest gets #GP. */
bool msr_emulate_read(struct percpu *cpu, uint32_t msr, uint64_t *value);
bool msr_emulate_write(struct percpu *cpu, uint32_t msr, uint64_t value);

/* msr_reset.c: resets this CPU's MSRs that a cell could change and that the control structure
 * lacks. */
void msr_reset(void);

/* msr_bitmap.c. msr_bitmap_init() fills in the bitmaps, once at enable; the other function returns
 * the bitmap for a cell's control structure. */
void msr_bitmap_init(void);
paddr_t msr_bitmap(const struct cell *cell);

#endif
