// SPDX-License-Identifier: GPL-2.0
/* The I/O APIC: each pin has one owner. */
#include "model.h"
#include "test.h"
#include <arch/apic.h>
#include <hyp/arch.h>

#define IRR BIT(14)
#define LEVEL BIT(15)
#define MASKED BIT(16)
#define TO(id) ((uint64_t)(id) << 56)

static uint32_t get(uint32_t index)
{
	model_write(MODEL_IO_APIC, 4, index);
	return (uint32_t)model_read(MODEL_IO_APIC + 0x10, 4);
}

static void set(unsigned pin, uint64_t entry)
{
	model_write(MODEL_IO_APIC, 4, 0x11 + 2 * pin);
	model_write(MODEL_IO_APIC + 0x10, 4, entry >> 32);
	model_write(MODEL_IO_APIC, 4, 0x10 + 2 * pin);
	model_write(MODEL_IO_APIC + 0x10, 4, (uint32_t)entry);
}

static uint64_t seen(unsigned pin)
{
	return (uint64_t)get(0x11 + 2 * pin) << 32 | get(0x10 + 2 * pin);
}

/* Root's pin 4 names CPU 1 by its logical id. A cell has CPUs 2 and 3, and pins 10 and 11. */
static struct cell *start(void)
{
	struct cell *cell;

	model_start();
	for (unsigned pin = 0; pin < MODEL_PINS; pin++)
		model_set_pin(pin, MASKED);
	model_set_pin(4, TO(2) | 0x800 | 0x34);
	model_config(BIT(2) | BIT(3));
	model_add_irqs(10, 2);
	cell = model_create();
	CHECK(cell);
	return cell;
}

TEST(ioapic_a_cell_sees_its_pins)
{
	start();
	CHECK_EQ(seen(4), 0); /* the value at model_start(), before the write */
	model_run_as(2);
	for (unsigned pin = 0; pin < MODEL_PINS; pin++) {
		bool own = pin == 10 || pin == 11;

		set(pin, TO(MODEL_ID(3)) | 0x50);
		CHECK_EQ(seen(pin), own ? (TO(MODEL_ID(3)) | 0x50) : MASKED);
		CHECK_EQ(model_pin(pin) == (TO(MODEL_ID(3)) | 0x50), own);
	}
	CHECK_EQ(get(1) >> 16, MODEL_PINS - 1);
	CHECK(model_refuses(MODEL_IO_APIC, 1, false) && model_refuses(MODEL_IO_APIC, 8, true));
	model_run_as(0); /* root sees neither the cell's pins nor its index register */
	CHECK_EQ(seen(10), MASKED);
	set(10, TO(0) | 0x60);
	CHECK_EQ(model_pin(10), TO(MODEL_ID(3)) | 0x50);
}

TEST(ioapic_entries_name_own_cpus)
{
	start();
	for (unsigned who = 0; who < 4; who += 2) {
		unsigned pin = who ? 10 : 5;

		model_run_as(who);
		for (unsigned id = 0; id < 255; id++) {
			bool own = id == MODEL_ID(who) || id == MODEL_ID(who + 1);

			set(pin, TO(id) | LEVEL | 0x40);
			CHECK_EQ(model_pin(pin), own ? TO(id) | LEVEL | 0x40 : MASKED);
			CHECK_EQ(seen(pin), TO(id) | LEVEL | 0x40);
		}
		set(pin, TO(0xff) | 0x40); /* broadcast: one CPU */
		CHECK_EQ(model_pin(pin), TO(MODEL_ID(who)) | 0x40);
	}
}

TEST(ioapic_logical_destinations_become_one_cpu)
{
	start();
	model_run_as(0);
	set(5, TO(2) | 0x800 | 0x40);
	CHECK_EQ(model_pin(5), TO(MODEL_ID(1)) | 0x40);
	set(5, TO(0xfc) | 0x800 | 0x40); /* CPUs that root has lost */
	CHECK_EQ(model_pin(5), MASKED);
}

TEST(ioapic_modes)
{
	start();
	for (unsigned mode = 0; mode < 8; mode++) {
		uint64_t entry = TO(MODEL_ID(2)) | mode << 8 | 0x40;

		model_run_as(2);
		set(10, entry);
		CHECK_EQ(model_pin(10), mode <= APIC_MODE_LOWEST ? TO(MODEL_ID(2)) | 0x40 : MASKED);
		model_run_as(0);
		entry = TO(MODEL_ID(1)) | mode << 8 | 0x40;
		set(5, entry);
		if (mode == APIC_MODE_NMI || mode == APIC_MODE_EXTINT)
			CHECK_EQ(model_pin(5), entry);
		else
			CHECK_EQ(model_pin(5),
				 mode <= APIC_MODE_LOWEST ? TO(MODEL_ID(1)) | 0x40 : MASKED);
	}
}

TEST(ioapic_nothing_in_flight_survives)
{
	struct cell *cell = start();

	model_run_as(2);
	set(10, TO(MODEL_ID(2)) | LEVEL | 0x40);
	model_accept(10);
	CHECK(seen(10) & IRR);
	model_run_as(0);
	model_reset_cell(cell);
	CHECK_EQ(model_pin(10), MASKED);
	model_run_as(2);
	set(11, TO(MODEL_ID(2)) | LEVEL | 0x40);
	model_accept(11);
	model_run_as(0);
	model_destroy(cell);
	CHECK_EQ(model_pin(11), MASKED);
	set(11, TO(0) | 0x41); /* root owns the pin again */
	CHECK_EQ(model_pin(11), TO(0) | 0x41);
}

