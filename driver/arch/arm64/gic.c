// SPDX-License-Identifier: GPL-2.0
/* What the interrupt controller lets Linux, and so the hypervisor, use. Leaves it as it was. */

#include <linux/cpumask.h>
#include <linux/io.h>
#include <linux/irqchip/arm-gic-v3.h>
#include <linux/smp.h>

#include "arm64.h"

/* Extended INTIDs (IHI 0069H 2.2.1), which Linux's header has not in all versions. */
#define TYPER_ESPI (1u << 8)			       /* GICD_TYPER */
#define TYPER_ESPI_BLOCKS(typer) (((typer) >> 27) + 1) /* of 32 SPIs each */
#define GICD_ISENABLER_E 0x1200
#define ESPI_FIRST 4096u
#define TYPER_EPPI_BLOCKS(typer) ((typer) >> 27 & 0x1f) /* GICR_TYPER.PPInum, of 32 PPIs each */
#define GICR_ISENABLER_E 0x104
#define EPPI_FIRST 1056u
#define EPPI_BLOCKS_MAX 2u

#define SGI_FRAME 0x10000u /* of a redistributor, behind its RD frame */
#define FRAMES 0x20000u	   /* both; a redistributor with virtual LPIs has two more */

/* The registers, mapped during a check; what each CPU found in its own redistributor. */
struct bhd_gic {
	const struct bh_arm64_platform *platform;
	u8 __iomem *dist, *redists;
	atomic_t secure;   /* INTID that is not ours; 0: none */
	atomic_t extended; /* extended INTID that is enabled; 0: none */
};

static int map_gic(struct bhd_gic *gic, const struct bh_arm64_platform *platform)
{
	*gic = (struct bhd_gic){ .platform = platform };
	gic->dist = ioremap(platform->gicd_phys, 0x10000);
	gic->redists = ioremap(platform->gicr_phys, platform->gicr_size);
	return gic->dist && gic->redists ? 0 : -ENOMEM;
}

static void unmap_gic(struct bhd_gic *gic)
{
	if (gic->dist)
		iounmap(gic->dist);
	if (gic->redists)
		iounmap(gic->redists);
}

/*
 * Returns true if the interrupt is Non-secure and exists: the priority of others
 * is RAZ/WI (12.9.20). @regs: the distributor or an SGI frame. Another priority
 * is written only if it is 0 now, and only to an interrupt that no driver has.
 */
static bool is_ours(u8 __iomem *regs, u32 intid)
{
	u8 __iomem *priority = regs + GICD_IPRIORITYR + intid;
	bool ours;

	if (readb_relaxed(priority))
		return true;
	writeb_relaxed(0xff, priority);
	ours = readb_relaxed(priority);
	writeb_relaxed(0, priority);
	return ours;
}

/* Returns this CPU's RD frame, or NULL. */
static u8 __iomem *own_redist(const struct bhd_gic *gic)
{
	u64 id = bhd_arch_this_cpu_id(), typer, offset = 0;
	u32 affinity = (id >> 32 & 0xff) << 24 | (id & 0xffffff);

	/* Both frames lie in what is mapped: the config's size may be too small for them. */
	while (offset + FRAMES <= gic->platform->gicr_size) {
		u8 __iomem *frame = gic->redists + offset;

		typer = readq_relaxed(frame + GICR_TYPER);
		if (typer >> 32 == affinity)
			return frame;
		if (typer & GICR_TYPER_LAST)
			break;
		offset += typer & GICR_TYPER_VLPIS ? 2 * FRAMES : FRAMES;
	}
	return NULL;
}

static void look_at_own_redist(void *argument)
{
	struct bhd_gic *gic = argument;
	u8 __iomem *frame = own_redist(gic);
	u32 maintenance = gic->platform->maintenance_irq, blocks, enabled, i;

	if (!frame)
		return; /* the hypervisor refuses it by the CPU's number */
	if (maintenance >= 16 && maintenance < 32 && !is_ours(frame + SGI_FRAME, maintenance))
		atomic_set(&gic->secure, maintenance);
	blocks = TYPER_EPPI_BLOCKS(readl_relaxed(frame + GICR_TYPER));
	for (i = 0; i < min(blocks, EPPI_BLOCKS_MAX); i++) {
		enabled = readl_relaxed(frame + SGI_FRAME + GICR_ISENABLER_E + 4 * i);
		if (enabled)
			atomic_set(&gic->extended, EPPI_FIRST + 32 * i + __ffs(enabled));
	}
}

/* INTIDs that the controller doesn't have are left to the hypervisor, which names the field. */
static void look_at_spi(struct bhd_gic *gic, u32 intid)
{
	u32 end = ((readl_relaxed(gic->dist + GICD_TYPER) & 0x1f) + 1) * 32;

	if (intid >= 32 && intid < min(end, 1020u) && !is_ours(gic->dist, intid))
		atomic_set(&gic->secure, intid);
}

/* Reads the distributor, and on each CPU its redistributor. */
static void look(struct bhd_gic *gic)
{
	const struct bh_arm64_platform *platform = gic->platform;
	u32 typer = readl_relaxed(gic->dist + GICD_TYPER), enabled, i;

	for (i = 0; i < platform->n_spare_irqs && i < ARRAY_SIZE(platform->spare_irqs); i++)
		look_at_spi(gic, platform->spare_irqs[i]);
	look_at_spi(gic, platform->root_doorbell);
	for (i = 0; typer & TYPER_ESPI && i < TYPER_ESPI_BLOCKS(typer); i++) {
		enabled = readl_relaxed(gic->dist + GICD_ISENABLER_E + 4 * i);
		if (enabled)
			atomic_set(&gic->extended, ESPI_FIRST + 32 * i + __ffs(enabled));
	}
	on_each_cpu(look_at_own_redist, gic, true);
}

/*
 * Finds an interrupt that the hypervisor needs and the firmware keeps, and an
 * extended one that is enabled; 0: none. The caller has compared the platform's
 * addresses with the machine's. Returns 0 or -ENODATA.
 */
int bhd_gic_look(const struct bh_arm64_platform *platform, u32 *secure, u32 *extended)
{
	struct bhd_gic gic;
	int error = map_gic(&gic, platform);

	if (!error)
		look(&gic);
	unmap_gic(&gic);
	if (error)
		return -ENODATA;
	*secure = atomic_read(&gic.secure);
	*extended = atomic_read(&gic.extended);
	return 0;
}
