// SPDX-License-Identifier: GPL-2.0
/*
 * The I/O APICs (Intel 82093AA), shared by pins. Their pages are trapped: a
 * guest sees the pins that are its cell's, and what it writes for one is kept.
 * The hardware gets what follows from it: to one CPU of the cell, which is named
 * by its APIC id, as a logical destination could mean a foreign CPU, too.
 *
 * A pin's owner changes at grant and revoke, while root is held and the cell's
 * CPUs are off. Its entry is written under the lock, which all cells share as
 * they do the registers, for a few accesses to them.
 */
#include <arch/apic.h>
#include <arch/boot.h>
#include <arch/ioapic_hw.h>
#include <hyp/arch.h>
#include <hyp/lock.h>
#include <hyp/resource.h>

#define PINS 160u /* more than chips have; the version register could say 240 */

#define SELECT 0x00 /* offsets of the registers in the page */
#define WINDOW 0x10
#define EOI 0x40

#define VERSION 1 /* indexes behind them */
#define ENTRIES 0x10

#define ENTRY_STATUS BIT(12) /* sending */
#define ENTRY_IRR BIT(14)    /* level: accepted, not ended */
#define ENTRY_LEVEL BIT(15)
#define ENTRY_MASKED BIT(16)
#define ENTRY_SHAPE (0xff | BIT(13) | ENTRY_LEVEL | ENTRY_MASKED) /* vector, polarity, trigger */

struct chip {
	uint32_t first_irq, pins, index;
	struct {
		uint64_t entry; /* as its owner wrote it */
		uint64_t sent;	/* what the hardware has of it, once it was programmed */
		struct cell *owner;
	} pin[PINS];
};

_Static_assert(sizeof(struct chip) <= PAGE_SIZE, "a chip is one page");

static struct chip *chips[BH_MAX_IO_APICS];
static uint32_t lock;

#define for_each_pin(chip, p) for ((p) = 0; (p) < (chip)->pins; (p)++)

static uint32_t index_of(uint32_t p)
{
	return ENTRIES + 2 * p;
}

/* What of an entry reaches the hardware: a message to one CPU of the owner, or none. */
static uint64_t checked(const struct cell *owner, uint64_t entry)
{
	unsigned mode = APIC_MODE(entry);
	bool root = owner->id == BH_ROOT_CELL;
	uint64_t to = apic_match(owner, entry >> 56, entry & APIC_LOGICAL, false);
	uint64_t low = entry & ENTRY_SHAPE;

	if (root && (mode == APIC_MODE_NMI || mode == APIC_MODE_EXTINT))
		low |= mode << 8;
	else if (mode != APIC_MODE_FIXED && mode != APIC_MODE_LOWEST)
		to = 0;
	if (!to)
		return ENTRY_MASKED;
	return low | percpu_of((unsigned)__builtin_ctzll(to))->public.hw_id << 56;
}

static void write_entry(const struct chip *chip, uint32_t p, uint64_t entry)
{
	ioapic_hw_write(chip->index, index_of(p) + 1, (uint32_t)(entry >> 32));
	ioapic_hw_write(chip->index, index_of(p), (uint32_t)entry);
}

/* The lock is held, or nobody else is there. */
static void program(struct chip *chip, uint32_t p)
{
	uint64_t entry = checked(chip->pin[p].owner, chip->pin[p].entry);

	__atomic_store_n(&chip->pin[p].sent, entry, __ATOMIC_RELAXED); /* see arch_raise_irq() */
	write_entry(chip, p, entry);
}

/* Nothing in flight: a masked entry that becomes an edge's drops its remote IRR. */
static void end_pin(struct chip *chip, uint32_t p)
{
	write_entry(chip, p, ENTRY_MASKED);
	program(chip, p);
}

/* ---- the guest's accesses ---- */

static uint32_t read_pin(const struct cell *cell, const struct chip *chip, uint32_t index)
{
	uint32_t p = (index - ENTRIES) / 2;
	uint32_t now;

	if (index < ENTRIES || p >= chip->pins)
		return index <= 2 ? ioapic_hw_read(chip->index, index) : 0;
	if (chip->pin[p].owner != cell)
		return index % 2 ? 0 : ENTRY_MASKED;
	if (index % 2)
		return (uint32_t)(chip->pin[p].entry >> 32);
	now = ioapic_hw_read(chip->index, index);
	return (uint32_t)chip->pin[p].entry | (now & (ENTRY_STATUS | ENTRY_IRR));
}