TEST(ioapic_directed_eoi_ends_own_pins)
{
	start();
	model_run_as(0);
	set(5, TO(0) | LEVEL | 0x40);
	model_accept(5);
	model_run_as(2);
	set(10, TO(MODEL_ID(2)) | LEVEL | 0x40);
	model_accept(10);
	model_write(MODEL_IO_APIC + 0x40, 4, 0x41);
	CHECK(seen(10) & IRR);
	model_write(MODEL_IO_APIC + 0x40, 4, 0x40);
	CHECK_EQ(seen(10), TO(MODEL_ID(2)) | LEVEL | 0x40);
	CHECK(model_pin(5) & IRR);
}

/* An entry of Linux that names a CPU which a cell gets becomes masked, until the CPU is root's
 * again. */
TEST(ioapic_root_loses_what_points_to_a_cell)
{
	struct cell *cell;

	model_start();
	model_run_as(0);
	set(7, TO(MODEL_ID(3)) | 0x40);
	CHECK_EQ(model_pin(7), TO(MODEL_ID(3)) | 0x40);
	model_config(BIT(3));
	cell = model_create();
	CHECK(cell);
	CHECK_EQ(model_pin(7), MASKED);
	model_destroy(cell);
	CHECK_EQ(model_pin(7), TO(MODEL_ID(3)) | 0x40);
}

TEST(ioapic_refusals)
{
	start();
	model_config(BIT(1));
	model_add_irqs(11, 1);
	CHECK(!model_create());
	CHECK(model_refusal.code == BH_E_OWNED && model_refusal.field == BH_F_IRQ &&
	      model_refusal.owner == 1 && model_refusal.value == 11);
	model_config(BIT(1));
	model_add_irqs(MODEL_PINS - 1, 2);
	CHECK(!model_create());
	CHECK(model_refusal.code == BH_E_RANGE && model_refusal.value == MODEL_PINS);
	model_config(BIT(1));
	model_add_region(MODEL_IO_APIC, 0x1000, BH_REGION_MMIO);
	CHECK(!model_create());
	CHECK(model_refusal.code == BH_E_OWNED && model_refusal.owner == BH_OWNER_HYPERVISOR);
}

TEST(ioapic_is_linuxs_again)
{
	model_start();
	model_run_as(0);
	set(5, TO(2) | 0x800 | 0x40);
	CHECK_EQ(model_pin(5), TO(MODEL_ID(1)) | 0x40);
	ioapic_give_back();
	CHECK_EQ(model_pin(5), TO(2) | 0x800 | 0x40);
}

/* arch_raise_irq() emulates an edge on a pin: one message, as the entry says. */
TEST(ioapic_raised_pins)
{
	struct cell *cell = start();

	CHECK(arch_irq_is_spare(10) && !arch_irq_is_spare(MODEL_PINS));
	model_forget();
	arch_raise_irq(10); /* masked */
	CHECK_EQ(model_sent, 0);
	model_run_as(2);
	set(10, TO(MODEL_ID(3)) | 0x50);
	model_forget();
	model_run_as(0);
	arch_raise_irq(10);
	CHECK(model_sent == 1 && model_messages[0].from == 0);
	CHECK_EQ(model_messages[0].to, MODEL_ID(3));
	CHECK_EQ(model_messages[0].icr & 0x7ff, 0x50);
	model_run_as(2);
	set(10, TO(MODEL_ID(1)) | 0x50); /* root's CPU */
	set(11, TO(MODEL_ID(3)) | 0x0f); /* no vector */
	model_forget();
	arch_raise_irq(10);
	arch_raise_irq(11);
	CHECK_EQ(model_sent, 0);
	set(10, TO(MODEL_ID(3)) | 0x50);
	model_run_as(0);
	model_destroy(cell);
	model_forget();
	arch_raise_irq(10); /* root owns the pin again */
	CHECK_EQ(model_sent, 0);
}

/* Root's doorbell is a message as the pin's entry says, written before enable or after. */
TEST(ioapic_root_doorbell)
{
	start();
	model_set_pin(MODEL_DOORBELL, TO(2) | 0x800 | 0x52);
	ioapic_take();
	model_run_as(2);
	model_forget();
	arch_root_doorbell();
	CHECK(model_sent == 1 && model_messages[0].to == MODEL_ID(1));
	CHECK_EQ(model_messages[0].icr & 0x7ff, 0x52);
	for (unsigned i = 0; i < 3; i++) {
		static const uint64_t none[] = { MASKED | 0x52, 0x0f, TO(MODEL_ID(2)) | 0x52 };

		model_run_as(0);
		set(MODEL_DOORBELL, none[i]);
		model_forget();
		arch_root_doorbell();
		CHECK_EQ(model_sent, 0);
	}
}

TEST(ioapic_root_doorbell_is_no_cells)
{
	model_start();
	model_config(BIT(2));
	model_add_irqs(MODEL_DOORBELL, 1);
	CHECK(!model_create());
	CHECK(model_refusal.code == BH_E_OWNED && model_refusal.field == BH_F_IRQ &&
	      model_refusal.owner == BH_OWNER_HYPERVISOR && model_refusal.value == MODEL_DOORBELL);
}
