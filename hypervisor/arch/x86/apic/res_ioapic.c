// SPDX-License-Identifier: GPL-2.0
/*
 * The I/O APICs (Intel 82093AA); each pin has one owner. Their pages are trapped: a guest sees the
 * pins of its cell and reads what it wrote. The entry in hardware is derived from that value: it
 * names one CPU of the cell, by physical APIC id, as a logical one could match other cells' CPUs.
 *
 * Owners change at grant and revoke, while root is held and the cell's CPUs are off. Entries are
 * written under a lock that all cells share, held for a few register accesses.
 */
#include <arch/apic.h>
#include <arch/ioapic_hw.h>
#include <hyp/arch.h>
#include <hyp/lock.h>
#include <hyp/resource.h>

#define PINS 160u /* of one chip: the version register allows 240, chips have fewer */

#define SELECT 0x00 /* register offsets in the page */
#define WINDOW 0x10
#define EOI 0x40

#define VERSION 1 /* values of SELECT */
#define ENTRIES 0x10

#define ENTRY_STATUS BIT(12) /* delivery is pending */
#define ENTRY_IRR BIT(14)    /* remote IRR: a level interrupt is accepted, but not ended */
#define ENTRY_LEVEL BIT(15)
#define ENTRY_MASKED BIT(16)
#define ENTRY_SHAPE (0xff | BIT(13) | ENTRY_LEVEL | ENTRY_MASKED) /* vector, polarity, trigger */

struct chip {
	uint32_t first_irq, pins, index;
	struct {
		uint64_t entry; /* as its owner wrote it */
		uint64_t sent;	/* as program() wrote it to the hardware */
		struct cell *owner;
	} pin[PINS];
};

_Static_assert(sizeof(struct chip) <= PAGE_SIZE, "a chip is one page");

static struct chip *chips[BH_MAX_IO_APICS];
static uint32_t lock;

#define for_each_pin(chip, p) for ((p) = 0; (p) < (chip)->pins; (p)++)
#define for_each_chip(i) for (unsigned i = 0; i < ARRAY_SIZE(chips) && chips[i]; i++)

static uint32_t index_of(uint32_t p)
{
	return ENTRIES + 2 * p;
}

/* The hardware's entry for an owner's entry: a message to one CPU of the owner, or a masked pin. */
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

/* The caller holds the lock, or no other CPU can be here. */
static void program(struct chip *chip, uint32_t p)
{
	uint64_t entry = checked(chip->pin[p].owner, chip->pin[p].entry);

	__atomic_store_n(&chip->pin[p].sent, entry, __ATOMIC_RELAXED); /* see arch_raise_irq() */
	write_entry(chip, p, entry);
}

/* Clears the remote IRR: hardware does so when a masked entry is switched to edge-triggered. */
static void end_pin(struct chip *chip, uint32_t p)
{
	write_entry(chip, p, ENTRY_MASKED);
	program(chip, p);
}

/* ---- guests' accesses ---- */

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

/* The EOI register: ends level interrupts of this vector, of the cell's pins only. */
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

/* The chip with the pin of a global system interrupt, or NULL. */
static struct chip *chip_of(uint32_t irq)
{
	for_each_chip (i)
		if (irq - chips[i]->first_irq < chips[i]->pins)
			return chips[i];
	return NULL;
}

/* Sends the message of a hardware entry. */
static void send(uint64_t entry)
{
	if (!(entry & ENTRY_MASKED))
		apic_send_to(entry >> 56, entry & 0xff);
}

/*
 * Emulates an edge on a cell's pin that nothing is wired to. Takes no lock, as the caller may hold
 * another one: at worst the interrupt goes to the CPU that the entry named before.
 */
void arch_raise_irq(uint32_t irq)
{
	struct chip *chip = chip_of(irq);

	send(__atomic_load_n(&chip->pin[irq - chip->first_irq].sent, __ATOMIC_RELAXED));
}

/*
 * The same on root's pin of the platform. Linux can have written its entry before enable, so the
 * message is derived from that entry now. Takes no lock either: the entry is read once.
 */
void arch_root_doorbell(void)
{
	uint32_t irq = system_config->platform.x86.root_doorbell;
	const struct chip *chip = chip_of(irq);
	const uint64_t *entry;

	if (!irq || !chip)
		return;
	entry = &chip->pin[irq - chip->first_irq].entry;
	send(checked(root_cell(), __atomic_load_n(entry, __ATOMIC_RELAXED)));
}

/* The config chooses among the cell's pins; a device wired to such a pin raises it, too. */
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
	if (irq == system_config->platform.x86.root_doorbell)
		return refuse_owned(r, BH_E_OWNED, BH_F_IRQ, range, irq, BH_OWNER_HYPERVISOR);
	owner = chip->pin[irq - chip->first_irq].owner;
	return owner == root_cell() || refuse_owned(r, BH_E_OWNED, BH_F_IRQ, range, irq, owner->id);
}

/* Checks and adds a chip of the platform. Runs at enable, before the registers are mapped. */
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
	for_each_chip (i)
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
	if (root) /* root has all pins: its config lists none */
		return require(!cell->config->n_irqs, r, BH_E_UNSUPPORTED, BH_F_IRQ_COUNT, 0,
			       cell->config->n_irqs);
	for (uint32_t i = 0; i < cell->config->n_irqs; i++)
		for (uint32_t n = 0; n < ranges[i].count; n++)
			if (!may_have(ranges[i].first + n, i, r))
				return false;
	return true;
}

/* Programs root's entries again: an entry may name a CPU that has just left root, or come back. */
static void check_roots(struct cell *cell)
{
	uint32_t p;

	(void)cell;
	for_each_chip (i)
		for_each_pin (chips[i], p) {
			cpu_lock(&lock);
			if (chips[i]->pin[p].owner == root_cell() &&
			    !(chips[i]->pin[p].entry & ENTRY_MASKED))
				program(chips[i], p);
			cpu_drop_lock();
		}
}

/* Gives the cell's pins to an owner, masked and with the remote IRR clear. */
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
	check_roots(cell);
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

	for_each_chip (i) {
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

	for_each_chip (i)
		for_each_pin (chips[i], p)
			write_entry(chips[i], p, chips[i]->pin[p].entry);
}

RESOURCE_CLASS(RANK_IRQ, ioapic_class, .validate = ioapic_validate, .grant = ioapic_grant,
	       .reset = ioapic_reset, .revoke = ioapic_revoke);

RESOURCE_CLASS(RANK_ROOT, roots_pins_class, .revoke = check_roots);
