// SPDX-License-Identifier: GPL-2.0
/* Loading and starting cells. On a CPU of root with the management lock held. */
#include <hyp/arch.h>
#include <hyp/log.h>
#include <hyp/memory.h>
#include <hyp/resource.h>
#include <hyp/shared.h>
#include <hyp/snapshot.h>
#include <hyp/string.h>

bool cell_load(struct cell *cell, struct bh_refusal *r)
{
	if (!cell_is_idle(cell, r))
		return false;
	if (cell->open)
		return true;
	if (!memory_open(cell, r))
		return false;
	cell->snapshot_valid = false;
	cell->progress = 0;
	log_message(BH_MSG_CELL_LOADED, cell->id, 0, 0, 0);
	return true;
}

static void set_args(struct cell *cell, const char *args)
{
	if (!cell->info)
		return;
	memcpy(cell->info->args, args[0] ? args : cell->config->args, BH_ARGS_SIZE);
	arch_clean(cell->info, sizeof(*cell->info));
}

/* Start the boot CPU and wait until it leaves the state STARTING. */
static bool start_boot_cpu(struct cell *cell, struct bh_refusal *r)
{
	unsigned boot = (unsigned)__builtin_ctzll(cell->config->cpus);
	struct percpu *cpu = percpu_of(boot);

	if (cpu_start(cpu, cell->config->entry, cell->config->info_guest) &&
	    cpu_wait(cpu, cpu_is_started, CPU_TIMEOUT_MS))
		return true;
	/* The CPU may arrive at this moment. A CPU that arrives later finds that the cell does not
	 * run. */
	if (cpu->public.state == CPU_RUNNING ||
	    (cpu->public.state == CPU_STARTING &&
	     !exchange(&cpu->public.state, CPU_STARTING, CPU_LOST)))
		return true;
	return refuse_owned(r, BH_E_CPU_LOST, BH_F_CPUS, boot, boot, cell->id);
}

/* Start the prepared cell. False: its state is unchanged and its CPUs are off. */
static bool run(struct cell *cell, struct bh_refusal *r)
{
	uint32_t before = cell_state(cell);

	cell->s2.live = true;
	cell->dirty = true;
	cell->resetting = 0;
	cell->starts++;
	/* Logged first: the cell may end at once. */
	log_message(BH_MSG_CELL_STARTED, cell->id, 0, 0, 0);
	cell_set_state(cell, BH_STATE_RUNNING);
	if (start_boot_cpu(cell, r))
		return true;
	cell->starts--;
	exchange(&cell->state, BH_STATE_RUNNING, before);
	log_message(BH_MSG_CPU_LOST, cell->id, r->index, 0, 0);
	return false;
}

bool cell_start(struct cell *cell, const char *args, struct bh_refusal *r)
{
	if (!cell_is_idle(cell, r) || !memory_close(cell, r))
		return false;
	if (snapshot_copy_piece(cell))
		return refuse(r, BH_E_AGAIN, BH_F_NONE, 0, cell->progress);
	classes_reset(cell);
	set_args(cell, args);
	cell->failure = (struct bh_failure){ 0 };
	if (!run(cell, r))
		return false;
	root_notify(cell);
	return true;
}
