// SPDX-License-Identifier: GPL-2.0
/* Attacks through HVC and SMC. */
#include "args.h"
#include "cpu.h"
#include "hostile_arch.h"
#include "hypercall.h"
#include "info.h"
#include "insn.h"
#include "psci.h"
#include "sysreg.h"
#include "timer.h"

/* Blocks of function numbers, tried one by one. */
static const struct {
	uint32_t first, count;
} blocks[] = {
	{ 0x00000000, 64 }, /* including Linux's hyp stub */
	{ 0x80000000, 64 },  { 0x80003ff0, 32 },  { 0x80007ff0, 64 }, /* Arm architecture */
	{ 0xc0000000, 32 },  { 0xc0007ff0, 64 },  { 0x82000000, 32 },
	{ 0xc2000000, 32 },			  /* SiP */
	{ 0x83000000, 32 },  { 0x84000000, 128 }, /* OEM; PSCI, TRNG, SDEI */
	{ 0xc4000000, 128 }, { 0x85000000, 32 },  /* standard hypervisor */
	{ 0x8600fe00, 512 }, { 0x86000000, 64 },  /* vendor-specific hypervisor */
	{ 0xc6000000, 128 }, { 0xc600ff00, 256 }, { 0xb2000000, 16 },
	{ 0xbf00ff00, 16 }, /* trusted OS */
	{ 0xffffff00, 256 }, { 0x7fffff00, 256 },
};

/* Calls with a lasting effect, which are separate attacks. */
static bool ends_us(uint32_t function)
{
	switch (function | 1u << 30) {
	case PSCI_CPU_OFF | 1u << 30:
	case PSCI_SYSTEM_OFF | 1u << 30:
	case PSCI_SYSTEM_RESET | 1u << 30:
	case 0xc4000012:  /* SYSTEM_RESET2 */
	case PSCI_CPU_ON: /* could start one of the cell's CPUs: see "psci" */
		return true;
	case BH_HC_SHUTDOWN_DONE:
		return function == BH_HC_SHUTDOWN_DONE;
	default:
		return false;
	}
}

/* No cell may manage cells: BH_HC(16) .. BH_HC(34). */
static bool must_refuse(uint32_t function)
{
	return !info_native() && function >= BH_HC_CELL_CREATE && function <= BH_HC_MEMORY_STATUS;
}

static uint64_t argument(void)
{
	static const uint64_t notable[] = {
		0, 1, 2, 0xffffffff, ~0ull, 1ull << 31, 1ull << 63, 0x40000000, 0xbfc00000,
	};
	uint64_t r = random64();

	return r % 4 ? notable[r / 4 % 9] : random64();
}

struct tally {
	uint64_t calls, answered, faults, bad;
};

static void complain(struct tally *tally, const char *why, uint64_t function, uint64_t result)
{
	tally->bad++;
	detail("function 0x%lx gives 0x%lx: %s", function, result, why);
}

/* SMCCC 1.1: a call preserves all registers except x0..x3. */
static void call(uint32_t insn, uint64_t function, struct tally *tally)
{
	uint64_t regs[PROBE_REGS], before[PROBE_REGS];

	for (unsigned int i = 0; i < PROBE_REGS; i++)
		before[i] = regs[i] = i ? argument() : function;
	timer_set(clock_now()); /* wakes a call that sleeps */
	tally->calls++;
	if (probe_instruction(insn, regs)) {
		tally->faults++;
		return;
	}
	tally->answered += (int64_t)regs[0] >= 0;
	for (unsigned int i = 4; i < PROBE_REGS; i++)
		if (regs[i] != before[i])
			return complain(tally, "a register changed", function, i);
	if ((int64_t)regs[0] >= 0 && must_refuse(function))
		complain(tally, "not refused", function, regs[0]);
}

static void call_both(uint64_t function, struct tally *tally)
{
	if (ends_us(function))
		return;
	call(INSN_HVC(0), function, tally);
	if (!info_native() || psci_conduit() == CONDUIT_SMC)
		call(INSN_SMC(0), function, tally);
}

static void conclude(const char *name, const struct tally *tally)
{
	timer_stop();
	report(!tally->bad, name, "%lu calls, %lu not refused, %lu faults, %lu wrong", tally->calls,
	       tally->answered, tally->faults, tally->bad);
}

static void ignore(unsigned int irq)
{
	(void)irq;
	timer_stop();
}

void attack_calls(void)
{
	uint64_t count = args_get_u64("count", 5000);
	struct tally tally = { 0 };

	timer_init(ignore);
	for (unsigned int b = 0; b < sizeof(blocks) / sizeof(blocks[0]); b++)
		for (uint32_t i = 0; i < blocks[b].count && keep_going(); i++)
			for (unsigned int again = 0; again < 4; again++)
				call_both(blocks[b].first + i, &tally);
	for (uint64_t i = 0; i < count && keep_going(); i++)
		call_both(random64() >> (random64() & 32), &tally);
	conclude("calls", &tally);
}

/* One SMC, with an argument that a test chooses. */
void attack_call(void)
{
	uint64_t function = args_get_u64("function", SMCCC_VERSION);
	uint64_t regs[PROBE_REGS] = { function, args_get_u64("x1", 0) };
	bool fault = probe_instruction(INSN_SMC(0), regs);

	report(!fault || info_native(), "call", "0x%lx gives 0x%lx", function, regs[0]);
}

/* HVC and SMC other than #0, with function numbers that #0 knows. */
void attack_immediates(void)
{
	static const uint32_t functions[] = { BH_HC_VERSION, PSCI_VERSION, SMCCC_VERSION, 0 };
	struct tally tally = { 0 };

	timer_init(ignore);
	for (uint32_t bit = 0; bit < 17 && keep_going(); bit++) {
		uint32_t immediate = bit < 16 ? 1u << bit : 0xffff;

		for (unsigned int i = 0; i < 4; i++) {
			call(INSN_HVC(immediate), functions[i], &tally);
			if (!info_native())
				call(INSN_SMC(immediate), functions[i], &tally);
		}
	}
	conclude("immediates", &tally);
}

static bool is_own(uint64_t id)
{
	for (unsigned int i = 0; i < cpu_count(); i++)
		if (info()->cpu_ids[i] == id)
			return true;
	return false;
}

/* CPUs of others can be neither started nor queried. */
void attack_psci(void)
{
	unsigned int bad = 0;

	for (unsigned int i = 0; i < 1000 && keep_going(); i++) {
		uint64_t id = i < 256 ? i : random64() & MPIDR_AFFINITY, entry = argument();

		if (is_own(id))
			continue;
		bad += (int32_t)psci_call(PSCI_CPU_ON, id, entry, 0) >= 0;
		bad += (int32_t)psci_call(PSCI_CPU_ON & ~(1u << 30), id, entry, 0) >= 0;
		bad += (int32_t)psci_call(PSCI_AFFINITY_INFO, id, 0, 0) >= 0;
	}
	report(!bad || info_native(), "psci", "%u calls weren't refused", bad);
}

void attack_cpu_off(void)
{
	cpu_off();
}
