// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs. A CPU moves only while it is off. Its owner is recorded in its public part and in the mask
 * of the owning cell.
 */
#include <hyp/arch.h>
#include <hyp/resource.h>

static bool may_take(struct percpu *cpu, unsigned i, bool only_check, struct bh_refusal *r)
{
	const struct cell *owner = cpu->public.cell;

	if (owner != root_cell())
		return refuse_owned(r, BH_E_OWNED, BH_F_CPUS, i, i, owner->id);
	if (cpu->public.state == CPU_LOST)
		return refuse_owned(r, BH_E_CPU_LOST, BH_F_CPUS, i, i, BH_ROOT_CELL);
	if (!only_check && (cpu->public.state != CPU_OFF || !arch_cpu_is_off(cpu)))
		return refuse_owned(r, BH_E_CPU_ONLINE, BH_F_CPUS, i, i, BH_ROOT_CELL);
	return true;
}

/* Root always keeps a CPU: the one that executes this is not off. */
static bool cpu_validate(struct cell *cell, struct bh_refusal *r)
{
	unsigned i;

	for_each_cpu (i, cell->config->cpus) {
		struct percpu *cpu = percpu_of(i);

		if (!cpu)
			return refuse(r, BH_E_RANGE, BH_F_CPUS, i, i);
		if (cell->id != BH_ROOT_CELL && !may_take(cpu, i, cell->only_checked, r))
			return false;
	}
	return true;
}

static void move(struct cell *from, struct cell *to, uint64_t cpus)
{
	unsigned i;

	if (from)
		from->cpus &= ~cpus;
	to->cpus |= cpus;
	for_each_cpu (i, cpus)
		percpu_of(i)->public.cell = to;
}

static void cpu_grant(struct cell *cell)
{
	move(cell->id == BH_ROOT_CELL ? NULL : root_cell(), cell, cell->config->cpus);
}

static void cpu_revoke(struct cell *cell)
{
	move(cell, root_cell(), cell->config->cpus);
}

RESOURCE_CLASS(RANK_CPU, cpu_class, .validate = cpu_validate, .grant = cpu_grant,
	       .revoke = cpu_revoke);
