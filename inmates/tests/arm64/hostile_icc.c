// SPDX-License-Identifier: GPL-2.0
/* Attacks on and through the GIC's CPU interface. */
#include "args.h"
#include "cpu.h"
#include "gic.h"
#include "hostile_arch.h"
#include "info.h"
#include "insn.h"
#include "irq.h"
#include "percpu.h"
#include "sysreg.h"
#include "timer.h"

#define SGI1R_IRM (1ull << 40)
#define SGI1R_ALL_TARGETS 0xffffull

/* The number of these registers depends on the CPU's priority bits. */
#define MSR_AP0R(n) INSN_MSR(3, 0, 12, 8, 4 + (n))
#define MSR_AP1R(n) INSN_MSR(3, 0, 12, 9, n)

static void send_all_ways(uint64_t value)
{
	sysreg_write(icc_sgi1r_el1, value);
	sysreg_write(icc_sgi0r_el1, value);
	sysreg_write(icc_asgi1r_el1, value);
}

/* Every Aff1 and SGI with all sixteen targets; then all other CPUs; then random values. */
void attack_sgi(void)
{
	for (uint64_t aff1 = 0; aff1 < 256 && keep_going(); aff1++)
		for (uint64_t sgi = 0; sgi < 16; sgi++)
			send_all_ways(SGI1R_ALL_TARGETS | aff1 << 16 | sgi << 24);
	for (uint64_t sgi = 0; sgi < 16; sgi++) {
		send_all_ways(SGI1R_IRM | sgi << 24);
		send_all_ways(SGI1R_IRM | SGI1R_ALL_TARGETS | sgi << 24);
		for (uint64_t range = 0; range < 16; range++)
			send_all_ways(range << 44 | SGI1R_ALL_TARGETS | sgi << 24);
	}
	for (unsigned int i = 0; i < 5000 && keep_going(); i++)
		send_all_ways(random64());
	isb();
	gic_recover();
	report(true, "sgi", "sent");
}

static void end_all(uint64_t intid)
{
	sysreg_write(icc_eoir1_el1, intid);
	sysreg_write(icc_eoir0_el1, intid);
	sysreg_write(icc_dir_el1, intid);
}

/* Ends interrupts that are not active, in both modes: EOIR deactivates in one, DIR in the other. */
void attack_eoir(void)
{
	for (uint64_t mode = 0; mode < 2; mode++) {
		sysreg_write(icc_ctlr_el1, mode << 1);
		isb();
		for (uint64_t intid = 0; intid < 1024 && keep_going(); intid++)
			end_all(intid);
		for (uint64_t intid = 8192; intid < 16384; intid += 17)
			end_all(intid);
		for (unsigned int i = 0; i < 1000; i++)
			end_all(random64());
	}
	isb();
	gic_recover();
	report(true, "eoir", "written");
}

static volatile unsigned int taken;

static void on_sgi(unsigned int irq)
{
	(void)irq;
	taken++;
}

/* Whether an SGI to this CPU arrives within 200 us. */
static bool arrives(void)
{
	uint64_t end = clock_now() + clock_from_us(200);

	taken = 0;
	ipi_send(cpu_index(), 1);
	cpu_irqs_enable();
	while (!taken && clock_now() < end)
		;
	cpu_irqs_disable();
	return taken;
}

/* The mask blocks interrupts that are not more urgent, and no value affects others. */
void attack_pmr(void)
{
	unsigned int bad = 0;
	bool masked, open;

	irq_enable(1, on_sgi); /* has GIC_PRIORITY */
	sysreg_write(icc_pmr_el1, GIC_PRIORITY - 0x20);
	masked = !arrives();
	sysreg_write(icc_pmr_el1, 0xff);
	isb();
	cpu_irqs_enable();
	isb();
	cpu_irqs_disable();
	open = taken;
	for (uint64_t mask = 0; mask < 256 && keep_going(); mask++) {
		sysreg_write(icc_pmr_el1, mask);
		isb();
		/* The CPU implements at least four priority bits. */
		bad += (sysreg_read(icc_pmr_el1) & 0xf0) != (mask & 0xf0);
	}
	for (unsigned int i = 0; i < 100; i++)
		sysreg_write(icc_pmr_el1, random64());
	gic_recover();
	report(masked && open && !bad, "pmr", "%s, %s, %u of 256 values read back wrong",
	       masked ? "masks" : "doesn't mask", open ? "opens" : "stays shut", bad);
}

/* An SGI must arrive at every priority that it is given, including 0, the most urgent. */
void attack_priorities(void)
{
	unsigned int missing = 0;

	irq_enable(1, on_sgi);
	for (unsigned int priority = 0; priority < 0xf0 && keep_going(); priority += 8) {
		irq_set_priority(1, priority);
		missing += !arrives();
	}
	gic_recover();
	report(!missing, "priorities", "%u of 30 don't arrive", missing);
}

static void write_active(unsigned int i, uint64_t value)
{
	uint64_t regs[PROBE_REGS] = { value };

	probe_instruction(MSR_AP1R(i), regs);
	probe_instruction(MSR_AP0R(i), regs);
}

static void clear_active(void)
{
	for (unsigned int i = 0; i < 4; i++)
		write_active(i, 0);
	isb();
}

void attack_ap1r(void)
{
	for (unsigned int round = 0; round < args_get_u64("count", 200) && keep_going(); round++)
		for (unsigned int i = 0; i < 4; i++)
			write_active(i, round < 32 ? 1ull << round : random64());
	clear_active();
	gic_recover();
	report(true, "ap1r", "written");
}

/* Sets an active priority for ever: with direct interrupts, this can block the hypervisor's
 * kick. */
void attack_ap1r_hold(void)
{
	cpu_irqs_disable();
	write_active(0, 1);
	for (;;)
		keep_going();
}

static void never_ends(unsigned int intid)
{
	(void)intid;
	/* No interrupt preempts another one, whatever its priority. */
	sysreg_write(icc_bpr1_el1, 7);
	isb();
	for (;;)
		keep_going();
}

/* A handler in which no other interrupt can arrive. */
void attack_bpr1_hold(void)
{
	irq_enable(1, never_ends);
	arrives();
}

void attack_igrpen(void)
{
	for (unsigned int i = 0; i < 1000 && keep_going(); i++) {
		uint64_t r = random64();

		sysreg_write(icc_igrpen1_el1, r);
		sysreg_write(icc_igrpen0_el1, r >> 1);
		sysreg_write(icc_ctlr_el1, r >> 2);
		sysreg_write(icc_bpr0_el1, r >> 3);
		sysreg_write(icc_bpr1_el1, r >> 4);
		sysreg_write(icc_sre_el1, r >> 5);
		sysreg_read(icc_iar0_el1);
		sysreg_read(icc_hppir0_el1);
		isb();
	}
	sysreg_write(icc_igrpen0_el1, 0);
	gic_recover();
	irq_enable(1, on_sgi);
	report(arrives(), "igrpen", "%s afterwards", taken ? "works" : "dead");
}
