// SPDX-License-Identifier: GPL-2.0
/*
 * GICv3 as firmware sets it up (GIC architecture, IHI 0069, 12). A CPU that is off waits for
 * its Secure timer's PPI, which only EL3 can set pending.
 */
#include "console.h"
#include "gic.h"
#include "machine.h"
#include "options.h"
#include "sysreg.h"

#define GICD_CTLR 0x0
#define GICD_CTLR_GRP0 BIT(0)
#define GICD_CTLR_GRP1S BIT(2)
#define GICD_CTLR_ARE_S BIT(4)
#define GICD_CTLR_ARE_NS BIT(5)
#define GICD_CTLR_DS BIT(6)
#define GICD_TYPER 0x4
#define GICD_IGROUPR 0x80
#define GICD_IPRIORITYR 0x400
#define GICD_IGRPMODR 0xd00

#define GICR_TYPER 0x8
#define GICR_TYPER_LAST BIT(4)
#define GICR_WAKER 0x14
#define GICR_WAKER_PROCESSOR_SLEEP BIT(1)
#define GICR_WAKER_CHILDREN_ASLEEP BIT(2)
#define GICR_SGI 0x10000 /* the second frame: SGIs and PPIs */
#define GICR_IGROUPR0 (GICR_SGI + 0x80)
#define GICR_ISENABLER0 (GICR_SGI + 0x100)
#define GICR_ICENABLER0 (GICR_SGI + 0x180)
#define GICR_ISPENDR0 (GICR_SGI + 0x200)
#define GICR_ICPENDR0 (GICR_SGI + 0x280)
#define GICR_ICACTIVER0 (GICR_SGI + 0x380)
#define GICR_IPRIORITYR (GICR_SGI + 0x400)
#define GICR_IGRPMODR0 (GICR_SGI + 0xd00)
#define GICR_NSACR (GICR_SGI + 0xe00)

#define WAKE_PPI 29
#define PRIORITY_SECURE 0
#define PRIORITY_OTHERS 0xa0 /* Secure view: the Non-secure half */
#define NO_INTERRUPT 1020    /* this and larger INTIDs */

static uint64_t frames[MAX_CPUS]; /* physical address of each CPU's redistributor, or 0 */

/* Returns the mask of Secure SPIs among 32 INTIDs. */
static uint32_t secure_spis(unsigned int first)
{
	uint32_t mask = 0;

	for (unsigned int n = 0; n < 32; n++)
		if (first + n - option(OPT_SPI) < option(OPT_SPIS))
			mask |= BIT(n);
	return mask;
}

static void start_distributor(void)
{
	unsigned int words = (read32(GICD_BASE + GICD_TYPER) & 31) + 1;
	uint32_t state = option(OPT_DS) ? GICD_CTLR_DS | GICD_CTLR_ARE_S
					: GICD_CTLR_ARE_S | GICD_CTLR_ARE_NS;

	write32(GICD_BASE + GICD_CTLR, state); /* before the groups */
	for (unsigned int word = 1; word < words; word++) {
		uint32_t secure = secure_spis(32 * word);

		write32(GICD_BASE + GICD_IGROUPR + 4 * word, ~secure);
		write32(GICD_BASE + GICD_IGRPMODR + 4 * word, option(OPT_GROUP1S) ? secure : 0);
		for (unsigned int n = 0; n < 32; n++)
			write8(GICD_BASE + GICD_IPRIORITYR + 32 * word + n,
			       secure >> n & 1 ? PRIORITY_SECURE : PRIORITY_OTHERS);
	}
	state |= option(OPT_DS) ? GICD_CTLR_GRP0 : GICD_CTLR_GRP0 | GICD_CTLR_GRP1S;
	write32(GICD_BASE + GICD_CTLR, state);
}

