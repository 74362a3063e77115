// SPDX-License-Identifier: GPL-2.0
/* HVC and SMC of guests (Arm DEN0028), handled on the calling CPU. */
#include <arch/boot.h>
#include <arch/el2.h>
#include <arch/psci.h>
#include <arch/sysreg.h>
#include <hyp/arch.h>
#include <hyp/hypercall.h>

#define HC_MASK 0xffff0000u

/* Calls to Linux's hyp stub (arch/arm64/include/asm/virt.h), which kexec makes. */
#define STUB_SOFT_RESTART 1
#define STUB_RESET_VECTORS 2
#define STUB_LAST 3
#define STUB_ERROR 0xbadca11

static bool is_workaround(uint32_t function)
{
	return function == SMCCC_ARCH_WORKAROUND_1 || function == SMCCC_ARCH_WORKAROUND_2 ||
	       function == SMCCC_ARCH_WORKAROUND_3 || function == SMCCC_ARCH_WORKAROUND_4;
}

/* The argument of a workaround. Those but WORKAROUND_2 have none. */
static uint64_t workaround_argument(const struct guest_regs *regs)
{
	return (uint32_t)regs->x[0] == SMCCC_ARCH_WORKAROUND_2 ? (uint32_t)regs->x[1] : 0;
}

/* A cell's firmware is the hypervisor, by SMCCC 1.1. Root has the machine's: 1.0 doesn't know the
 * call. */
static uint64_t version(bool root)
{
	int64_t machine = root ? (int32_t)firmware_call(SMCCC_VERSION, 0, 0, 0) : SMCCC_VERSION_1_1;

	return machine < 0 ? SMCCC_VERSION_1_0 : (uint64_t)machine;
}

/* SMCCC_ARCH_FEATURES: for functions that reach the firmware, its answer is returned. */
static int64_t arch_features(uint32_t function, bool root)
{
	if (function == SMCCC_VERSION || function == SMCCC_ARCH_FEATURES)
		return PSCI_SUCCESS;
	if (is_workaround(function) || (root && smccc_is_arch(function)))
		return firmware_call(SMCCC_ARCH_FEATURES, function, 0, 0);
	return PSCI_NOT_SUPPORTED;
}

/* Emulate the stub for a kernel that kexecs: it restarts at EL1. HVC_SOFT_RESTART: x1 = address,
 * x2 to x4 = arguments. */
static void stub_call(struct guest_regs *regs)
{
	uint64_t *x = regs->x;

	switch (x[0]) {
	case STUB_SOFT_RESTART:
		write_sysreg(x[1], elr_el2);
		write_sysreg(PSR_DAIF | PSR_EL1h, spsr_el2);
		x[0] = x[2];
		x[1] = x[3];
		x[2] = x[4];
		break;
	case STUB_RESET_VECTORS:
		x[0] = 0;
		break;
	default:
		x[0] = STUB_ERROR;
	}
}

static void __attribute__((noinline))
rare_call(struct percpu *cpu, struct guest_regs *regs, bool conduit_smc)
{
	uint32_t function = (uint32_t)regs->x[0];
	bool root = cpu->public.cell->id == BH_ROOT_CELL;

	if (psci_call(cpu, regs)) {
		count_exit(cpu, BH_EXIT_PSCI);
		return;
	}
	count_exit(cpu, BH_EXIT_SMC);
	if (root && !conduit_smc && regs->x[0] <= STUB_LAST)
		stub_call(regs);
	else if (function == SMCCC_VERSION)
		regs->x[0] = version(root);
	else if (function == SMCCC_ARCH_FEATURES)
		regs->x[0] = (uint64_t)arch_features((uint32_t)regs->x[1], root);
	else if (root && conduit_smc && smccc_may_pass(function))
		call_firmware(regs->x);
	else
		regs->x[0] = (uint64_t)PSCI_NOT_SUPPORTED;
}

/* Linux may call a workaround on each exception: these are answered with few instructions. */
static void __attribute__((noinline))
other_call(struct percpu *cpu, struct guest_regs *regs, bool conduit_smc)
{
	/* The number is in w0. */
	uint32_t function = (uint32_t)(regs->x[0] &= UINT32_MAX & ~SMCCC_SVE_HINT);

	if (function == PSCI_VERSION) {
		count_exit(cpu, BH_EXIT_PSCI);
		regs->x[0] = PSCI_VERSION_1_1;
	} else if (is_workaround(function)) {
		count_exit(cpu, BH_EXIT_SMC);
		regs->x[0] = (uint64_t)firmware_call(function, workaround_argument(regs), 0, 0);
	} else {
		rare_call(cpu, regs, conduit_smc);
	}
}

/* The fast path is for hypercalls; other calls are out of line, so that it saves few registers. */
void smccc_call(struct percpu *cpu, struct guest_regs *regs, bool conduit_smc)
{
	uint32_t function = (uint32_t)regs->x[0];

	if (unlikely((function & HC_MASK) != BH_HC_BASE || conduit_smc)) {
		other_call(cpu, regs, conduit_smc);
		return;
	}
	count_exit(cpu, BH_EXIT_HYPERCALL);
	regs->x[0] = (uint64_t)hypercall(cpu, function, regs->x[1], regs->x[2]);
}
