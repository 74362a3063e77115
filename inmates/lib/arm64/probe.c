// SPDX-License-Identifier: GPL-2.0
#include "probe.h"
#include "cpu.h"
#include "percpu.h"

/* In probe.S: one load or store of x1 or w1 at x0, or a branch to x0; then a return. */
extern const char probe_ldr1[], probe_ldr2[], probe_ldr4[], probe_ldr8[];
extern const char probe_str1[], probe_str2[], probe_str4[], probe_str8[];
extern const char probe_jump[];

#define INSN_RET 0xd65f03c0u

static const void *by_size(unsigned int bytes, const void *one, const void *two, const void *four,
			   const void *eight)
{
	return bytes == 1 ? one : bytes == 2 ? two : bytes == 4 ? four : eight;
}

bool probe_read(uint64_t address, unsigned int bytes, uint64_t *value)
{
	uint64_t regs[PROBE_REGS] = { address };
	bool fault =
		probe_run(by_size(bytes, probe_ldr1, probe_ldr2, probe_ldr4, probe_ldr8), regs);

	*value = regs[1];
	return fault;
}

bool probe_write(uint64_t address, unsigned int bytes, uint64_t value)
{
	uint64_t regs[PROBE_REGS] = { address, value };

	return probe_run(by_size(bytes, probe_str1, probe_str2, probe_str4, probe_str8), regs);
}

bool probe_fetch(uint64_t address)
{
	uint64_t regs[PROBE_REGS] = { address };

	return probe_run(probe_jump, regs);
}

bool probe_instruction(uint32_t instruction, uint64_t regs[PROBE_REGS])
{
	static uint32_t code[MAX_CPUS][16] __attribute__((aligned(64)));
	uint32_t *mine = code[cpu_index()];

	mine[0] = instruction;
	mine[1] = INSN_RET;
	code_sync(mine, 8);
	return probe_run(mine, regs);
}

const struct probe_fault *probe_fault(void)
{
	return &this_cpu()->fault;
}
