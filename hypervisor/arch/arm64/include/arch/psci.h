/* SPDX-License-Identifier: GPL-2.0 */
/* PSCI (Arm DEN0022) and the SMC calling convention (Arm DEN0028). */
#ifndef ARCH_PSCI_H
#define ARCH_PSCI_H

#include <arch/regs.h>
#include <hyp/percpu.h>

#define PSCI_VERSION 0x84000000u
#define PSCI_CPU_SUSPEND 0x84000001u
#define PSCI_CPU_OFF 0x84000002u
#define PSCI_CPU_ON 0x84000003u
#define PSCI_AFFINITY_INFO 0x84000004u
#define PSCI_MIGRATE_INFO_TYPE 0x84000006u
#define PSCI_SYSTEM_OFF 0x84000008u
#define PSCI_SYSTEM_RESET 0x84000009u
#define PSCI_FEATURES 0x8400000au
#define PSCI_SYSTEM_RESET2 0x84000012u
#define PSCI_64 0x40000000u /* the same call with 64-bit arguments */

#define PSCI_VERSION_1_1 0x10001
#define PSCI_SUCCESS 0
#define PSCI_NOT_SUPPORTED (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_ALREADY_ON (-4)
#define PSCI_ON_PENDING (-5)
#define PSCI_INTERNAL_FAILURE (-6)

#define AFFINITY_ON 0
#define AFFINITY_OFF 1
#define AFFINITY_ON_PENDING 2

#define SMCCC_SVE_HINT 0x10000ull /* in any function (1.3): the caller has no live SVE state */
#define SMCCC_VERSION 0x80000000u
#define SMCCC_VERSION_1_0 0x10000
#define SMCCC_VERSION_1_1 0x10001
#define SMCCC_ARCH_FEATURES 0x80000001u
#define SMCCC_ARCH_SOC_ID 0x80000002u
#define SMCCC_ARCH_FEATURE_AVAILABILITY 0x80000003u
#define SMCCC_ARCH_WORKAROUND_1 0x80008000u
#define SMCCC_ARCH_WORKAROUND_2 0x80007fffu /* w1: 0 switches the mitigation off, others on */
#define SMCCC_ARCH_WORKAROUND_3 0x80003fffu
#define SMCCC_ARCH_WORKAROUND_4 0x80000004u

/* firmware.c: call the firmware with x0 to x17 of x, and store what it returns there (SMCCC 1.2). */
void call_firmware(uint64_t *x);

/* firmware.c: call a firmware function with three arguments. Returns x0. */
int64_t firmware_call(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3);

/* Handle an HVC (conduit_smc false) or SMC of a guest. The function is in regs->x[0]; results go to
 * regs. */
void smccc_call(struct percpu *cpu, struct guest_regs *regs, bool conduit_smc);

/* power.c: start a CPU that is off. False: the firmware refused, or was not ready for 20 ms. */
bool firmware_cpu_on(uint64_t hw_id, paddr_t entry, uint64_t argument);

/* call_filter.c: may this call of root reach the firmware? Not for PSCI, version and features. */
bool smccc_may_pass(uint32_t function);
/* ... and is it a call of the architecture, which SMCCC_ARCH_FEATURES reports? */
bool smccc_is_arch(uint32_t function);

/* Handle it if it is a PSCI function, and return true. CPU_OFF doesn't return. PSCI_VERSION is
 * smccc_call()'s. */
bool psci_call(struct percpu *cpu, struct guest_regs *regs);

#endif
