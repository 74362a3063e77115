/* SPDX-License-Identifier: GPL-2.0 */
/* CPUID as guests see it. */
#ifndef ARCH_CPUID_H
#define ARCH_CPUID_H

#include <arch/regs.h>

#define CPUID_1_C_X2APIC BIT(21)
#define CPUID_EXT_C_SVM BIT(2) /* leaf 8000_0001 */

/* Executes CPUID for a guest. cr4: see exit_cpuid(). */
void cpuid_emulate(struct guest_regs *regs, uint64_t cr4);

#endif