static void write_pin(const struct cell *cell, struct chip *chip, uint32_t index, uint32_t value)
{
	uint32_t p = (index - ENTRIES) / 2;
	uint64_t *entry;

	if (index < ENTRIES || p >= chip->pins || chip->pin[p].owner != cell)
		return;
	entry = &chip->pin[p].entry;
	if (index % 2)
		*entry = (uint32_t)*entry | (uint64_t)value << 32;
	else
		*entry = (*entry & ~(uint64_t)UINT32_MAX) |
			 (value & ~(uint32_t)(ENTRY_STATUS | ENTRY_IRR));
	program(chip, p);
}

/* The directed EOI: pins of this vector, but the cell's only. */
static void end_vector(const struct cell *cell, struct chip *chip, uint8_t vector)
{
	uint32_t p;

	for_each_pin (chip, p)
		if (chip->pin[p].owner == cell && (uint8_t)chip->pin[p].entry == vector &&
		    chip->pin[p].entry & ENTRY_LEVEL)
			end_pin(chip, p);
}

static bool ioapic_mmio(struct cell *cell, struct mmio_access *access, void *context)
{
	struct chip *chip = context;
	uint32_t *select = &cell->arch.ioapic_select[chip->index];
	uint32_t value = (uint32_t)access->value;

	if (access->size != 4)
		return false;
	access->value = 0;
	cpu_lock(&lock);
	if (access->offset == SELECT) {
		if (access->write)
			*select = (uint8_t)value;
		access->value = *select;
	} else if (access->offset == WINDOW && !access->write) {
		access->value = read_pin(cell, chip, *select);
	} else if (access->offset == WINDOW) {
		write_pin(cell, chip, *select, value);
	} else if (access->offset == EOI && access->write) {
		end_vector(cell, chip, (uint8_t)value);
	}
	cpu_drop_lock();
	return true;
}

/* ---- ownership ---- */

/* The pin of a global system interrupt, or NULL. */
static struct chip *chip_of(uint32_t irq)
{
	for (unsigned i = 0; i < ARRAY_SIZE(chips) && chips[i]; i++)
		if (irq - chips[i]->first_irq < chips[i]->pins)
			return chips[i];
	return NULL;
}

/*
 * A cell's pin, which nothing is wired to: as if it had seen an edge. Without the lock, which
 * the caller may have another of: the worst is an interrupt for the CPU that was named before.
 */
void arch_raise_irq(uint32_t irq)
{
	struct chip *chip = chip_of(irq);
	uint64_t entry = __atomic_load_n(&chip->pin[irq - chip->first_irq].sent, __ATOMIC_RELAXED);

	if (!(entry & ENTRY_MASKED))
		apic_send_to(entry >> 56, entry & 0xff);
}

/* Of a cell's pins, the config says which: what is wired to them raises them, too. */
bool arch_irq_is_spare(uint32_t irq)
{
	return chip_of(irq);
}

static bool may_have(uint32_t irq, uint32_t range, struct bh_refusal *r)
{
	const struct chip *chip = chip_of(irq);
	const struct cell *owner;

	if (!chip)
		return refuse(r, BH_E_RANGE, BH_F_IRQ, range, irq);
	owner = chip->pin[irq - chip->first_irq].owner;
	return owner == root_cell() || refuse_owned(r, BH_E_OWNED, BH_F_IRQ, range, irq, owner->id);
}

/* At enable; the registers can't be reached yet. */
static bool add_chip(unsigned i, struct bh_refusal *r)
{
	struct chip *chip = take_pages(1, r);

	chips[i] = chip;
	if (!chip)
		return false;
	chip->index = i;
	chip->first_irq = system_config->platform.x86.io_apics[i].first_irq;
	return true;
}

