// SPDX-License-Identifier: GPL-2.0
/*
 * Delivery through list registers (IHI 0069H 4.5, 5.3 (virtual interrupts), 12.4.6).
 *
 * Each physical interrupt is acknowledged and its priority dropped here
 * (physical EOImode = 1); its list register names the physical INTID (HW), so
 * that the guest's deactivation is the physical one. Until then the interrupt
 * is active in the hardware and doesn't come again. SGIs and LPIs have no HW:
 * they are deactivated here, and merged if they come again.
 *
 * No queue: with all list registers taken, the physical priority mask lets only
 * interrupts in that come before one of those that wait there; that one is made
 * pending in the hardware again and gives its place. Everything else stays in
 * the hardware, in its order, until the maintenance interrupt says that a list
 * register may be free. One interrupt at most finds no place (all others are
 * active, or are LPIs, which can't be made pending again): it is held, and the
 * mask lets none in.
 */
#include <arch/gic_emulation.h>
#include <hyp/arch.h>

static uint64_t __attribute__((noinline)) read_lr(unsigned n)
{
	return read_sysreg_n(ich_lr, NUMBERS_16, _el2, n);
}

static void __attribute__((noinline)) write_lr(unsigned n, uint64_t value)
{
	write_sysreg_n(value, ich_lr, NUMBERS_16, _el2, n);
}

static uint64_t priority_of(uint64_t lr)
{
	return lr >> ICH_LR_PRIORITY_SHIFT & 0xff;
}

static bool waits(uint64_t lr)
{
	return (lr & ICH_LR_STATE) == ICH_LR_PENDING;
}

static bool is_lpi(uint64_t lr)
{
	return (lr & ICH_LR_VINTID) >= GIC_LPI_FIRST;
}

bool gic_list_waits(void)
{
	for (unsigned i = 0; i < gic.lrs; i++)
		if (read_lr(i) & ICH_LR_PENDING)
			return true;
	return false;
}

/* Pending in the hardware again; latch: even if its wire has gone low. */
static void put_back(const struct percpu *cpu, uint64_t lr, bool latch)
{
	uint32_t intid = (uint32_t)(lr & ICH_LR_VINTID);

	if (latch && intid < GIC_SPI_FIRST)
		write32(gic_sgi_frame(cpu) + GICD_ISPENDR, 1u << intid);
	else if (latch)
		arch_raise_irq(intid);
	if (lr & ICH_LR_HW)
		write_sysreg(intid, icc_dir_el1);
}

void gic_list_clear(struct percpu *cpu)
{
	for (unsigned i = 0; i < gic.lrs; i++)
		write_lr(i, 0);
	cpu->arch.gic.held = 0;
}

void gic_list_open(void)
{
	write_sysreg(GIC_PMR_OPEN, icc_pmr_el1);
	write_sysreg(ICH_HCR_EN, ich_hcr_el2);
}

/*
 * All are taken. NPIE says when none waits any more, so that one may become
 * free soon; it would not stop saying so when all are active: then UIE, which
 * says that at most one is in use (12.4.4), and a trap of deactivations: a
 * guest may keep some active for as long as it likes. A CPU need not have that
 * trap (ICH_VTR_EL2.TDS): TDIR is RES0 there, and such a guest waits for UIE.
 */
static void __attribute__((noinline)) close_gate(const struct percpu *cpu)
{
	uint64_t mask = GIC_GUEST_PRIORITY, hcr = ICH_HCR_EN | ICH_HCR_UIE | ICH_HCR_TDIR;

	for (unsigned i = 0; i < gic.lrs; i++) {
		uint64_t lr = read_lr(i);

		if (!waits(lr))
			continue;
		hcr |= ICH_HCR_NPIE;
		if (!is_lpi(lr) && !cpu->arch.gic.held)
			mask = MAX(mask, priority_of(lr));
	}
	write_sysreg(mask, icc_pmr_el1);
	write_sysreg(hcr, ich_hcr_el2);
}

/* No place for lr: make one, or hold it. */
static void __attribute__((noinline)) make_place(struct percpu *cpu, uint64_t lr)
{
	uint64_t worst = lr;
	unsigned place = 0;

	for (unsigned i = 0; i < gic.lrs; i++) {
		uint64_t other = read_lr(i);

		if (waits(other) && !is_lpi(other) && priority_of(other) > priority_of(worst)) {
			worst = other;
			place = i;
		}
	}
	if (worst == lr) {
		cpu->arch.gic.held = lr;
	} else {
		write_lr(place, lr);
		put_back(cpu, worst, true);
	}
	close_gate(cpu);
}

static inline void insert(struct percpu *cpu, uint64_t lr)
{
	uint64_t empty = read_sysreg(ich_elrsr_el2);

	if (likely(empty & 1))
		write_sysreg(lr, ich_lr0_el2);
	else if (likely(empty))
		write_lr((unsigned)__builtin_ctzll(empty), lr);
	else
		return make_place(cpu, lr);
	if (unlikely(!(empty & (empty - 1))))
		close_gate(cpu);
}

