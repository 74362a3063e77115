// SPDX-License-Identifier: GPL-2.0
#include "gic.h"
#include "cpu.h"
#include "exception.h"
#include "info.h"
#include "irq.h"
#include "mmio.h"
#include "percpu.h"
#include "sysreg.h"

#define FIRST_SPI 32
#define ALL_PRIORITIES 0xff

static irq_handler_t handlers[IRQ_LINES];
static uint64_t redistributor[MAX_CPUS];
static unsigned int unexpected;

uint64_t gicr_of(uint64_t id)
{
	uint64_t frame = info()->gicr_guest, typer;

	do {
		typer = mmio_read64(frame + GICR_TYPER);
		if ((typer >> 32 & 0xffffff) == (id & 0xffffff) && typer >> 56 == id >> 32)
			return frame;
		frame += typer & GICR_TYPER_VLPIS ? 2 * GICR_STRIDE : GICR_STRIDE;
	} while (!(typer & GICR_TYPER_LAST));
	return 0;
}

static void distributor_init(void)
{
	uint64_t gicd = info()->gicd_guest;

	mmio_write32(gicd + GICD_CTLR, GICD_CTLR_ARE);
	mmio_write32(gicd + GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_GROUP1);
	while (mmio_read32(gicd + GICD_CTLR) & GICD_CTLR_RWP)
		;
}

static void redistributor_init(void)
{
	uint64_t gicr = redistributor[cpu_index()] = gicr_of(this_cpu()->id);

	mmio_write32(gicr + GICR_WAKER, mmio_read32(gicr + GICR_WAKER) & ~GICR_WAKER_SLEEP);
	while (mmio_read32(gicr + GICR_WAKER) & GICR_WAKER_ASLEEP)
		;
	mmio_write32(gicr + GICR_SGI_FRAME + GICD_IGROUPR, ~0u);
	mmio_write32(gicr + GICR_SGI_FRAME + GICD_ICENABLER, ~0u);
}

void irq_init(void)
{
	if (cpu_index() == 0)
		distributor_init();
	redistributor_init();
	sysreg_write(icc_sre_el1, 7);
	isb();
	sysreg_write(icc_ctlr_el1, 0);
	sysreg_write(icc_bpr1_el1, 0);
	sysreg_write(icc_pmr_el1, ALL_PRIORITIES);
	sysreg_write(icc_igrpen1_el1, 1);
	isb();
}

/* Returns the frame that holds an interrupt's registers: the distributor, or for SGIs and PPIs the
 * SGI frame of the calling CPU's redistributor. */
static uint64_t frame_of(unsigned int irq)
{
	if (irq >= FIRST_SPI)
		return info()->gicd_guest;
	return redistributor[cpu_index()] + GICR_SGI_FRAME;
}

static void set_bit(unsigned int irq, unsigned int array)
{
	mmio_write32(frame_of(irq) + array + irq / 32 * 4, 1u << irq % 32);
}

unsigned int irq_of_line(unsigned int line)
{
	return line;
}

void irq_enable(unsigned int irq, irq_handler_t handler)
{
	uint64_t group = frame_of(irq) + GICD_IGROUPR + irq / 32 * 4;

	if (irq >= IRQ_LINES)
		return;
	handlers[irq] = handler;
	mmio_write32(group, mmio_read32(group) | 1u << irq % 32);
	irq_set_priority(irq, GIC_PRIORITY);
	if (irq >= FIRST_SPI)
		mmio_write64(info()->gicd_guest + GICD_IROUTER + 8 * irq, this_cpu()->id);
	set_bit(irq, GICD_ISENABLER);
}

void irq_disable(unsigned int irq)
{
	set_bit(irq, GICD_ICENABLER);
}

void irq_set_priority(unsigned int irq, unsigned int priority)
{
	mmio_write8(frame_of(irq) + GICD_IPRIORITYR + irq, priority);
}

void irq_set_pending(unsigned int irq)
{
	set_bit(irq, GICD_ISPENDR);
}

bool irq_is_pending(unsigned int irq)
{
	return mmio_read32(frame_of(irq) + GICD_ISPENDR + irq / 32 * 4) >> irq % 32 & 1;
}

uint64_t sgi_to(uint64_t id, unsigned int sgi)
{
	uint64_t aff0 = id & 0xff, aff1 = id >> 8 & 0xff, aff2 = id >> 16 & 0xff, aff3 = id >> 32;

	/* Target list bits, range selector and field positions: ICC_SGI1R_EL1. */
	return 1ull << aff0 % 16 | aff1 << 16 | (uint64_t)sgi << 24 | aff2 << 32 | aff0 / 16 << 44 |
	       aff3 << 48;
}

void ipi_send(unsigned int cpu, unsigned int ipi)
{
	dsb();
	sysreg_write(icc_sgi1r_el1, sgi_to(info()->cpu_ids[cpu], ipi));
	isb();
}

void irq_take(void)
{
	unsigned int irq = sysreg_read(icc_iar1_el1) & 0xffffff;

	dsb();
	if (irq >= IRQ_LINES)
		return; /* spurious */
	if (handlers[irq])
		handlers[irq](irq);
	else
		unexpected++;
	sysreg_write(icc_eoir1_el1, irq);
	isb();
}

unsigned int irq_unexpected(void)
{
	return unexpected;
}
