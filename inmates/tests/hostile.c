// SPDX-License-Identifier: GPL-2.0
/*
 * A cell that attacks. Other cells must not be affected.
 *
 *   attack=NAME   the attack (see "attack=list"); all: every attack that returns
 *   seed=N        seed of random values (default 1)
 *   mmu           turn the MMU on
 *   addr=0x..     address; size=1|2|4|8: access size
 *   count=N       repetitions; each attack has a default
 *
 * Prints "TRY name" before each attack, so that the last line names the one that
 * stopped the cell, and "PASS name: ..." or "FAIL name: ..." if it returns.
 */
#include "hostile.h"
#include "args.h"
#include "console.h"
#include "cpu.h"
#include "heartbeat.h"
#include "info.h"
#include "irq.h"
#include "print.h"
#include "string.h"
#include "timer.h"

uint64_t random64(void)
{
	static uint64_t state;

	if (!state)
		state = args_get_u64("seed", 1) * 0x9e3779b97f4a7c15ull | 1;
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

bool keep_going(void)
{
	heartbeat_beat();
	return !shutdown_requested();
}

static void attack_one(const struct attack *attack)
{
	printf("TRY %s\n", attack->name);
	irq_init();
	attack->run();
	console_init(); /* some attacks write to its registers */
	heartbeat_beat();
}

static bool attack_table(const struct attack *table, const char *name)
{
	bool all = !strcmp(name, "all"), found = all;

	for (const struct attack *a = table; a->name; a++) {
		if (all ? !a->returns : strcmp(a->name, name) != 0)
			continue;
		attack_one(a);
		found = true;
	}
	return found;
}

static void list(const struct attack *table)
{
	for (const struct attack *a = table; a->name; a++)
		printf("ATTACK %s %s %s\n", a->name, a->returns ? "returns" : "ends", a->what);
}

int main(void)
{
	char name[32];

	if (!args_get("attack", name, sizeof(name)) || !strcmp(name, "list")) {
		list(attacks);
		list(arch_attacks);
		finish();
	}
	if (args_has("mmu"))
		mmu_enable();
	if (!(attack_table(attacks, name) | attack_table(arch_attacks, name)))
		report(false, name, "there is no such attack");
	report_done("hostile");
	irq_init();
	for (cpu_irqs_disable(); !info_native() && keep_going();)
		clock_wait_until(clock_now() + clock_from_us(10000));
	finish();
}
