// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a cell's run: by itself, by a reset, by force.
 *
 * The CPU that changes the state from RUNNING to CELL_STOPPING (compare and swap) writes the
 * failure record and then the final state. Every other CPU of the cell switches itself off when it
 * sees a state other than RUNNING.
 */
#include <hyp/arch.h>
#include <hyp/snapshot.h>
#include <hyp/log.h>
#include <hyp/resource.h>
#include <hyp/shared.h>

/* Claims the end of the cell's run. Of several callers only one gets true. */
static bool claim_end(struct cell *cell)
{
	return exchange(&cell->state, BH_STATE_RUNNING, CELL_STOPPING);
}

/* Make the claimed end visible. The caller has written the record except for reason and cpu. */
static void publish_end(struct cell *cell, enum bh_stop_reason reason, unsigned cpu)
{
	struct bh_failure *failure = &cell->failure;
	bool wanted =
		reason == BH_STOP_OFF || reason == BH_STOP_REQUESTED || reason == BH_STOP_FORCED;

	failure->reason = reason;
	failure->cpu = cpu;
	/* Release: the record is visible before the state. */
	__atomic_store_n(&cell->state, wanted ? BH_STATE_SHUT_DOWN : BH_STATE_FAILED,
			 __ATOMIC_RELEASE);
	log_message(BH_MSG_CELL_STOPPED, cell->id, reason, failure->pc, failure->fault_ipa);
	root_notify(cell);
}

static void command_stop(const struct cell *cell, uint64_t cpus)
{
	unsigned i;

	for_each_cpu (i, cell->cpus & cpus)
		cpu_command(percpu_of(i), CPU_COMMAND_STOP);
}

void __noreturn cell_stop_self(struct percpu *cpu, const struct bh_failure *record,
			       enum bh_stop_reason reason)
{
	struct cell *cell = cpu->public.cell;

	if (claim_end(cell)) {
		if (record)
			cell->failure = *record;
		publish_end(cell, reason, cpu->public.index);
		command_stop(cell, ~BIT(cpu->public.index));
	}
	arch_cpu_off(cpu);
}

/*
 * Wait until all these CPUs are off. False: *who is not. Two rounds: a CPU that was seen off may
 * have been started afterwards by one that was still on. After the first round no CPU of the cell
 * executes guest code, so none can be started any more.
 */
static bool wait_all_off(uint64_t cpus, unsigned *who)
{
	for (unsigned round = 0; round < 2; round++)
		for_each_cpu (*who, cpus)
			if (!cpu_wait(percpu_of(*who), cpu_is_off, CPU_TIMEOUT_MS))
				return false;
	return true;
}

static void give_up(struct percpu *cpu)
{
	uint32_t state = cpu->public.state;

	/* The exchange fails if the CPU switches itself off at this moment. */
	if (state != CPU_OFF && state != CPU_LOST && exchange(&cpu->public.state, state, CPU_LOST))
		log_message(BH_MSG_CPU_LOST, cpu->public.cell->id, cpu->public.index, 0, 0);
}

bool cell_cpus_off(struct cell *cell, struct bh_refusal *r)
{
	unsigned who;

	command_stop(cell, ~0ull);
	if (!wait_all_off(cell->cpus, &who)) {
		/* With nothing mapped, a CPU that still executes guest code faults to the
		 * hypervisor. */
		if (!cell->cut_off)
			pt_cut_off(&cell->s2);
		cell->cut_off = true;
		if (!wait_all_off(cell->cpus, &who)) {
			give_up(percpu_of(who));
			return refuse_owned(r, BH_E_CPU_LOST, BH_F_CPUS, who, who, cell->id);
		}
	}
	if (cell->cut_off)
		pt_reconnect(&cell->s2);
	cell->cut_off = false;
	return true;
}

bool cell_is_idle(struct cell *cell, struct bh_refusal *r)
{
	uint32_t state = cell_state(cell);

	if (state != BH_STATE_CREATED && state != BH_STATE_SHUT_DOWN && state != BH_STATE_FAILED)
		return cell_refuse_state(cell, r);
	return cell_cpus_off(cell, r);
}

/* Forced stop, management lock held. */
static bool stop_now(struct cell *cell, struct bh_refusal *r)
{
	bool claimed = claim_end(cell);
	bool off;

	if (claimed)
		cell->failure = (struct bh_failure){ 0 };
	off = cell_cpus_off(cell, r);
	if (claimed)
		publish_end(cell, off ? BH_STOP_FORCED : BH_STOP_CPU_LOST,
			    off ? (unsigned)__builtin_ctzll(cell->cpus) : r->index);
	return off;
}

/* Write the shutdown request to the info page, and clean it: the cell may have its caches off. */
static bool ask(struct cell *cell, struct bh_refusal *r)
{
	if (!cell->info)
		return refuse(r, BH_E_UNSUPPORTED, BH_F_INFO_PAGE, 0, cell->id);
	log_message(BH_MSG_SHUTDOWN_REQUESTED, cell->id, 0, 0,
		    0); /* the log has the request before the response */
	cell->info->request = BH_REQUEST_SHUTDOWN;
	arch_clean(cell->info, sizeof(*cell->info));
	return true;
}

bool cell_shutdown(struct cell *cell, bool force, struct bh_refusal *r)
{
	uint32_t state = cell_state(cell);
	bool ended = state == BH_STATE_SHUT_DOWN || state == BH_STATE_FAILED;

	/* Force also applies to a cell that has ended: one of its CPUs may not be off yet. */
	if (state != BH_STATE_RUNNING && !(force && ended))
		return cell_refuse_state(cell, r);
	return force ? stop_now(cell, r) : ask(cell, r);
}

void __noreturn cell_reset_self(struct percpu *cpu)
{
	struct cell *cell = cpu->public.cell;
	uint64_t others = cell->cpus & ~BIT(cpu->public.index);
	unsigned who;
	struct percpu *boot = percpu_of((unsigned)__builtin_ctzll(cell->config->cpus));

	if (!cell->config->image_size || !(cell->rights & BH_RIGHT_RESET))
		cell_stop_self(cpu, NULL, BH_STOP_RESET);
	/* Another CPU of the cell executes the reset and waits for this one to be off. */
	if (__atomic_exchange_n(&cell->resetting, 1, __ATOMIC_SEQ_CST))
		arch_cpu_off(cpu);
	command_stop(cell, others);
	if (!wait_all_off(others, &who))
		cell_stop_self(cpu, NULL, BH_STOP_CPU_LOST);
	snapshot_restore(cpu);
	classes_reset(cell);
	cell->starts++;
	log_guest_message(BH_MSG_CELL_STARTED, cell->id, 0, 0, 0);
	__atomic_store_n(&cell->resetting, 0, __ATOMIC_RELEASE);
	if (boot == cpu) {
		cpu->public.entry = cell->config->entry;
		cpu->public.argument = cell->config->info_guest;
		arch_cpu_restart(cpu);
	}
	if (!cpu_start(boot, cell->config->entry, cell->config->info_guest))
		cell_stop_self(cpu, NULL, BH_STOP_CPU_LOST);
	arch_cpu_off(cpu);
}
