// SPDX-License-Identifier: GPL-2.0
/* arm64: finding out what runs at EL2, entering it, hypercalls, cache maintenance. */

#include <linux/module.h>
#include <linux/of.h>
#include <linux/smp.h>

#include <asm/arch_timer.h>
#include <asm/cpufeature.h>
#include <asm/cputype.h>
#include <asm/sysreg.h>
#include <asm/virt.h>

#include "arm64.h"

/* The SMCCC call that queries a hypervisor's UID (Arm DEN0028, vendor specific
 * hypervisor service). Linux's hyp stub returns HVC_STUB_ERR.
 */
#define CALL_UID 0x8600ff01u

const u16 bhd_arch_id = BH_ARCH_ARM64;
const u32 bhd_arch_irqs_first = 32, bhd_arch_irqs_end = 1020; /* SPIs */
const bool bhd_arch_rest_is_memory; /* no: they are mapped as device memory */
const u64 bhd_phys_max = (1ull << CONFIG_ARM64_PA_BITS) - 1;
const char bhd_image_name[] = "bulkhead-arm64.bin";
MODULE_FIRMWARE("bulkhead-arm64.bin");

/* Firmware may clobber x4..x17; the hypervisor preserves them. */
static long hvc(u64 function, u64 arg1, u64 arg2)
{
	register u64 x0 asm("x0") = function;
	register u64 x1 asm("x1") = arg1;
	register u64 x2 asm("x2") = arg2;
	register u64 x3 asm("x3") = 0;

	asm volatile("hvc #0"
		     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
		     :
		     : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14", "x15",
		       "x16", "x17", "cc", "memory");
	return x0;
}

static void probe_el2(void *other)
{
	if (hvc(CALL_UID, 0, 0) != HVC_STUB_ERR)
		atomic_inc(other);
}

/*
 * Returns true if on all online CPUs Linux's hyp stub, and not KVM, runs at EL2.
 * The caller has checked that Linux was booted at EL2; otherwise HVC may be
 * undefined.
 */
bool bhd_stub_has_el2(void)
{
	atomic_t other = ATOMIC_INIT(0);

	on_each_cpu(probe_el2, &other, true);
	return !atomic_read(&other);
}

/* Returns the affinity fields of this CPU, in the form of bh_cpu.hw_id. */
u64 bhd_arch_this_cpu_id(void)
{
	return read_cpuid_mpidr() & MPIDR_HWID_BITMASK;
}

/* Reads the affinity fields of an offline CPU from the device tree. */
int bhd_arch_offline_cpu_id(unsigned int cpu, u64 *id)
{
	struct device_node *node = of_get_cpu_node(cpu, NULL);
	const __be32 *reg = node ? of_get_property(node, "reg", NULL) : NULL;

	if (reg)
		*id = of_read_number(reg, of_n_addr_cells(node));
	of_node_put(node);
	return reg ? 0 : -ENODEV;
}

/* Does nothing: the CPU is off in the firmware, and the hypervisor can start it from there. */
void bhd_arch_cpu_off(u64 hw_id)
{
}

/* Returns the frequency of the counter in Hz. */
u64 bhd_arch_clock_hz(void)
{
	return read_sysreg(cntfrq_el0);
}

/*
 * Makes a call that changes the code at EL2, with *@arg1, which becomes what the
 * call leaves in x1. It preserves only x19..x29 and the stack pointer. x18 is
 * saved in x19 by hand: in kernels that reserve x18, the compiler does not save
 * it.
 */
long bhd_hvc_switch(u64 function, u64 *arg1, u64 arg2)
{
	register u64 x0 asm("x0") = function;
	register u64 x1 asm("x1") = *arg1;
	register u64 x2 asm("x2") = arg2;

	asm volatile("mov	x19, x18\n"
		     "hvc	#0\n"
		     "mov	x18, x19\n"
		     "isb\n"
		     : "+r"(x0), "+r"(x1), "+r"(x2)
		     :
		     : "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14",
		       "x15", "x16", "x17", "x19", "x30", "cc", "memory");
	*arg1 = x1;
	return x0;
}

/* Does nothing: the hypervisor starts with its MMU off and builds its own page tables. */
void bhd_arch_prepare_entry(void *memory, u64 phys, const struct bh_image_header *image)
{
}

/*
 * Enters the image at the physical address @phys at EL2 on this CPU, by the
 * stub's HVC_SOFT_RESTART (arch/arm64/include/asm/virt.h). Interrupts are off.
 * Returns 0 or minus a refusal code: BH_E_BUSY if the stub was replaced.
 */
long bhd_arch_enter(u64 phys, const struct bh_image_header *image)
{
	u64 entry = phys + image->entry_offset;

	if (hvc(CALL_UID, 0, 0) != HVC_STUB_ERR)
		return -BH_E_BUSY;
	/* Drop instructions of an earlier image at these addresses: the image was cleaned to memory,
	 * but fetches with the MMU off may use the instruction cache, too (Arm ARM D7.5). */
	asm volatile("ic iallu" : : : "memory");
	dsb(nsh);
	return bhd_hvc_switch(HVC_SOFT_RESTART, &entry, phys);
}

/*
 * Returns EL2 of this CPU to the stub. Interrupts are off. Returns 0 also if the
 * stub has it already, so that an aborted disable can be repeated.
 */
long bhd_arch_leave(void)
{
	u64 step = 1;
	long result = bhd_hvc_switch(BH_HC_DISABLE, &step, 0);

	return result == HVC_STUB_ERR ? 0 : result;
}

/* Returns a result that is not negative, or minus a refusal code. */
long bhd_arch_hypercall(u32 function, u64 arg1, u64 arg2)
{
	return hvc(function, arg1, arg2);
}

/*
 * Cleans and invalidates to the point of coherency: code with caches off then
 * reads what was written, and no dirty line overwrites memory later.
 */
void bhd_arch_clean(const void *start, size_t size)
{
	u64 ctr = read_sanitised_ftr_reg(SYS_CTR_EL0);
	size_t line = 4 << ((ctr >> 16) & 0xf); /* CTR_EL0.DminLine: log2 of words */
	unsigned long at = (unsigned long)start & ~(line - 1);

	dsb(ish);
	for (; at < (unsigned long)start + size; at += line)
		asm volatile("dc civac, %0" : : "r"(at) : "memory");
	dsb(sy);
}

/* arm64 has no counter of firmware interrupts. */
bool bhd_arch_smi_count(u32 *smis)
{
	return false;
}
