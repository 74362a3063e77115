/* SPDX-License-Identifier: GPL-2.0 */
/* Firmware calls: PSCI (Arm DEN0022), SMC calling convention (Arm DEN0028). */
#ifndef INMATE_PSCI_H
#define INMATE_PSCI_H

#include <stdint.h>

#define PSCI_VERSION 0x84000000u
#define PSCI_CPU_SUSPEND 0xc4000001u
#define PSCI_CPU_OFF 0x84000002u
#define PSCI_CPU_ON 0xc4000003u
#define PSCI_AFFINITY_INFO 0xc4000004u
#define PSCI_MIGRATE_INFO_TYPE 0x84000006u
#define PSCI_SYSTEM_OFF 0x84000008u
#define PSCI_SYSTEM_RESET 0x84000009u
#define PSCI_FEATURES 0x8400000au
#define PSCI_SYSTEM_SUSPEND 0xc400000eu
#define SMCCC_VERSION 0x80000000u
#define SMCCC_ARCH_FEATURES 0x80000001u
#define SMCCC_ARCH_WORKAROUND_1 0x80008000u

#define PSCI_NOT_SUPPORTED (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_ALREADY_ON (-4)

enum conduit {
	CONDUIT_NONE,
	CONDUIT_HVC,
	CONDUIT_SMC
};

/* Returns the conduit of PSCI, HVC or SMC. If both work, HVC. */
enum conduit psci_conduit(void);

/* Makes a PSCI call by the conduit that psci_conduit() returns. */
int64_t psci_call(uint64_t function, uint64_t a, uint64_t b, uint64_t c);

/* Execute HVC or SMC with x0..x3; return x0. */
int64_t call_hvc(uint64_t function, uint64_t a, uint64_t b, uint64_t c);
int64_t call_smc(uint64_t function, uint64_t a, uint64_t b, uint64_t c);

#endif
