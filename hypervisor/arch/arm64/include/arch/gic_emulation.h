/* SPDX-License-Identifier: GPL-2.0 */
/* Emulated GIC registers, and delivery through list registers. */
#ifndef ARCH_GIC_EMULATION_H
#define ARCH_GIC_EMULATION_H

#include <arch/gic_hw.h>

/* A 64-bit register is accessed whole or by halves. Returns the part that this read accesses. */
static inline uint64_t gic_read_part(uint64_t value, const struct mmio_access *access)
{
	return access->size == 8 ? value : (uint32_t)(value >> (access->offset & 4 ? 32 : 0));
}

/* Returns the 64-bit register's value after this write of the whole or of a half. */
static inline uint64_t gic_write_part(uint64_t value, const struct mmio_access *access)
{
	unsigned shift = access->offset & 4 ? 32 : 0;

	if (access->size == 8)
		return access->value;
	return (value & ~(0xffffffffull << shift)) | access->value << shift;
}

/* Write the guest's value to the hardware register unchanged. */
static inline void gic_write_through(uint8_t *reg, const struct mmio_access *access)
{
	if (access->size == 8)
		write64(reg, access->value);
	else
		write32(reg, (uint32_t)access->value);
}

/* gic_bank.c: registers with one bit, two bits or a byte for each interrupt. */

/* Does the register at this offset have one bit for each interrupt? *word: its INTIDs / 32. */
static inline bool gic_bank_is_bits(uint64_t offset, unsigned *word)
{
	*word = (unsigned)(offset >> 2 & 0x1f);
	return offset - GICD_IGROUPR < GICD_IPRIORITYR - GICD_IGROUPR;
}
/* INTID / 32 of the interrupts in the register at this offset; -1: not such a register. */
int gic_bank_word(uint64_t offset);
/* Emulate an access. regs: the distributor or an SGI frame; own, bit n: the cell owns INTID
 * 32 * word + n. Always true, the result of an MMIO handler. gic_bank_bits(): one bit each. */
bool gic_bank_bits(const struct cell *cell, uint8_t *regs, unsigned word, uint32_t own,
		   struct mmio_access *access);
bool gic_bank_access(const struct cell *cell, uint8_t *regs, unsigned word, uint32_t own,
		     struct mmio_access *access);

/* gic_dist.c: the cell's value of GICD_TYPER. */
uint32_t gic_dist_typer(const struct cell *cell);

/* MMIO handlers: gic_dist.c, gic_redist.c, res_lpi.c. */
bool gic_dist_mmio(struct cell *cell, struct mmio_access *access, void *context);
bool gic_redist_mmio(struct cell *cell, struct mmio_access *access, void *context);
bool gic_its_mmio(struct cell *cell, struct mmio_access *access, void *context);

/* res_lpi.c: are the tables that these values name in root's RAM? */
bool gic_lpi_tables_ok(uint64_t propbaser, uint64_t pendbaser);
/* On a CPU that starts in root: re-enable LPIs if res_lpi.c disabled them. */
void gic_lpis_restart(struct percpu *cpu);

/* gic_list.c */
/* Clear the list registers. */
void gic_list_clear(struct percpu *cpu);
/* Accept interrupts of all priorities into list registers. */
void gic_list_open(void);
/* A trapped write of ICC_DIR_EL1: deactivate an interrupt; this may free a list register. */
void gic_list_deactivate(struct percpu *cpu, uint64_t intid);
/* Make pending interrupts in list registers pending in the hardware again. */
void gic_list_return(struct percpu *cpu);
/* The guest disables or clears pending interrupts (bit n: INTID 32 * word + n): remove them from
 * list registers. */
void gic_list_withdraw(unsigned word, uint32_t bits);

/* gic_sysreg.c: direct delivery: set the guest's priority mask; the kick is never masked. */
void gic_direct_set_pmr(struct percpu *cpu, uint64_t pmr);

#endif
