// SPDX-License-Identifier: GPL-2.0
/* The initial state of a CPU in the cell: nothing remains of its previous owner. */
#include "info.h"
#include "insn.h"
#include "machine.h"
#include "msr.h"
#include "percpu.h"
#include "probe.h"
#include "selftest.h"

#define REG_DX 2
#define REG_DI 7
#define CR4_OSXSAVE (1u << 18)

/*
 * AMD64 APM volume 2, table 14-1: EDX has the processor's signature; the
 * hypervisor passes the info page's address.
 */
static void general_registers(void)
{
	unsigned int bad = 0;

	for (unsigned int i = 0; i < 16; i++) {
		uint64_t wanted = i == REG_DX ? cpuid_get(1, 0).a : i == REG_DI ? CELL_INFO : 0;

		if (boot_state.regs[i] && boot_state.regs[i] != wanted)
			bad = i + 1;
	}
	report(!bad, "reset-general", bad ? "number %u is 0x%lx" : "all are", bad ? bad - 1 : 0,
	       bad ? boot_state.regs[bad - 1] : 0);
}

static void control_registers(void)
{
	uint64_t dr0, dr1, dr6, dr7;

	__asm__ volatile("mov %%dr0, %0\n\tmov %%dr1, %1" : "=r"(dr0), "=r"(dr1));
	__asm__ volatile("mov %%dr6, %0\n\tmov %%dr7, %1" : "=r"(dr6), "=r"(dr7));
	expect("reset-cr0", boot_state.cr0, 0x60000010);
	expect("reset-cr3", boot_state.cr3, 0);
	expect("reset-cr4", boot_state.cr4, 0);
	expect("reset-efer", boot_state.efer, 0);
	expect("reset-dr0", dr0 | dr1, 0);
	expect("reset-dr6", dr6, 0xffff0ff0);
	expect("reset-dr7", dr7, 0x400);
}

/* The legacy area of FXSAVE (APM 2, 11.4.4); the program does not use these registers. */
static void extended_state(void)
{
	static struct {
		uint16_t fcw, fsw;
		uint8_t ftw, pad, fop[2];
		uint64_t ip, dp;
		uint32_t mxcsr, mxcsr_mask;
		uint64_t registers[8 * 2 + 16 * 2], unused[12];
	} area __attribute__((aligned(16)));
	uint64_t any = 0, cr4;
	uint32_t low, high;

	_Static_assert(sizeof(area) == 512, "FXSAVE");
	__asm__ volatile("fxsave64 %0" : "=m"(area));
	for (unsigned int i = 0; i < sizeof(area.registers) / 8; i++)
		any |= area.registers[i];
	expect("reset-fcw", area.fcw, 0x37f);
	expect("reset-mxcsr", area.mxcsr, 0x1f80);
	expect("reset-fp", any | area.fsw | area.ftw | area.ip | area.dp, 0);
	if (!(cpuid_get(1, 0).c & 1u << 26))
		return;
	__asm__ volatile("mov %%cr4, %0" : "=r"(cr4));
	__asm__ volatile("mov %0, %%cr4" ::"r"(cr4 | CR4_OSXSAVE));
	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	__asm__ volatile("mov %0, %%cr4" ::"r"(cr4));
	expect("reset-xcr0", (uint64_t)high << 32 | low, 1);
}

/* Checks an MSR that the processor may lack. */
static void expect_msr(const char *name, uint32_t msr, uint64_t wanted)
{
	uint64_t value = wanted;
	bool fault = msr_probe_read(msr, &value);

	report(value == wanted, name, fault ? "absent" : "0x%lx", value);
}

/* PAT is not checked: QEMU's SVM does not switch it for guests. */
static void registers_of_the_model(void)
{
	expect_msr("reset-sysenter_cs", 0x174, 0);
	expect_msr("reset-sysenter_esp", 0x175, 0);
	expect_msr("reset-sysenter_eip", 0x176, 0);
	expect_msr("reset-star", 0xc0000081, 0);
	expect_msr("reset-lstar", 0xc0000082, 0);
	expect_msr("reset-cstar", 0xc0000083, 0);
	expect_msr("reset-sfmask", 0xc0000084, 0);
	expect_msr("reset-fs_base", 0xc0000100, 0);
	expect_msr("reset-kernel_gs_base", 0xc0000102, 0);
	expect_msr("reset-tsc_aux", 0xc0000103, 0);
	expect_msr("reset-spec_ctrl", 0x48, 0);
}

/* Checks the local APIC's registers for their values after reset (APM 2, 16.3.1 and following). */
static void local_apic(void)
{
	uint32_t waiting = 0, unmasked = 0;

	for (unsigned int i = 0; i < 8; i++)
		waiting |= apic_read(APIC_ISR + 0x10 * i) | apic_read(APIC_IRR + 0x10 * i);
	for (unsigned int lvt = APIC_LVT_TIMER; lvt <= APIC_LVT_ERROR; lvt += 0x10)
		unmasked |= apic_read(lvt) ^ APIC_MASKED;
	expect("reset-apic-svr", apic_read(APIC_SVR), 0xff);
	expect("reset-apic-tpr", apic_read(APIC_TPR), 0);
	expect("reset-apic-waiting", waiting, 0);
	expect("reset-apic-vectors", unmasked, 0);
	expect("reset-apic-timer", apic_read(APIC_TIMER_COUNT) | apic_read(APIC_TIMER_NOW), 0);
	expect("reset-apic-divide", apic_read(APIC_TIMER_DIVIDE), 0);
	expect("reset-apic-ldr", apic_read(APIC_LDR), 0);
	expect("reset-apic-dfr", apic_read(APIC_DFR), 0xffffffff);
	expect("reset-apic-icr", apic_read(APIC_ICR) | apic_read(APIC_ICR_HIGH), 0);
}

void selftest_reset_state(void)
{
	general_registers();
	control_registers();
	extended_state();
	registers_of_the_model();
	local_apic();
}
