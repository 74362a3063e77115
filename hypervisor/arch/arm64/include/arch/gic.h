/* SPDX-License-Identifier: GPL-2.0 */
/* GICv3 (Arm IHI 0069): ownership of interrupts, delivery, emulation. */
#ifndef ARCH_GIC_H
#define ARCH_GIC_H

#include <arch/regs.h>
#include <hyp/cell.h>

/* The SGI that the hypervisor keeps for itself: Group 0 where direct delivery is used. */
#define GIC_KICK_SGI 15u

/* At enable, first CPU: does the controller match the config? Maps its registers at EL2. */
bool gic_init(const struct bh_system_part *system, struct bh_refusal *r);

/* HCR_EL2 bits that a cell's delivery mode needs (IMO, FMO, ...). */
uint64_t gic_hcr(const struct cell *cell);

/* Each root CPU: take over from Linux at enable (keeps its settings and what is pending) / give
 * back at disable / a CPU that root switched on (also for cells): reset to what a guest expects. */
void gic_cpu_take(struct percpu *cpu);
void gic_cpu_give_back(struct percpu *cpu);
void gic_cpu_reset(struct percpu *cpu);

/* After a fault of EL2 itself, which may have come between taking an interrupt and its end. */
void gic_abandon(struct percpu *cpu);

/* Before this CPU goes off: nothing pending, active or enabled stays behind. */
void gic_cpu_off(struct percpu *cpu);

/* Exceptions taken to EL2 while the guest ran. */
void gic_irq(struct percpu *cpu);
void gic_fiq(struct percpu *cpu);

/* The CPU of this cell with that MPIDR, or NULL. */
static inline struct percpu *find_cpu(const struct cell *cell, uint64_t mpidr)
{
	unsigned i;

	for_each_cpu (i, cell->cpus)
		if (percpu_of(i)->public.hw_id == mpidr)
			return percpu_of(i);
	return NULL;
}

/* A trapped ICC_* / ICH access. esr: ESR_EL2; regs: the guest's. False: not a GIC register. */
bool gic_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr);

/* Does an interrupt wait in this CPU's list registers? None does with direct delivery. */
bool gic_list_waits(void);

#endif
