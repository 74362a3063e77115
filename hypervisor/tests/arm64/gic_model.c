// SPDX-License-Identifier: GPL-2.0
/* The model GIC: registers are memory; writes have the side effects of IHI 0069H. */
#include "gic_model.h"
#include "../test.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GICR_TYPER_PLPIS BIT(0)
#define DIST_SIZE 0x10000u
#define NESTED 4u	   /* interrupts that are acknowledged one in the other */
#define PRI_BITS (4u << 8) /* of ICC_CTLR_EL1, read-only: 5 bits of priority */
#define LRS_MAX 16u

/* memory of dist, its and redists, laid out as in the address space: one offset finds a register */
static uint8_t space[MODEL_GICR - MODEL_GICD + MODEL_GICR_SIZE];
static unsigned lrs_implemented, active[NESTED], depth; /* active: priorities */
/* by CPU: a write has set the maintenance interrupt pending; it stays so at a low level (4.1) */
static bool latched[MODEL_CPUS];
static uint64_t lr[LRS_MAX];
static bool lpi_pending[MODEL_LPIS];
uint64_t model_sgi1r, model_sgi0r;
unsigned model_sgis;
struct model_firmware model_firmware;

static struct {
	char name[24];
	uint64_t value;
} sysregs[64];

/* ---- registers ---- */

void *mmu_map_device(paddr_t phys, uint64_t size)
{
	CHECK(phys >= MODEL_GICD && phys + size <= MODEL_GICD + sizeof(space));
	return space + (phys - MODEL_GICD);
}

static uint64_t offset_of(const volatile void *reg)
{
	CHECK((const uint8_t *)reg >= space && (const uint8_t *)reg < space + sizeof(space));
	return (uint64_t)((const uint8_t *)reg - space);
}

/* The offset of the 64 KiB frame with set and clear registers that contains this offset, or -1. */
static int64_t banked(uint64_t offset)
{
	uint64_t frame = ALIGN_DOWN(offset, (uint64_t)DIST_SIZE);
	bool redist = offset >= MODEL_GICR - MODEL_GICD;
	bool sgi = redist && (frame - (MODEL_GICR - MODEL_GICD)) & GICR_SGI_FRAME;
	uint64_t in = offset - frame;

	return (frame == 0 || sgi) && in >= GICD_ISENABLER && in < GICD_IPRIORITYR ? (int64_t)frame
										   : -1;
}

uint64_t model_read(const volatile void *reg, unsigned size)
{
	uint64_t offset = offset_of(reg), value = 0;

	CHECK_EQ(offset & (size - 1), 0);
	memcpy(&value, space + offset, size);
	return value;
}

static uint32_t *word_at(uint64_t offset)
{
	return (uint32_t *)(void *)(space + offset);
}

void model_write(volatile void *reg, unsigned size, uint64_t value)
{
	uint64_t offset = offset_of(reg), set;
	int64_t frame = banked(offset);

	CHECK_EQ(offset & (size - 1), 0);
	if (frame > 0)
		value &= ~(uint64_t)model_firmware.secure;
	if (frame < 0) {
		memcpy(space + offset, &value, size);
		return;
	}
	CHECK_EQ(size, 4);
	set = offset & ~0x80ull; /* the set register of the pair, which starts at 0x100 */
	if (frame > 0 && set - (uint64_t)frame == GICD_ISPENDR && value >> MODEL_MAINTENANCE & 1) {
		model_step();
		latched[((uint64_t)frame - (MODEL_GICR - MODEL_GICD)) / GICR_FRAMES] =
			!(offset & 0x80);
	}
	if (offset & 0x80)
		*word_at(set) &= ~(uint32_t)value;
	else
		*word_at(set) |= (uint32_t)value;
	*word_at(set | 0x80) = *word_at(set);
}

uint32_t model_word(uint64_t address)
{
	return *word_at(address - MODEL_GICD);
}

