// SPDX-License-Identifier: GPL-2.0
/*
 * The kick of a CPU with direct delivery and two security states: CPUs that kick,
 * and the kicked one, executed step by step in all orders. The kicked CPU has a TLB
 * with one entry. No order may lose a kick, let the guest see the interrupt that ends
 * its WFI, or make a violation of the withdrawn stage 2.
 *
 * Each CPU is a coroutine. model_hooks.step() returns to the scheduler, which follows
 * a list of choices; the next run changes the last choice that can be changed.
 */
#include "../test.h"
#include <arch/el2.h>
#include <arch/stage2.h>
#include <arch/trap.h>
#include <hyp/arch.h>
#include <hyp/resource.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include "gic_model.h"

#define TARGET 2u
#define EARLY 2u /* instructions that the guest executes before it waits for the kicks */
#define ALIVE 6u /* instructions that the guest may execute after the last step of a kick */
#define CHOICES 200u
#define FETCH ((uint64_t)EC_IABORT_LOWER << 26 | 0x5) /* translation fault of level 1 */
#define LEAF 0x401

enum program {
	SPIN,
	WFI,
	WFI_CLOSED,
	WFE,
	POLL,
	START,
	MMIO
};
enum thread {
	GUEST,
	KICK_1,
	KICK_2,
	THREADS
};

static struct {
	ucontext_t context[THREADS], scheduler;
	bool done[THREADS];
	enum thread now;
	unsigned threads;
	bool empty; /* the first kick comes without a command, as a late one would */
	/* the choices of this run, and of how many there were at each */
	uint8_t chosen[CHOICES], of[CHOICES];
	unsigned length, at, preemptions, most_preemptions;
} run;

static struct {
	enum program program;
	bool tlb, event, off;
	bool waits;
	unsigned early;
	bool asleep;	/* in WFI or WFE: nothing but a wake-up lets it continue */
	unsigned after; /* instructions since the last kick ended */
} guest;

static struct cell *cell;

/* ---- scheduler ---- */

static void yield(void)
{
	swapcontext(&run.context[run.now], &run.scheduler);
}

static bool kicks_done(void)
{
	for (unsigned i = KICK_1; i < run.threads; i++)
		if (!run.done[i])
			return false;
	return true;
}

static bool wakes(void)
{
	model_run_as(TARGET);
	return guest.program == WFE ? guest.event : model_irq();
}

static bool can_run(enum thread t)
{
	if (t != GUEST)
		return !run.done[t];
	return !guest.off && (!guest.waits || kicks_done()) && (!guest.asleep || wakes());
}

/* The next thread by the list of choices. Going on with the same one is choice 0. */
static enum thread choose(void)
{
	enum thread may[THREADS];
	unsigned n = 0, first = 0;

	if (can_run(run.now))
		may[n++] = run.now;
	first = n;
	for (unsigned t = 0; t < run.threads; t++)
		if (t != run.now && can_run((enum thread)t))
			may[n++] = (enum thread)t;
	if (!n)
		test_fail(__FILE__, __LINE__, "the kick was lost: the guest sleeps");
	if (first && run.preemptions == run.most_preemptions)
		n = 1;
	CHECK(run.at < CHOICES);
	if (run.at == run.length)
		run.chosen[run.length++] = 0;
	run.of[run.at] = (uint8_t)n;
	if (first && run.chosen[run.at])
		run.preemptions++;
	return may[run.chosen[run.at++]];
}

/* The next list of choices; false: all were tried. */
static bool next_list(void)
{
	while (run.length && run.chosen[run.length - 1] + 1 == run.of[run.length - 1])
		run.length--;
	if (!run.length)
		return false;
	run.chosen[run.length - 1]++;
	return true;
}

/* ---- CPUs that kick: cpu_command() ---- */

static void kick(void)
{
	struct percpu *cpu = model_cpu(TARGET);

	yield();
	if (!run.empty || run.now == KICK_2)
		__atomic_fetch_or(&cpu->public.command, CPU_COMMAND_STOP, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&cpu->public.state, __ATOMIC_SEQ_CST) == CPU_RUNNING)
		arch_kick(cpu);
	run.done[run.now] = true;
	yield();
}

/* ---- the CPU that is kicked ---- */

static void take_commands(struct percpu *cpu)
{
	if (!(__atomic_exchange_n(&cpu->public.command, 0, __ATOMIC_SEQ_CST) & CPU_COMMAND_STOP))
		return;
	guest.off = true; /* arch_cpu_off() doesn't return */
	yield();
}

static void no_violation(void)
{
	test_fail(__FILE__, __LINE__, "a violation of the stage 2 that a kick withdrew");
}

static void invalidate(void)
{
	guest.tlb = false;
}

static void send_event(void)
{
	guest.event = true;
}

static void sleep_until_woken(void)
{
	guest.asleep = true;
	yield();
	guest.asleep = false;
}

static void guest_wfi(void)
{
	struct percpu *cpu = model_cpu(TARGET);
	bool traps = model_read_sysreg("hcr_el2") & HCR_TWI;

	if (traps)
		gic_wfi(cpu, (uint64_t)EC_WFX << 26);
	if (!traps || model_read_sysreg("icc_igrpen1_el1"))
		sleep_until_woken();
}

