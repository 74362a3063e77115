// SPDX-License-Identifier: GPL-2.0
/* The firmware, and the core's functions that smccc.c and psci.c call. */
#include "firmware_model.h"
#include "../test.h"
#include "gic_model.h"
#include <arch/psci.h>
#include <hyp/arch.h>
#include <hyp/hypercall.h>
#include <setjmp.h>
#include <string.h>

struct firmware_model firmware;
static jmp_buf gone;

void call_firmware(uint64_t *x)
{
	firmware.calls++;
	memcpy(firmware.x, x, sizeof(firmware.x));
	memcpy(x, firmware.results, sizeof(firmware.results));
}

int64_t firmware_call(uint64_t function, uint64_t a1, uint64_t a2, uint64_t a3)
{
	const uint64_t x[18] = { function, a1, a2, a3 };

	firmware.calls++;
	memcpy(firmware.x, x, sizeof(x));
	firmware.ticks++;
	if (firmware.not_ready) {
		firmware.not_ready--;
		return firmware.not_ready_answer;
	}
	return (int64_t)firmware.results[0];
}

bool model_call(struct percpu *cpu, struct guest_regs *regs, bool smc)
{
	if (setjmp(gone))
		return false;
	smccc_call(cpu, regs, smc);
	return true;
}

void model_wfi(void)
{
	firmware.waits++;
	if (model_hooks.sleep)
		model_hooks.sleep();
}

int64_t hypercall(struct percpu *cpu, uint64_t function, uint64_t a1, uint64_t a2)
{
	(void)cpu, (void)function, (void)a1, (void)a2;
	return 0x4242;
}

bool cpu_start(struct percpu *cpu, uint64_t entry, uint64_t argument)
{
	(void)cpu;
	firmware.starts++;
	firmware.entry = entry;
	firmware.argument = argument;
	return !firmware.refuses_start;
}

bool arch_cpu_is_off(struct percpu *cpu)
{
	(void)cpu;
	return firmware.reports_off;
}

void arch_cpu_off(struct percpu *cpu)
{
	(void)cpu;
	firmware.offs++;
	longjmp(gone, 1);
}

void cell_stop_self(struct percpu *cpu, const struct bh_failure *record, enum bh_stop_reason reason)
{
	(void)cpu, (void)record;
	CHECK_EQ(reason, BH_STOP_OFF);
	firmware.stops++;
	longjmp(gone, 1);
}

void cell_reset_self(struct percpu *cpu)
{
	(void)cpu;
	firmware.resets++;
	longjmp(gone, 1);
}

uint64_t arch_ticks(void)
{
	return firmware.ticks;
}

uint64_t arch_ticks_per_ms(void)
{
	return 1;
}

bool root_must_stay(uint64_t how)
{
	(void)how;
	return false;
}

void cpu_park(struct percpu *cpu)
{
	(void)cpu;
	test_fail(__FILE__, __LINE__, "parked");
}
