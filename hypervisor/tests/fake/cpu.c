// SPDX-License-Identifier: GPL-2.0
/* Fake CPUs: coroutines, and the firmware that switches them on and off. */
#include <hyp/cell.h>
#include <hyp/hypercall.h>
#include <hyp/resource.h>
#include <hyp/shared.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <ucontext.h>
#include "model.h"

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#define STACK_SIZE 0x40000u
#define SLOW_OFF_POLLS 5u
#define ROUNDS_MAX 1000000u /* rounds after which a wait of the test fails */

struct fiber {
	ucontext_t context;
	const void *stack;
	size_t stack_size;
	void *asan; /* state of the address sanitizer */
};

static struct fake_cpu {
	struct fiber fiber;
	bool on;       /* in firmware */
	bool in_guest; /* not in the hypervisor */
	bool in_cell;  /* started in a cell that is not root */
	unsigned polls_until_off;
	fake_guest guest;
	void (*job)(void *); /* function to run in the hypervisor */
	void *job_argument;
} cpus[FAKE_CPUS];

static struct fiber test_fiber;
static bool in_test = true;
static unsigned current; /* index of the CPU that executes; in the test: CPU 0 */

static void switch_fiber(struct fiber *from, struct fiber *to, bool for_ever)
{
	volatile bool back = false;

#ifdef WITH_ASAN
	if (for_ever) /* no frame of this stack ever returns */
		__asan_handle_no_return();
	__sanitizer_start_switch_fiber(for_ever ? NULL : &from->asan, to->stack, to->stack_size);
#endif
	if (for_ever)
		setcontext(&to->context); /* from->context was prepared for a new start */
	/* swapcontext() isn't used, because the sanitizer warns about it. */
	if (!for_ever)
		getcontext(&from->context);
	if (!back) {
		back = true;
		setcontext(&to->context);
	}
#ifdef WITH_ASAN
	__sanitizer_finish_switch_fiber(from->asan, NULL, NULL);
#endif
}

/* Switch from a CPU to the context that resumed it. */
static void leave_cpu(bool for_ever)
{
	struct fake_cpu *c = &cpus[current];

	in_test = true;
	current = 0;
	switch_fiber(&c->fiber, &test_fiber, for_ever);
}

/* Called by the test: run a CPU until it waits. */
static void enter_cpu(unsigned index)
{
	in_test = false;
	current = index;
	switch_fiber(&test_fiber, &cpus[index].fiber, false);
}

unsigned fake_current(void)
{
	return current;
}

struct percpu *this_cpu(void)
{
	return percpu_of(current);
}

static void step_others(void)
{
	for (unsigned i = 0; i < FAKE_CPUS; i++)
		if (cpus[i].on && i != 0)
			enter_cpu(i);
}

void arch_relax(void)
{
	fake.ticks += 100;
	if (in_test)
		step_others();
	else
		leave_cpu(false);
}

uint64_t arch_ticks(void)
{
	return fake.ticks++;
}

uint64_t arch_ticks_per_ms(void)
{
	return FAKE_TICKS_PER_MS;
}

/* ---- what a CPU executes ---- */

static bool hears_kick(unsigned index, const struct percpu *cpu)
{
	if (fake.dead & BIT(index))
		return false;
	return !(fake.deaf & BIT(index)) || fake_is_cut_off(&cpu->public.cell->s2);
}

static void take_kick(void)
{
	struct percpu *cpu = this_cpu();

	if (!cpu->arch.kicked || !hears_kick(current, cpu))
		return;
	cpu->arch.kicked = false;
	cpus[current].in_guest = false;
	count_exit(cpu, BH_EXIT_KICK);
	cpu_take_commands(cpu);
	cpus[current].in_guest = true;
}

void fake_yield(void)
{
	if (in_test)
		fake_fail("fake_yield() is for guests");
	take_kick();
	leave_cpu(false);
	take_kick();
}

static void run_job(struct fake_cpu *c)
{
	void (*job)(void *) = c->job;

	c->in_guest = false;
	job(c->job_argument);
	c->in_guest = true;
	c->job = NULL;
}

static void cpu_main(void)
{
	struct percpu *cpu = this_cpu();
	struct fake_cpu *c = &cpus[current];

#ifdef WITH_ASAN
	__sanitizer_finish_switch_fiber(NULL, &test_fiber.stack, &test_fiber.stack_size);
#endif
	__atomic_store_n(&cpu->public.state, CPU_RUNNING, __ATOMIC_RELEASE);
	cpu_take_commands(cpu);
	c->in_guest = true;
	if (c->in_cell && c->guest)
		c->guest(cpu);
	for (;;) {
		if (c->job)
			run_job(c);
		fake_yield();
	}
}

static void prepare(unsigned index)
{
	struct fake_cpu *c = &cpus[index];

	if (!c->fiber.stack) {
		c->fiber.stack_size = STACK_SIZE;
		c->fiber.stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	}
#ifdef WITH_ASAN
	__asan_unpoison_memory_region(c->fiber.stack, STACK_SIZE);
#endif
	getcontext(&c->fiber.context);
	c->fiber.context.uc_stack.ss_sp = (void *)c->fiber.stack;
	c->fiber.context.uc_stack.ss_size = STACK_SIZE;
	makecontext(&c->fiber.context, cpu_main, 0);
	c->in_guest = false;
	c->in_cell = percpu_of(index)->public.cell != root_cell();
	c->job = NULL;
	c->on = true;
	fake.starts[index]++;
}