static void take_chip(struct chip *chip)
{
	uint32_t p;

	chip->pins = MIN((ioapic_hw_read(chip->index, VERSION) >> 16 & 0xff) + 1, PINS);
	for_each_pin (chip, p) {
		chip->pin[p].owner = root_cell();
		chip->pin[p].entry = ioapic_hw_read(chip->index, index_of(p)) |
				     (uint64_t)ioapic_hw_read(chip->index, index_of(p) + 1) << 32;
	}
}

void ioapic_take(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(chips) && chips[i]; i++)
		take_chip(chips[i]);
}

static bool ioapic_validate(struct cell *cell, struct bh_refusal *r)
{
	const struct bh_x86_platform *platform = &system_config->platform.x86;
	const struct bh_range *ranges = bh_cell_irqs(cell->config);
	bool root = cell->id == BH_ROOT_CELL;

	for (unsigned i = 0; i < platform->n_io_apics; i++)
		if ((root && !add_chip(i, r)) ||
		    !trap_range(cell, platform->io_apics[i].phys, PAGE_SIZE, ioapic_mmio, chips[i],
				BH_EXIT_MMIO_OTHER, offsetof(struct bh_x86_platform, io_apics), r))
			return false;
	if (root) /* all, and nothing to list */
		return require(!cell->config->n_irqs, r, BH_E_UNSUPPORTED, BH_F_IRQ_COUNT, 0,
			       cell->config->n_irqs);
	for (uint32_t i = 0; i < cell->config->n_irqs; i++)
		for (uint32_t n = 0; n < ranges[i].count; n++)
			if (!may_have(ranges[i].first + n, i, r))
				return false;
	return true;
}

/* No entry of root names a CPU that it hasn't any more, whatever Linux left there. */
static void check_roots(void)
{
	uint32_t p;

	for (unsigned i = 0; i < ARRAY_SIZE(chips) && chips[i]; i++)
		for_each_pin (chips[i], p) {
			cpu_lock(&lock);
			if (chips[i]->pin[p].owner == root_cell() &&
			    !(chips[i]->pin[p].entry & ENTRY_MASKED))
				program(chips[i], p);
			cpu_drop_lock();
		}
}

/* Masked, with nothing in flight, for this owner. */
static void set_owner(const struct cell *cell, struct cell *owner)
{
	const struct bh_range *ranges = bh_cell_irqs(cell->config);

	for (uint32_t i = 0; i < cell->config->n_irqs; i++) {
		for (uint32_t n = 0; n < ranges[i].count; n++) {
			struct chip *chip = chip_of(ranges[i].first + n);
			uint32_t p = ranges[i].first + n - chip->first_irq;

			cpu_lock(&lock);
			chip->pin[p].owner = owner;
			chip->pin[p].entry = ENTRY_MASKED;
			end_pin(chip, p);
			cpu_drop_lock();
		}
	}
}

static void ioapic_grant(struct cell *cell)
{
	if (cell->id == BH_ROOT_CELL)
		return;
	set_owner(cell, cell);
	check_roots();
}

static void ioapic_reset(struct cell *cell)
{
	set_owner(cell, cell);
}

static void ioapic_revoke(struct cell *cell)
{
	set_owner(cell, root_cell());
}

static bool ioapic_audit(const struct cell *cell)
{
	uint32_t p;

	for (unsigned i = 0; i < ARRAY_SIZE(chips) && chips[i]; i++) {
		for_each_pin (chips[i], p) {
			const struct cell *owner = chips[i]->pin[p].owner;
			uint64_t wanted = checked(owner, chips[i]->pin[p].entry);
			uint32_t low = ioapic_hw_read(i, index_of(p));

			if (owner == cell &&
			    (low & ~(uint32_t)(ENTRY_STATUS | ENTRY_IRR)) != (uint32_t)wanted)
				return false;
		}
	}
	return true;
}

RESOURCE_AUDIT(ioapic_audit);

void ioapic_give_back(void)
{
	uint32_t p;

	for (unsigned i = 0; i < ARRAY_SIZE(chips) && chips[i]; i++)
		for_each_pin (chips[i], p)
			write_entry(chips[i], p, chips[i]->pin[p].entry);
}

RESOURCE_CLASS(RANK_IRQ, ioapic_class, .validate = ioapic_validate, .grant = ioapic_grant,
	       .reset = ioapic_reset, .revoke = ioapic_revoke);