static void execute(void)
{
	struct guest_regs regs = { 0 };

	switch (guest.program) {
	case WFE:
		sleep_until_woken();
		guest.event = false;
		break;
	case WFI:
	case WFI_CLOSED:
		guest_wfi();
		break;
	case POLL: /* a masked guest that acknowledges whatever is pending */
		CHECK(model_read_sysreg("icc_iar1_el1") == MODEL_NONE);
		break;
	case MMIO: /* an exit in which nothing looks for kicks */
		model_write_sysreg("hpfar_el2", (MODEL_GICD >> PAGE_SHIFT) << 4);
		model_write_sysreg("far_el2", GICD_TYPER);
		CHECK(!handle_abort(model_cpu(TARGET), &regs,
				    (uint64_t)EC_DABORT_LOWER << 26 | 0x7 | BIT(24) | 2u << 22));
		break;
	default:
		break;
	}
}

/* One instruction: it is fetched through the TLB or the root, or faults. */
static void instruction(void)
{
	struct percpu *cpu = model_cpu(TARGET);
	struct guest_regs regs = { 0 };

	guest.waits = guest.early++ >= EARLY;
	yield();
	guest.waits = false;
	CHECK(!kicks_done() || ++guest.after < ALIVE);
	if (!guest.tlb && !*(volatile uint64_t *)cpu->arch.own_root) {
		CHECK(!handle_abort(cpu, &regs, FETCH));
		return;
	}
	guest.tlb = true;
	execute();
}

/* arch_cpu_restart(), then the guest. The CPU was perhaps kicked in an earlier run. */
static void guest_cpu(void)
{
	struct percpu *cpu = model_cpu(TARGET);

	if (guest.program == START) {
		stage2_enter(cpu);
		gic_cpu_reset(cpu);
		__atomic_store_n(&cpu->public.state, CPU_RUNNING, __ATOMIC_SEQ_CST);
		take_commands(cpu);
	}
	/* A kick that sees STARTING leaves the command for take_commands(), and ends. */
	for (unsigned n = 0; !kicks_done() || guest.after < ALIVE; n++)
		instruction();
}

/* ---- runs ---- */

static void prepare(void)
{
	struct percpu *cpu = model_cpu(TARGET);
	bool closed = guest.program == WFI_CLOSED;

	model_hooks = (struct model_hooks){ 0 };
	model_run_as(TARGET);
	stage2_enter(cpu);
	gic_cpu_reset(cpu);
	cpu->public.command = 0;
	cpu->public.state = guest.program == START ? CPU_STARTING : CPU_RUNNING;
	model_write_sysreg("icc_igrpen1_el1", !closed);
	model_write_sysreg("hcr_el2", gic_hcr(cell));
	model_hooks = (struct model_hooks){ yield,	invalidate,    sleep_until_woken,
					    send_event, take_commands, no_violation };
}

static void one_run(void)
{
	static char stacks[THREADS][1 << 16];
	enum program program = guest.program;

	memset(&guest, 0, sizeof(guest));
	guest.program = program;
	prepare();
	memset(run.done, 0, sizeof(run.done));
	run.at = run.preemptions = 0;
	run.now = GUEST;
	for (unsigned t = 0; t < run.threads; t++) {
		getcontext(&run.context[t]);
		run.context[t].uc_stack.ss_sp = stacks[t];
		run.context[t].uc_stack.ss_size = sizeof(stacks[t]);
		run.context[t].uc_link = NULL;
		makecontext(&run.context[t], t == GUEST ? guest_cpu : kick, 0);
	}
	while (!(guest.off && kicks_done())) {
		run.now = choose();
		model_run_as(run.now == GUEST ? TARGET : 0);
		swapcontext(&run.scheduler, &run.context[run.now]);
	}
	model_hooks = (struct model_hooks){ 0 };
}

static unsigned all_runs(enum program program, unsigned kicks, bool empty, unsigned preemptions)
{
	static const uint32_t none[] = { 27, 1, 0, 0 };
	struct bh_refusal r;
	unsigned n = 0;

	model_firmware =
		(struct model_firmware){ .two_states = true, .fiq = true, .secure = 0xff00 };
	model_start(BH_IRQ_LIST, 4);
	cell = model_cell(1u << TARGET, BH_IRQ_DIRECT, none);
	CHECK(classes_validate(cell, &r) && arch_cell_init(cell, &r));
	memset(cell->s2.root, 0, PAGE_SIZE * cell->s2.root_pages);
	cell->s2.root[0] = LEAF;
	cells[1] = cell;
	model_grant(cell);
	guest.program = program;
	run.threads = 1 + kicks;
	run.empty = empty;
	run.most_preemptions = preemptions;
	do {
		one_run();
		n++;
	} while (next_list());
	return n;
}

TEST(one_kick_in_all_orders)
{
	for (unsigned p = SPIN; p <= MMIO; p++)
		CHECK(all_runs((enum program)p, 1, false, ~0u) > 20);
}

/* All orders in which a CPU is interrupted at most three times before it has to wait. */
TEST(two_kicks_in_many_orders)
{
	for (unsigned p = SPIN; p <= MMIO; p++)
		CHECK(all_runs((enum program)p, 2, false, 3) > 100);
}

/* The kicked CPU gets its stage 2 back, and the guest goes on until the second kick. It may see the
 * interrupt of the first one. */
TEST(a_kick_after_one_that_came_for_nothing)
{
	for (unsigned p = SPIN; p <= MMIO; p++)
		if (p != POLL)
			CHECK(all_runs((enum program)p, 2, true, 3) > 100);
}