void fake_cpus_init(void)
{
	unsigned i;

	for_each_cpu (i, fake_boot_params.cpus) {
		prepare(i);
		percpu_of(i)->public.state = CPU_RUNNING;
	}
}

void fake_cpu_alone(void)
{
	struct bh_refusal r;

	if (percpu_of(0))
		return;
	fake_memory_init();
	if (!percpu_init(1, &r))
		fake_fail("no page for a CPU");
	rings = pool_alloc(1);
}

/* ---- firmware ---- */

bool arch_cpu_start(struct percpu *cpu)
{
	unsigned index = cpu->public.index;

	if (cpu->public.state != CPU_STARTING || cpus[index].on)
		fake_fail("CPU %u: switched on in state %u", index, cpu->public.state);
	if (fake.refuses_start & BIT(index))
		return false;
	if (fake.never_starts & BIT(index))
		return true;
	if (cpu->public.cell->info && cpu->public.cell != root_cell())
		fake_check_clean(cpu->public.cell->info, sizeof(struct bh_info));
	prepare(index);
	return true;
}

static void __noreturn stop_executing(void)
{
	if (in_test)
		fake_fail("CPU 0 is the test: use fake_on_cpu()");
	cpus[current].on = false;
	cpus[current].in_guest = false;
	cpus[current].job = NULL;
	leave_cpu(true);
	abort();
}

void arch_cpu_off(struct percpu *cpu)
{
	if (cpu != this_cpu())
		fake_fail("CPU %u switches off CPU %u", current, cpu->public.index);
	if (fake.slow_off & BIT(current))
		cpus[current].polls_until_off = SLOW_OFF_POLLS;
	cpu->arch.kicked = false;
	__atomic_store_n(&cpu->public.state, CPU_OFF, __ATOMIC_RELEASE);
	stop_executing();
}

void arch_cpu_restart(struct percpu *cpu)
{
	if (cpu != this_cpu() || in_test)
		fake_fail("CPU %u restarts CPU %u", current, cpu->public.index);
	prepare(current);
	leave_cpu(true);
	abort();
}

bool arch_cpu_is_off(struct percpu *cpu)
{
	struct fake_cpu *c = &cpus[cpu->public.index];

	if (c->polls_until_off && c->polls_until_off--)
		return false;
	return !c->on;
}

bool arch_cpu_is_gone(struct percpu *cpu)
{
	return arch_cpu_is_off(cpu) && !(fake.kept & BIT(cpu->public.index));
}

void arch_leave(struct percpu *cpu)
{
	if (cpu != this_cpu())
		fake_fail("CPU %u leaves on CPU %u", cpu->public.index, current);
	fake.left |= BIT(current);
	stop_executing();
}

/* A fault of the hypervisor, handled as an architecture does: locks are released, the management
 * call ends, and the guest of this CPU continues. */
void fake_fault(void)
{
	if (in_test || !hypercall_abandon(this_cpu()))
		fake_fail("CPU %u: a fault outside of a management call", current);
	prepare(current);
	leave_cpu(true);
	abort();
}

void arch_kick(struct percpu *cpu)
{
	cpu->arch.kicked = true;
}

/* ---- for tests ---- */

void fake_set_guest(unsigned index, fake_guest guest)
{
	cpus[index].guest = guest;
}

bool fake_in_guest(unsigned index)
{
	return cpus[index].in_guest;
}

bool fake_table_in_use(const struct page_table *pt)
{
	for (unsigned i = 0; i < FAKE_CPUS; i++)
		if (i != current && cpus[i].on && cpus[i].in_guest &&
		    &percpu_of(i)->public.cell->s2 == pt)
			return true;
	return false;
}

void fake_run(unsigned rounds)
{
	if (!in_test)
		fake_fail("fake_run() is for tests");
	while (rounds--) {
		fake.ticks += 100;
		for (unsigned i = 0; i < FAKE_CPUS; i++)
			if (cpus[i].on)
				enter_cpu(i);
	}
}

bool fake_on_cpu(unsigned index, void (*function)(void *), void *argument)
{
	struct fake_cpu *c = &cpus[index];
	uint64_t starts = fake.starts[index];

	if (!c->on || c->job)
		fake_fail("CPU %u is off or busy", index);
	c->job = function;
	c->job_argument = argument;
	for (unsigned i = 0; c->job && i < ROUNDS_MAX; i++)
		fake_run(1);
	if (c->job)
		fake_fail("CPU %u: no end", index);
	fake_walkers_check();
	return c->on && fake.starts[index] == starts;
}

void fake_enter_hypervisor(void (*function)(void *), void *argument)
{
	cpus[current].in_guest = false;
	function(argument);
	cpus[current].in_guest = true;
	take_kick();
}
