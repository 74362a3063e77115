// SPDX-License-Identifier: GPL-2.0
#include "hostile_arch.h"
#include "info.h"

#define GICD_BYTES 0x10000ull
#define GICR_BYTES 0x20000ull

bool is_controller(uint64_t address, uint64_t bytes)
{
	return overlaps(address, bytes, info()->gicd_guest, GICD_BYTES) ||
	       overlaps(address, bytes, info()->gicr_guest, info()->n_cpus * GICR_BYTES);
}

const struct attack arch_attacks[] = {
	{ "sysreg-read", attack_sysreg_read, true, "MRS of every encoding; from= count=" },
	{ "sysreg-write", attack_sysreg_write, true, "MSR to every encoding; from= count=" },
	{ "sys", attack_sys, true, "SYS of every encoding; from= count=" },
	{ "gicd", attack_gicd, true, "interrupts of others; own=A+B: which are ours" },
	{ "gicd-control", attack_gicd_control, true, "the whole distributor off and on" },
	{ "gicd-fuzz", attack_gicd_fuzz, true, "random accesses; count=" },
	{ "irouter", attack_irouter, true, "own interrupts to others' CPUs" },
	{ "gicr", attack_gicr, true, "redistributors of others; frames=" },
	{ "lpi", attack_lpi, true, "own redistributor's LPIs" },
	{ "sgi", attack_sgi, true, "SGIs to every affinity, and to all" },
	{ "eoir", attack_eoir, true, "EOIR and DIR of every INTID" },
	{ "pmr", attack_pmr, true, "every priority mask; does masking work?" },
	{ "priorities", attack_priorities, true, "every priority of own interrupts" },
	{ "ap1r", attack_ap1r, true, "active priorities, random" },
	{ "ap1r-hold", attack_ap1r_hold, false, "active priority 0, then an endless loop" },
	{ "bpr1-hold", attack_bpr1_hold, false, "no preemption, and a handler that never ends" },
	{ "igrpen", attack_igrpen, true, "group enables and CPU interface control" },
	{ "calls", attack_calls, true, "HVC and SMC functions with random arguments; count=" },
	{ "call", attack_call, true, "one SMC; function= x1=" },
	{ "immediates", attack_immediates, true, "HVC and SMC with every kind of immediate" },
	{ "psci", attack_psci, true, "CPU_ON and AFFINITY_INFO of others" },
	{ "cpu-off", attack_cpu_off, false, "CPU_OFF of the boot CPU" },
	{ "mmio-forms", attack_mmio_forms, true, "odd loads and stores; form= addr=" },
	{ "mmio-unaligned", attack_mmio_unaligned, true, "emulated devices, misaligned" },
	{ "mmio-fuzz", attack_mmio_fuzz, true, "emulated devices, random; count=" },
	{ "set-way", attack_set_way, true, "cache operations by set and way; count=" },
	{ "wfi", attack_wfi, false, "everything masked, asleep" },
	{ "wfi-closed", attack_wfi_closed, false, "asleep before interrupts were enabled" },
	{ "wfe", attack_wfe, false, "everything masked, waiting for events" },
	{ "undefined", attack_undefined, true, "undefined instructions" },
	{ "bad-stack", attack_bad_stack, false, "recursion of faults: a stack at addr=" },
	{ "bad-vectors", attack_bad_vectors, false, "vectors at addr=, and a fault" },
	{ "wild-jump", attack_wild_jump, false, "a jump to addr= without a safety net" },
	{ "self-modifying", attack_self_modifying, true, "code that rewrites itself; count=" },
	{ "el0", attack_el0, true, "HVC, SMC and system registers from EL0" },
	{ "random-code", attack_random_code, false, "random instructions; count=" },
	{ "debug", attack_debug, true, "breakpoints, watchpoints, single step" },
	{ 0 },
};
