/* SPDX-License-Identifier: GPL-2.0 */
/* GICv3 (Arm IHI 0069): ownership of interrupts, delivery, emulation. */
#ifndef ARCH_GIC_H
#define ARCH_GIC_H

#include <arch/regs.h>
#include <hyp/cell.h>

/* The hypervisor's own SGI; with one security state the kick, in Group 0. No guest gets it. */
#define GIC_KICK_SGI 15u

/* At enable, on the first CPU: map the controller's registers and compare it with the config. */
bool gic_init(const struct bh_system_part *system, struct bh_refusal *r);
/* Then, for each of these CPUs: does a kick arrive? The interrupt is left as it was. Their
 * interrupts are masked. */
bool gic_probe_kicks(const struct bh_system_part *system, uint64_t cpus, struct bh_refusal *r);

/* On the first CPU, once enable can't be refused any more: disable SPIs that root's config doesn't
 * list, and so no cell has. They would interrupt whatever runs on the CPU to which they are routed,
 * and nobody could end or disable them. */
void gic_silence_spis(void);
/* At disable, on each CPU: enable them again. */
void gic_unsilence_spis(void);

/* The bits of HCR_EL2 that route a cell's interrupts. */
uint64_t gic_hcr(const struct cell *cell);

/* Does a kick of this cell's CPUs withdraw their stage 2? See gic_kick.c. */
bool gic_kick_withdraws(const struct cell *cell);
/* The guest's access has faulted. True: a kick had withdrawn its stage 2, which was given back; the
 * commands were executed. */
bool gic_kick_faulted(struct percpu *cpu);
/* WFI at EL2 for a guest; a kick ends it. */
void gic_sleep(struct percpu *cpu);
/* A trapped WFI or WFIT; esr: ESR_EL2. */
void gic_wfi(struct percpu *cpu, uint64_t esr);

/* At enable: take over this CPU's interrupts from Linux. Settings and pending interrupts stay. */
void gic_cpu_take(struct percpu *cpu);
/* At disable: give this CPU's interrupts back to Linux. */
void gic_cpu_give_back(struct percpu *cpu);
/* Before a guest starts on this CPU: set its interrupts to their state after power-on. */
void gic_cpu_reset(struct percpu *cpu);
/* Before this CPU goes off: leave no interrupt pending, active or enabled. */
void gic_cpu_off(struct percpu *cpu);
/* Called after a fault of EL2: end an interrupt whose handling the fault interrupted. */
void gic_abandon(struct percpu *cpu);
/* This CPU stays at EL2: let nothing but kicks end its WFI. */
void gic_park(struct percpu *cpu);
/* Its WFI has ended: handle a kick. */
void gic_parked(struct percpu *cpu);

/* From vectors.S: an interrupt came while the guest ran. */
void gic_irq(struct percpu *cpu);
void gic_fiq(struct percpu *cpu);

/* Returns the CPU of this cell with this MPIDR, or NULL. */
static inline struct percpu *find_cpu(const struct cell *cell, uint64_t mpidr)
{
	unsigned i;

	for_each_cpu (i, cell->cpus)
		if (percpu_of(i)->public.hw_id == mpidr)
			return percpu_of(i);
	return NULL;
}

/* Emulate a trapped access to the CPU interface; esr: ESR_EL2. False: not a register of it. */
bool gic_sysreg(struct percpu *cpu, struct guest_regs *regs, uint64_t esr);

/* A guest's write of ICC_SGI1R_EL1: sends the SGI to CPUs of the guest's cell only, and never the
 * kick. */
void gic_send_sgi(struct percpu *cpu, uint64_t value);

/* Is an interrupt pending in this CPU's list registers? Never with direct delivery. */
bool gic_list_waits(void);

#endif