void model_set_word(uint64_t address, uint32_t value)
{
	model_write(space + (address - MODEL_GICD), 4, value);
}

static uint64_t *sysreg(const char *name)
{
	for (unsigned i = 0; i < ARRAY_SIZE(sysregs); i++) {
		if (!sysregs[i].name[0])
			snprintf(sysregs[i].name, sizeof(sysregs[i].name), "%s", name);
		if (!strcmp(sysregs[i].name, name))
			return &sysregs[i].value;
	}
	abort();
}

/* ---- the physical interface ---- */

static uint64_t regs_of(uint32_t intid)
{
	return intid < GIC_SPI_FIRST
		       ? MODEL_GICR - MODEL_GICD + this_cpu()->public.index * GICR_FRAMES +
				 GICR_SGI_FRAME
		       : 0;
}

static bool bit_of(uint64_t reg, uint32_t intid)
{
	return *word_at(regs_of(intid) + reg + intid / 32 * 4) >> intid % 32 & 1;
}

static void set_bit(uint64_t reg, uint32_t intid)
{
	model_write(space + regs_of(intid) + reg + intid / 32 * 4, 4, 1u << intid % 32);
}

static unsigned priority_of(uint32_t intid)
{
	return intid >= GIC_LPI_FIRST ? 0xa0 : space[regs_of(intid) + GICD_IPRIORITYR + intid];
}

static unsigned running_priority(void)
{
	return depth ? active[depth - 1] : ICC_RPR_IDLE;
}

/* The maintenance interrupt is pending while its level is high (12.4.4), or if it was set so. */
static void update_maintenance(void)
{
	uint64_t hcr = *sysreg("ich_hcr_el2");
	unsigned valid = 0, waiting = 0;
	unsigned cpu = this_cpu()->public.index;
	bool set = latched[cpu], high;

	for (unsigned i = 0; i < lrs_implemented; i++) {
		valid += !!(lr[i] & ICH_LR_STATE);
		waiting += (lr[i] & ICH_LR_STATE) == ICH_LR_PENDING;
	}
	high = hcr & ICH_HCR_EN &&
	       ((hcr & ICH_HCR_UIE && valid <= 1) || (hcr & ICH_HCR_NPIE && !waiting));
	if (high || set)
		*word_at(regs_of(0) + GICD_ISPENDR) |= 1u << MODEL_MAINTENANCE;
	else
		*word_at(regs_of(0) + GICD_ISPENDR) &= ~(1u << MODEL_MAINTENANCE);
	*word_at(regs_of(0) + GICD_ICPENDR) = *word_at(regs_of(0) + GICD_ISPENDR);
}

/* The interrupt with the highest priority that can be taken now, or MODEL_NONE. */
static uint32_t highest(void)
{
	unsigned best = MIN(running_priority(), (unsigned)*sysreg("icc_pmr_el1"));
	uint32_t found = MODEL_NONE;

	update_maintenance();
	for (uint32_t i = 0; i < MODEL_SPIS_END; i++) {
		if (!bit_of(GICD_ISPENDR, i) || !bit_of(GICD_ISENABLER, i) ||
		    bit_of(GICD_ISACTIVER, i) || priority_of(i) >= best)
			continue;
		found = i;
		best = priority_of(i);
	}
	for (uint32_t i = 0; i < MODEL_LPIS; i++) {
		if (!lpi_pending[i] || priority_of(GIC_LPI_FIRST + i) >= best)
			continue;
		found = GIC_LPI_FIRST + i;
		best = priority_of(found);
	}
	return *sysreg("icc_igrpen1_el1") ? found : MODEL_NONE;
}

bool model_irq(void)
{
	return highest() != MODEL_NONE;
}

void model_raise(uint32_t intid)
{
	if (intid >= GIC_LPI_FIRST)
		lpi_pending[intid - GIC_LPI_FIRST] = true;
	else
		set_bit(GICD_ISPENDR, intid);
}