static void start_redistributor(uint64_t frame)
{
	uint32_t sgis = option(OPT_SGIS) & 0xffff;
	uint32_t secure = sgis | BIT(WAKE_PPI);

	write32(frame + GICR_ICENABLER0, ~0u);
	write32(frame + GICR_ICPENDR0, ~0u);
	write32(frame + GICR_ICACTIVER0, ~0u);
	write32(frame + GICR_IGROUPR0, ~secure);
	write32(frame + GICR_IGRPMODR0, option(OPT_GROUP1S) ? sgis : 0);
	write32(frame + GICR_NSACR, 0); /* no Secure SGI from Non-secure software */
	for (unsigned int n = 0; n < 32; n++)
		write8(frame + GICR_IPRIORITYR + n,
		       secure >> n & 1 ? PRIORITY_SECURE : PRIORITY_OTHERS);
	write32(frame + GICR_ISENABLER0, sgis);
	dsb(); /* the CPU that waits for its redistributor finds it complete */
	write32(frame + GICR_WAKER, 0);
}

/* GICR_TYPER has Aff1 in bits 47:40 and Aff0 in bits 39:32; entry.S numbers CPUs alike. */
static unsigned int cpu_of_frame(uint64_t typer)
{
	return (typer >> 32 & 0xf) + (typer >> 40 & 0xff) * 16;
}

void gic_start(void)
{
	uint64_t frame = GICR_BASE, typer;

	start_distributor();
	do {
		typer = read64(frame + GICR_TYPER);
		if (cpu_of_frame(typer) < MAX_CPUS) {
			frames[cpu_of_frame(typer)] = frame;
			start_redistributor(frame);
		}
		frame += GICR_FRAMES;
	} while (!(typer & GICR_TYPER_LAST));
}

void gic_wait_started(unsigned int cpu)
{
	uint64_t frame = GICR_BASE;

	while (cpu_of_frame(read64(frame + GICR_TYPER)) != cpu)
		frame += GICR_FRAMES;
	/* Set at a reset, unlike anything in RAM. */
	while (read32(frame + GICR_WAKER) & GICR_WAKER_PROCESSOR_SLEEP)
		asm volatile("yield");
}

bool gic_has_cpu(unsigned int cpu)
{
	return cpu < MAX_CPUS && frames[cpu];
}

void gic_take_interface(void)
{
	sysreg_write(ICC_SRE_EL3, 0xf); /* system registers, here and below */
	isb();				/* the other registers exist now */
	sysreg_write(ICC_SRE_EL2, 0xf);
	isb();
	sysreg_write(ICC_SRE_EL1, 0x7);
	isb();
	sysreg_write(ICC_PMR_EL1, 0xff);
	sysreg_write(ICC_IGRPEN0_EL1, 1);
	sysreg_write(ICC_IGRPEN1_EL3, option(OPT_GROUP1S) ? 2 : 0); /* EnableGrp1S */
	isb();
}

void gic_expect_wake(unsigned int cpu)
{
	uint64_t frame = frames[cpu];

	/* Nothing Non-secure, physical or virtual, ends the WFI. */
	sysreg_write(ICH_HCR_EL2, 0);
	gic_take_interface();
	/* With one security state, lower levels may have changed these. */
	write32(frame + GICR_IGROUPR0, read32(frame + GICR_IGROUPR0) & ~BIT(WAKE_PPI));
	write8(frame + GICR_IPRIORITYR + WAKE_PPI, PRIORITY_SECURE);
	write32(frame + GICR_ISENABLER0, BIT(WAKE_PPI));
}

void gic_wake(unsigned int cpu)
{
	write32(frames[cpu] + GICR_ISPENDR0, BIT(WAKE_PPI));
}

void gic_end_wake(unsigned int cpu)
{
	write32(frames[cpu] + GICR_ICENABLER0, BIT(WAKE_PPI));
	write32(frames[cpu] + GICR_ICPENDR0, BIT(WAKE_PPI));
	dsb(); /* before a lower level could take it */
}

void gic_end_secure(struct context *context)
{
	uint64_t intid = sysreg_read(ICC_IAR0_EL1);

	if (intid < NO_INTERRUPT) {
		sysreg_write(ICC_EOIR0_EL1, intid);
	} else if (intid == NO_INTERRUPT) { /* Group 1 Secure */
		intid = sysreg_read(ICC_IAR1_EL1);
		sysreg_write(ICC_EOIR1_EL1, intid);
	}
	say("Secure interrupt", 2, "intid", intid, "elr", context->elr);
}