/* One without HW: true if a list register has it already, and now (again) pending. */
static bool merge(uint64_t intid)
{
	for (unsigned i = 0; i < gic.lrs; i++) {
		uint64_t lr = read_lr(i);

		if (lr & ICH_LR_STATE && (lr & ICH_LR_VINTID) == intid) {
			write_lr(i, lr | ICH_LR_PENDING);
			return true;
		}
	}
	return false;
}

/* The maintenance interrupt: a list register may be free. */
static void refill(struct percpu *cpu)
{
	uint64_t empty = read_sysreg(ich_elrsr_el2);

	if (empty && cpu->arch.gic.held) {
		write_lr((unsigned)__builtin_ctzll(empty), cpu->arch.gic.held);
		cpu->arch.gic.held = 0;
		empty &= empty - 1;
	}
	if (empty)
		gic_list_open();
	else
		close_gate(cpu);
	isb(); /* its level goes low before it is deactivated */
}

void gic_list_deactivate(struct percpu *cpu, uint64_t intid)
{
	if (!(read_sysreg(ich_vmcr_el2) & ICH_VMCR_VEOIM))
		return; /* its end of interrupt has done it (12.2.14) */
	for (unsigned i = 0; i < gic.lrs; i++) {
		uint64_t lr = read_lr(i);

		if (!(lr & ICH_LR_ACTIVE) || (lr & ICH_LR_VINTID) != intid)
			continue;
		write_lr(i, lr & ICH_LR_PENDING ? lr & ~ICH_LR_ACTIVE : 0);
		if (lr & ICH_LR_HW)
			write_sysreg(intid, icc_dir_el1);
	}
	isb();
	refill(cpu);
}

/* All but the guest's PPIs and SPIs. The INTID is acknowledged. */
static void __attribute__((noinline)) other_irq(struct percpu *cpu, uint64_t intid)
{
	uint64_t lr = intid | ICH_LR_PENDING | ICH_LR_GROUP1 |
		      read_sysreg(icc_rpr_el1) << ICH_LR_PRIORITY_SHIFT;
	bool kick = intid == GIC_KICK_SGI;

	if (intid > GIC_SPI_LAST && intid < GIC_LPI_FIRST)
		return; /* 2.2.1: nothing to handle (any more) */
	write_sysreg(intid, icc_eoir1_el1);
	if (intid == gic.maintenance) {
		count_exit(cpu, BH_EXIT_MAINTENANCE);
		refill(cpu);
	} else if (!kick) {
		count_exit(cpu, BH_EXIT_IRQ);
		if (!merge(intid))
			insert(cpu, lr);
	}
	if (intid < GIC_LPI_FIRST)
		write_sysreg(intid, icc_dir_el1);
	if (kick) { /* with two security states */
		count_exit(cpu, BH_EXIT_KICK);
		cpu_take_commands(cpu);
	}
}

void gic_irq(struct percpu *cpu)
{
	uint64_t intid = read_sysreg(icc_iar1_el1) & ICC_INTID_MASK;
	uint64_t lr;

	dsb(sy); /* the distributor knows that it is active (12.2.14) */
	if (unlikely(intid - GIC_PPI_FIRST > GIC_SPI_LAST - GIC_PPI_FIRST ||
		     intid == gic.maintenance)) {
		other_irq(cpu, intid);
		return;
	}
	/* The running priority is the interrupt's own (12.2.18), without a read of the distributor. */
	lr = intid | intid << ICH_LR_PINTID_SHIFT |
	     read_sysreg(icc_rpr_el1) << ICH_LR_PRIORITY_SHIFT | ICH_LR_PENDING | ICH_LR_HW |
	     ICH_LR_GROUP1;
	write_sysreg(intid, icc_eoir1_el1);
	count_exit(cpu, BH_EXIT_IRQ);
	insert(cpu, lr);
}

/* LPIs can't be made pending again: see the security notes on list delivery for root. */
void gic_list_return(struct percpu *cpu)
{
	for (unsigned i = 0; i < gic.lrs; i++) {
		uint64_t lr = read_lr(i);

		if (lr & ICH_LR_PENDING && !is_lpi(lr)) {
			write_lr(i, 0);
			put_back(cpu, lr, true);
		}
	}
	if (cpu->arch.gic.held && !is_lpi(cpu->arch.gic.held))
		put_back(cpu, cpu->arch.gic.held, true);
	cpu->arch.gic.held = 0;
}

void gic_list_withdraw(unsigned word, uint32_t bits)
{
	struct percpu *cpu = this_cpu();
	uint64_t used = ~read_sysreg(ich_elrsr_el2) & (BIT(gic.lrs) - 1);
	unsigned i;

	for_each_cpu (i, used) {
		uint64_t lr = read_lr(i);
		uint32_t intid = (uint32_t)(lr & ICH_LR_VINTID);

		if (!waits(lr) || intid / 32 != word || !(bits >> intid % 32 & 1))
			continue;
		write_lr(i, 0);
		put_back(cpu, lr,
			 gic_is_edge(intid < GIC_SPI_FIRST ? gic_sgi_frame(cpu) : gic.dist, intid));
	}
}
