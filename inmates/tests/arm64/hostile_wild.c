// SPDX-License-Identifier: GPL-2.0
/* Runaway programs, and unusual but permitted behaviour. */
#include "args.h"
#include "cpu.h"
#include "exception.h"
#include "hostile_arch.h"
#include "info.h"
#include "insn.h"
#include "sysreg.h"
#include "timer.h"

/* An address that belongs to no cell in any config. */
#define NOWHERE 0x0c000000ull

void attack_wfi(void)
{
	for (;;)
		__asm__ volatile("msr daifset, #15\n\twfi");
}

/* Group 1 is disabled: no interrupt ends WFI. */
void attack_wfi_closed(void)
{
	sysreg_write(icc_igrpen1_el1, 0);
	isb();
	attack_wfi();
}

void attack_wfe(void)
{
	for (;;)
		__asm__ volatile("msr daifset, #15\n\twfe");
}

void attack_undefined(void)
{
	static const uint32_t insns[] = { INSN_UDF, 0xffffffff, INSN_BRK, INSN_SVC, INSN_HLT };
	unsigned int missed = 0, n = sizeof(insns) / sizeof(insns[0]);

	for (unsigned int i = 0; i < n; i++) {
		uint64_t regs[PROBE_REGS] = { 0 };

		missed += !probe_instruction(insns[i], regs);
	}
	report(!missed, "undefined", "%u of %u came back", missed, n);
}

/* Makes the stack pointer invalid: each exception faults again while its handler saves
 * registers. */
void attack_bad_stack(void)
{
	__asm__ volatile("mov sp, %0\n\tbrk #0" ::"r"(args_get_u64("addr", NOWHERE)));
	for (;;)
		;
}

void attack_bad_vectors(void)
{
	sysreg_write(vbar_el1, args_get_u64("addr", NOWHERE) & ~0x7ffull);
	isb();
	__asm__ volatile("brk #0");
	for (;;)
		;
}

void attack_wild_jump(void)
{
	((void (*)(void))args_get_u64("addr", NOWHERE))();
	for (;;)
		;
}

/* Rewrites its own code: the CPU must execute the code written last. */
void attack_self_modifying(void)
{
	uint64_t count = args_get_u64("count", 10000);
	unsigned int stale = 0;

	for (uint64_t i = 0; i < count && keep_going(); i++) {
		uint64_t regs[PROBE_REGS] = { 0 };
		uint32_t value = random64() & 0xffff;

		if (probe_instruction(INSN_MOVZ_X0(value), regs) || regs[0] != value)
			stale++;
	}
	report(!stale, "self-modifying", "%lu times, %u stale", count, stale);
}

/* Runs an instruction at EL0 by ERET; it must fault to EL1. */
static bool faults_at_el0(uint32_t insn)
{
	static uint32_t code[2] __attribute__((aligned(64)));
	static const uint32_t eret[] = { INSN_ERET };
	uint64_t regs[PROBE_REGS] = { 0 };

	code[0] = insn;
	code[1] = INSN_SVC;
	code_sync(code, sizeof(code));
	sysreg_write(elr_el1, (uint64_t)code);
	sysreg_write(spsr_el1, 0x3c0); /* EL0t, all masked */
	probe_run(eret, regs);
	return probe_fault()->pc == (uint64_t)code && probe_fault()->kind == 8;
}

void attack_el0(void)
{
	static const uint32_t insns[] = {
		0xd4000002, /* HVC */
		0xd4000003, /* SMC */
		0xd5381000, /* MRS x0, SCTLR_EL1 */
		0xd518cba0, /* MSR ICC_SGI1R_EL1, x0 */
		0xd51cb000, /* MSR S3_4_C11_C0_0, x0 */
		0xd508871f, /* TLBI VMALLE1 */
		0xd5087640, /* DC ISW, x0 */
	};
	unsigned int n = sizeof(insns) / sizeof(insns[0]), missed = 0;

	if (args_has("mmu")) {
		report(true, "el0", "EL0 can't run our pages: skipped");
		return;
	}
	for (unsigned int i = 0; i < n; i++)
		if (!faults_at_el0(insns[i])) {
			missed++;
			detail("0x%x doesn't fault at EL0", insns[i]);
		}
	report(!missed, "el0", "%u of %u don't fault", missed, n);
}

static void give_up(unsigned int irq)
{
	(void)irq;
	timer_stop();
	probe_abandon();
}

/* Random code may overwrite this program, so the number of iterations varies. */
void attack_random_code(void)
{
	uint64_t count = args_get_u64("count", 100000), faults = 0;

	timer_init(give_up);
	for (uint64_t i = 0; i < count && keep_going(); i++) {
		uint64_t regs[PROBE_REGS];

		for (unsigned int j = 0; j < PROBE_REGS; j++)
			regs[j] = random64();
		timer_set(clock_now() + clock_from_us(1000));
		cpu_irqs_enable();
		faults += probe_instruction(random64(), regs);
		cpu_irqs_disable();
	}
	timer_stop();
	report(true, "random-code", "%lu instructions, %lu faults", count, faults);
}

/* Writes debug registers, which are the CPU's own. Debug exceptions are masked meanwhile. */
void attack_debug(void)
{
	static const uint32_t writes[] = {
		INSN_MSR(2, 0, 0, 0, 4), /* DBGBVR0_EL1 */
		INSN_MSR(2, 0, 0, 0, 5), /* DBGBCR0_EL1 */
		INSN_MSR(2, 0, 0, 0, 6), /* DBGWVR0_EL1 */
		INSN_MSR(2, 0, 0, 0, 7), /* DBGWCR0_EL1 */
		INSN_MSR(2, 0, 0, 2, 2), /* MDSCR_EL1 */
		INSN_MSR(2, 0, 1, 0, 4), /* OSLAR_EL1 */
		INSN_MSR(2, 0, 1, 3, 4), /* OSDLR_EL1 */
		INSN_MSR(2, 3, 0, 4, 0), /* DBGDTR_EL0 */
	};
	unsigned int n = sizeof(writes) / sizeof(writes[0]), faults = 0;

	for (unsigned int i = 0; i < 200 * n + n && keep_going(); i++) {
		uint64_t regs[PROBE_REGS] = { i < 200 * n ? random64() : 0 };

		faults += probe_instruction(writes[i % n], regs);
	}
	report(true, "debug", "survived, %u faults", faults);
}
