// SPDX-License-Identifier: GPL-2.0
/*
 * Emulation of registers with one bit, two bits or a byte for each interrupt.
 * They have the same layout in the distributor and in the redistributors' SGI
 * frames (IHI 0069H 12.9, 12.11). Bits of interrupts that the cell doesn't own
 * read as zero and ignore writes.
 *
 * Writes of set and clear registers and of priority bytes need no lock, since
 * they don't affect other interrupts. GICD_ICFGR holds other cells' interrupts
 * in the same word: it is read and written under a lock.
 */
#include <arch/gic_emulation.h>
#include <hyp/arch.h>
#include <hyp/lock.h>

/* Set and clear registers by offset / 0x80. */
enum {
	BANK_GROUP = 1,
	BANK_CLEAR_ENABLE = 3,
	BANK_CLEAR_PENDING = 5
};

static uint32_t config_lock;

int gic_bank_word(uint64_t offset)
{
	if (offset < GICD_IGROUPR)
		return -1;
	if (offset < GICD_IPRIORITYR)
		return (int)(offset >> 2 & 0x1f);
	if (offset < GICD_IPRIORITYR_END)
		return (int)((offset - GICD_IPRIORITYR) / 32);
	if (offset >= GICD_ICFGR && offset < GICD_ICFGR_END)
		return (int)((offset - GICD_ICFGR) / 8);
	return -1;
}

bool gic_bank_bits(const struct cell *cell, uint8_t *regs, unsigned word, uint32_t own,
		   struct mmio_access *access)
{
	unsigned bank = (unsigned)(access->offset >> 7);
	uint32_t bits = (uint32_t)access->value & own;

	if (access->size != 4) {
		access->value = 0;
	} else if (bank == BANK_GROUP) { /* all guests' interrupts are in non-secure Group 1 */
		access->value = own;
	} else if (!access->write) {
		access->value = read32(regs + access->offset) & own;
	} else if (bits) {
		if (!cell->arch.gic.direct &&
		    (bank == BANK_CLEAR_ENABLE || bank == BANK_CLEAR_PENDING))
			gic_list_withdraw(word, bits);
		write32(regs + access->offset, bits);
	}
	return true;
}

/* Store a guest's priority, at most GIC_GUEST_PRIORITY as the CPU interface sees it. */
static void write_priority(const struct cell *cell, uint8_t *reg, uint8_t priority)
{
	if (cell->id != BH_ROOT_CELL)
		priority = gic_priority_to_hw(priority);
	write8(reg, MAX(priority, gic_priority_to_hw(GIC_GUEST_PRIORITY)));
}

static uint8_t read_priority(const struct cell *cell, const uint8_t *reg)
{
	return cell->id == BH_ROOT_CELL ? read8(reg) : gic_priority_from_hw(read8(reg));
}

/* Priorities: one, two or four bytes. */
static void access_priorities(const struct cell *cell, uint8_t *regs, uint32_t own,
			      struct mmio_access *access)
{
	uint64_t value = access->value;

	if (!access->write)
		access->value = 0;
	for (unsigned i = 0; i < access->size && access->size <= 4; i++) {
		uint8_t *reg = regs + access->offset + i;
		uint8_t priority = (uint8_t)(value >> 8 * i);

		if (!(own >> ((access->offset + i) & 31) & 1))
			continue;
		if (!access->write)
			access->value |= (uint64_t)read_priority(cell, reg) << 8 * i;
		else
			write_priority(cell, reg, priority);
	}
}

/* Double each of the low 16 bits: bit n is copied to bits 2n and 2n + 1. */
static uint32_t spread(uint32_t bits)
{
	bits = (bits | bits << 8) & 0x00ff00ff;
	bits = (bits | bits << 4) & 0x0f0f0f0f;
	bits = (bits | bits << 2) & 0x33333333;
	bits = (bits | bits << 1) & 0x55555555;
	return bits * 3;
}

static void access_config(uint8_t *regs, uint32_t own, struct mmio_access *access)
{
	uint8_t *reg = regs + access->offset;
	uint32_t mask = spread(own >> (access->offset & 4 ? 16 : 0) & 0xffff);

	if (access->size != 4) {
		access->value = 0;
	} else if (!access->write) {
		access->value = read32(reg) & mask;
	} else if (mask) {
		cpu_lock(&config_lock);
		write32(reg, (read32(reg) & ~mask) | ((uint32_t)access->value & mask));
		cpu_drop_lock();
	}
}

bool gic_bank_access(const struct cell *cell, uint8_t *regs, unsigned word, uint32_t own,
		     struct mmio_access *access)
{
	if (access->offset < GICD_IPRIORITYR)
		return gic_bank_bits(cell, regs, word, own, access);
	if (access->offset < GICD_IPRIORITYR_END)
		access_priorities(cell, regs, own, access);
	else
		access_config(regs, own, access);
	return true;
}
