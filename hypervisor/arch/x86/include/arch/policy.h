/* SPDX-License-Identifier: GPL-2.0 */
/* What guests may reach of what a CPU has: CPUID, MSRs, ports. */
#ifndef ARCH_POLICY_H
#define ARCH_POLICY_H

#include <arch/regs.h>
#include <hyp/cell.h>

#define CPUID_1_C_X2APIC BIT(21)
#define CPUID_EXT_C_SVM BIT(2) /* leaf 8000_0001 */

/* Bitmaps of the control structure, by the rules of whose cell it is. */
paddr_t policy_msrpm(const struct cell *cell);
paddr_t policy_iopm(const struct cell *cell);
void policy_init(void); /* fill them in, once */
void ports_init(void);	/* its part of that */

/* Is an access to it an exit? What the bitmaps say; pure. */
bool policy_msr_trapped(bool root, uint32_t msr, bool write);

/* MSRs that a cell can write, as after reset. */
void policy_reset_msrs(void);

/* The instructions. cr4: the guest's, see exits.h. False: there is no such MSR for this guest. */
void policy_cpuid(struct guest_regs *regs, uint64_t cr4);
bool policy_rdmsr(struct percpu *cpu, uint32_t msr, uint64_t *value);
bool policy_wrmsr(struct percpu *cpu, uint32_t msr, uint64_t value);

/* IN and OUT. False: a violation. */
bool policy_port(struct percpu *cpu, uint16_t port, unsigned size, bool write, uint32_t *value);

#endif
