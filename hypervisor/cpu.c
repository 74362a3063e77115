// SPDX-License-Identifier: GPL-2.0
/*
 * Starting, stopping and holding CPUs.
 *
 * A CPU writes its state; other CPUs write requests to it (command bits, its cell's state, the
 * hold). Each side writes its own variable and then reads the other's, sequentially consistent, so
 * that at least one of them sees the other's write.
 */
#include <hyp/arch.h>
#include <hyp/resource.h>

static struct percpu *percpus;
static unsigned percpu_count;

/* Generation of the hold, counted up at its begin and end. Odd: root's CPUs must wait in the
 * hypervisor. Written under the management lock. */
static uint32_t hold;

struct percpu *percpu_of(unsigned index)
{
	return index < percpu_count ? &percpus[index] : NULL;
}

bool percpu_init(unsigned n, struct bh_refusal *r)
{
	percpus = take_pages(ALIGN_UP(n * sizeof(struct percpu), PAGE_SIZE) / PAGE_SIZE, r);
	percpu_count = percpus ? n : 0;
	return percpus;
}

static uint32_t state_of(const struct percpu *cpu)
{
	return __atomic_load_n(&cpu->public.state, __ATOMIC_SEQ_CST);
}

static bool cell_runs(const struct cell *cell)
{
	return __atomic_load_n(&cell->state, __ATOMIC_SEQ_CST) == BH_STATE_RUNNING;
}

bool cpu_start(struct percpu *cpu, uint64_t entry, uint64_t argument)
{
	if (!exchange(&cpu->public.state, CPU_OFF, CPU_CLAIMED))
		return false;
	cpu->public.entry = entry;
	cpu->public.argument = argument;
	/* A STOP in command may be left from an earlier run, so it is dropped. A STOP of this run
	 * isn't lost: it also shows in the cell's state or in `resetting`, which are read below. */
	__atomic_store_n(&cpu->public.command, 0, __ATOMIC_SEQ_CST);
	/* STARTING is set last: a parked CPU reads the state whenever it wakes. */
	if (cell_runs(cpu->public.cell) &&
	    !__atomic_load_n(&cpu->public.cell->resetting, __ATOMIC_SEQ_CST) &&
	    exchange(&cpu->public.state, CPU_CLAIMED, CPU_STARTING) && arch_cpu_start(cpu))
		return true;
	__atomic_store_n(&cpu->public.state, CPU_OFF, __ATOMIC_SEQ_CST);
	return false;
}

void cpu_command(struct percpu *cpu, uint32_t command)
{
	__atomic_fetch_or(&cpu->public.command, command, __ATOMIC_SEQ_CST);
	/* Only a running CPU needs a kick. One that is starting reads its commands once it runs. */
	if (state_of(cpu) == CPU_RUNNING)
		arch_kick(cpu);
}

/* On a CPU of root: acknowledge a hold and wait until it ends. */
static void wait_while_held(struct percpu *cpu)
{
	uint32_t generation = __atomic_load_n(&hold, __ATOMIC_SEQ_CST);

	if (!(generation & 1))
		return;
	/* Release: this CPU's writes to root's tables and registers precede the holder's. */
	__atomic_store_n(&cpu->public.held, generation, __ATOMIC_RELEASE);
	while (__atomic_load_n(&hold, __ATOMIC_ACQUIRE) == generation)
		arch_relax();
}

void cpu_take_commands(struct percpu *cpu)
{
	uint32_t command = __atomic_exchange_n(&cpu->public.command, 0, __ATOMIC_SEQ_CST);

	if (cpu->public.cell == root_cell())
		wait_while_held(cpu);
	else if (command & CPU_COMMAND_STOP || !cell_runs(cpu->public.cell))
		arch_cpu_off(cpu);
}

bool cpu_wait(struct percpu *cpu, bool (*done)(struct percpu *cpu), uint32_t ms)
{
	uint64_t start = arch_ticks();
	uint64_t limit = ms * arch_ticks_per_ms();

	while (!done(cpu)) {
		if (arch_ticks() - start > limit)
			return false;
		/* Two CPUs of a cell may wait for each other. A CPU of root need not acknowledge a
		 * hold: it has the management lock. */
		if (this_cpu()->public.cell != root_cell())
			cpu_take_commands(this_cpu());
		arch_relax();
	}
	return true;
}

bool cpu_is_off(struct percpu *cpu)
{
	uint32_t state = state_of(cpu);

	if ((state != CPU_OFF && state != CPU_LOST) || !arch_cpu_is_off(cpu))
		return false;
	/* Another CPU of the cell may start a CPU that is OFF at this moment: leave its state. */
	return state == CPU_OFF || exchange(&cpu->public.state, CPU_LOST, CPU_OFF);
}

bool cpu_is_started(struct percpu *cpu)
{
	return state_of(cpu) != CPU_STARTING;
}

/* A CPU that is not RUNNING sees the hold before it enters the guest. */
static bool is_held(struct percpu *cpu)
{
	return state_of(cpu) != CPU_RUNNING ||
	       __atomic_load_n(&cpu->public.held, __ATOMIC_ACQUIRE) == hold;
}

bool root_hold(struct bh_refusal *r)
{
	uint64_t others = root_cell()->cpus & ~BIT(this_cpu()->public.index);
	unsigned i;

	__atomic_add_fetch(&hold, 1, __ATOMIC_SEQ_CST);
	for_each_cpu (i, others)
		cpu_command(percpu_of(i), CPU_COMMAND_HOLD);
	for_each_cpu (i, others) {
		if (!cpu_wait(percpu_of(i), is_held, CPU_TIMEOUT_MS)) {
			root_release();
			return refuse(r, BH_E_CPU_LOST, BH_F_CPUS, i, i);
		}
	}
	return true;
}

/* The store has release order: the CPUs that continue see all changes made during the hold. */
void root_release(void)
{
	__atomic_add_fetch(&hold, 1, __ATOMIC_RELEASE);
}

void root_end_hold(void)
{
	if (hold & 1)
		root_release();
}