static uint64_t acknowledge(void)
{
	uint32_t intid = highest();

	if (intid == MODEL_NONE)
		return intid;
	CHECK(depth < NESTED);
	active[depth++] = priority_of(intid);
	if (intid >= GIC_LPI_FIRST) {
		lpi_pending[intid - GIC_LPI_FIRST] = false;
		return intid;
	}
	set_bit(GICD_ICPENDR, intid);
	set_bit(GICD_ISACTIVER, intid);
	return intid;
}

static void deactivate(uint32_t intid)
{
	CHECK(intid < MODEL_SPIS_END);
	CHECK(bit_of(GICD_ISACTIVER, intid));
	set_bit(GICD_ICACTIVER, intid);
}

/* ICC_EOIR1_EL1 (4.4.1). */
static void end(uint32_t intid)
{
	depth -= !!depth;
	if (!(*sysreg("icc_ctlr_el1") & ICC_CTLR_EOIMODE))
		deactivate(intid);
}

/* ICC_SGI0R_EL1 and target lists of ICC_SGI1R_EL1: an SGI that isn't in this group isn't sent. */
static void send_sgi(uint64_t value, bool group1)
{
	uint32_t bit = 1u << (value >> 24 & 0xf);

	for (unsigned cpu = 0; cpu < MODEL_CPUS; cpu++) {
		uint64_t sgi = MODEL_GICR - MODEL_GICD + cpu * GICR_FRAMES + GICR_SGI_FRAME;

		if (value >> cpu & 1 && !!(*word_at(sgi + GICD_IGROUPR) & bit) == group1)
			model_write(space + sgi + GICD_ISPENDR, 4, bit);
	}
}

/* A priority as the CPU interface shows it (4.8.6). */
static unsigned seen(unsigned priority)
{
	if (!model_firmware.fiq || model_firmware.two_states)
		return priority; /* registers in memory have the same view */
	return priority & 0x80 ? priority << 1 & 0xff : 0;
}

static int lr_index(const char *name)
{
	return !strncmp(name, "ich_lr", 6) ? atoi(name + 6) : -1;
}

/* Returns the name of the n-th of several registers: prefix, number, suffix. */
const char *model_name(const char *prefix, unsigned numbers, const char *suffix, unsigned n)
{
	static char name[24];

	CHECK(n < numbers);
	snprintf(name, sizeof(name), "%s%u%s", prefix, n, suffix);
	return name;
}

uint64_t model_read_sysreg(const char *name)
{
	uint64_t empty = 0;

	if (!strcmp(name, "icc_iar1_el1"))
		return acknowledge();
	if (!strcmp(name, "icc_rpr_el1"))
		return depth ? seen(running_priority()) : ICC_RPR_IDLE;
	if (!strcmp(name, "icc_pmr_el1"))
		return seen((unsigned)*sysreg(name));
	if (lr_index(name) >= 0)
		return lr[lr_index(name)];
	if (strcmp(name, "ich_elrsr_el2"))
		return *sysreg(name);
	for (unsigned i = 0; i < lrs_implemented; i++)
		empty |= lr[i] & ICH_LR_STATE ? 0 : BIT(i);
	return empty;
}

void model_write_sysreg(const char *name, uint64_t value)
{
	if (!strcmp(name, "icc_eoir1_el1"))
		end((uint32_t)value);
	else if (!strcmp(name, "icc_ap1r0_el1") && model_firmware.two_states)
		return; /* ignored, as by some machines */
	else if (!strcmp(name, "icc_dir_el1"))
		deactivate((uint32_t)value);
	else if (lr_index(name) >= 0)
		lr[lr_index(name)] = value;
	else if (!strcmp(name, "icc_pmr_el1") && model_firmware.fiq && model_firmware.two_states)
		*sysreg(name) = value & 0xf0;
	else if (!strcmp(name, "icc_pmr_el1") && model_firmware.fiq)
		*sysreg(name) = (0x80 | value >> 1) & 0xf8;
	else if (!strcmp(name, "icc_ctlr_el1"))
		*sysreg(name) = PRI_BITS | (value & (ICC_CTLR_EOIMODE | ICC_CTLR_CBPR));
	else
		*sysreg(name) = value;
	if (!strcmp(name, "icc_ap1r0_el1") && !value)
		depth = 0;
	CHECK(lr_index(name) < (int)lrs_implemented);
	if (!strcmp(name, "icc_sgi1r_el1")) {
		model_sgi1r = value;
		model_sgis++;
	}
	if (!strcmp(name, "icc_sgi0r_el1")) {
		model_sgi0r = value;
		send_sgi(value, false);
	}
}

/* ---- the guest ---- */

uint32_t model_guest_ack(unsigned mask)
{
	unsigned best = mask, found = LRS_MAX;

	for (unsigned i = 0; i < lrs_implemented; i++) {
		unsigned priority = lr[i] >> ICH_LR_PRIORITY_SHIFT & 0xff;

		if ((lr[i] & ICH_LR_STATE) == ICH_LR_PENDING && priority < best) {
			best = priority;
			found = i;
		}
	}
	if (found == LRS_MAX)
		return MODEL_NONE;
	lr[found] ^= ICH_LR_STATE;
	if ((lr[found] & ICH_LR_VINTID) >= GIC_LPI_FIRST)
		lr[found] &= ~ICH_LR_STATE; /* 5.2: no active state */
	return (uint32_t)(lr[found] & ICH_LR_VINTID);
}

bool model_dir_traps(void)
{
	return *sysreg("ich_hcr_el2") & ICH_HCR_TDIR;
}

void model_guest_end(uint32_t intid)
{
	for (unsigned i = 0; i < lrs_implemented; i++) {
		if (!(lr[i] & ICH_LR_ACTIVE) || (lr[i] & ICH_LR_VINTID) != intid)
			continue;
		lr[i] &= ~ICH_LR_ACTIVE;
		if (lr[i] & ICH_LR_HW)
			deactivate((uint32_t)(lr[i] >> ICH_LR_PINTID_SHIFT & 0x1fff));
		return;
	}
	CHECK(intid >= GIC_LPI_FIRST);
}

void model_power_on(unsigned lrs)
{
	lrs_implemented = lrs;
	memset(space, 0, sizeof(space));
	memset(latched, 0, sizeof(latched));
	*word_at(GICD_TYPER) = MODEL_SPIS_END / 32 - 1 | 15 << 19 | 1 << 17;
	*word_at(GICD_CTLR) = model_firmware.two_states ? 0x12 : GICD_CTLR_DS | 0x13;
	*word_at(GIC_PIDR2) = 0x30;
	for (unsigned i = 0; i < MODEL_CPUS; i++) {
		uint64_t rd = MODEL_GICR - MODEL_GICD + i * GICR_FRAMES;

		*word_at(rd + GICR_TYPER) =
			i << 8 | GICR_TYPER_PLPIS | (i == MODEL_CPUS - 1 ? GICR_TYPER_LAST : 0);
		*word_at(rd + GICR_TYPER + 4) = i;
		*word_at(rd + GIC_PIDR2) = 0x30;
		*word_at(rd + GICR_SGI_FRAME + GICD_IGROUPR) = ~model_firmware.secure;
		memset(space + rd + GICR_SGI_FRAME + GICD_IPRIORITYR, 0xa0, 32);
	}
	memset(space + GICD_IPRIORITYR + 32, 0xa0, MODEL_SPIS_END - 32);
	*sysreg("ich_vtr_el2") = (4ull << 26) | (lrs_implemented - 1);
	*sysreg("icc_ctlr_el1") = PRI_BITS;
	*sysreg("icc_pmr_el1") = 0xf0;
	*sysreg("icc_igrpen1_el1") = 1;
	depth = 0;
}
