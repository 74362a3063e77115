// SPDX-License-Identifier: GPL-2.0
/* What differs between machines and CPUs: views of priorities, list registers, extended PPIs. */
#include "../test.h"
#include "gic_model.h"
#include <arch/boot.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>
#include <hyp/resource.h>

#define SGI_OF(n, reg) (MODEL_GICR + (n)*GICR_FRAMES + GICR_SGI_FRAME + (reg))

static const uint32_t irqs[] = { 27, 1, 33, 1, 0, 0 };

static struct cell *a_cell(void)
{
	struct cell *cell = model_create(0xc, BH_IRQ_LIST, irqs);

	classes_reset(cell);
	model_run_as(2);
	gic_cpu_reset(model_cpu(2));
	return cell;
}

/* The priority of the interrupt in list register 0 after the cell's CPU took it. */
static unsigned listed_priority(uint32_t intid)
{
	model_raise(intid);
	CHECK(model_irq());
	gic_irq(model_cpu(2));
	return read_sysreg(ich_lr0_el2) >> ICH_LR_PRIORITY_SHIFT & 0xff;
}

/* Up to 0xe0: 0xf0 is the lowest in the smaller range, which every mask masks. */
static void check_a_cells_priorities(void)
{
	struct cell *cell = a_cell();

	for (unsigned priority = GIC_GUEST_PRIORITY; priority <= 0xe0; priority += 0x10) {
		gic_cpu_reset(model_cpu(2));
		model_guest_write(cell, MODEL_GICR + GICR_SGI_FRAME + GICD_IPRIORITYR + 27, 1,
				  priority);
		CHECK_EQ(model_guest_read(cell, MODEL_GICR + GICR_SGI_FRAME + GICD_IPRIORITYR + 27,
					  1),
			 priority);
		model_guest_write(cell, MODEL_GICR + GICR_SGI_FRAME + GICD_ISENABLER, 4, 1u << 27);
		CHECK_EQ(listed_priority(27), priority);
		/* Masked exactly if the guest's mask says so. */
		CHECK_EQ(model_guest_ack(priority), MODEL_NONE);
		CHECK_EQ(model_guest_ack(priority + 1), 27);
		model_guest_end(27);
	}
	/* After a reset, and the smallest value that a guest can set, are below the kick. */
	gic_cpu_reset(model_cpu(2));
	model_guest_write(cell, MODEL_GICR + GICR_SGI_FRAME + GICD_ISENABLER, 4, 1u << 27);
	CHECK_EQ(listed_priority(27), GIC_GUEST_PRIORITY);
	model_guest_ack(0xff);
	model_guest_end(27);
	model_guest_write(cell, MODEL_GICR + GICR_SGI_FRAME + GICD_IPRIORITYR + 27, 1, 0);
	CHECK_EQ(listed_priority(27), GIC_GUEST_PRIORITY);
}

TEST(priorities_with_one_security_state)
{
	model_start(BH_IRQ_LIST, 4);
	CHECK(gic.one_state && !gic.half_range);
	check_a_cells_priorities();
}

TEST(priorities_if_firmware_takes_fiqs_nevertheless)
{
	model_firmware.fiq = true;
	model_start(BH_IRQ_LIST, 4);
	CHECK(!gic.one_state && gic.half_range);
	check_a_cells_priorities();
}

/* Root knows the machine: what it reads and writes in memory is what the hardware holds. */
TEST(roots_priorities_stay_as_they_are)
{
	uint64_t reg = MODEL_GICD + GICD_IPRIORITYR + 40;

	model_firmware.fiq = true;
	model_start(BH_IRQ_LIST, 4);
	model_guest_write(root_cell(), reg, 1, 0xc0);
	CHECK_EQ(model_word(reg) & 0xff, 0xc0);
	CHECK_EQ(model_guest_read(root_cell(), reg, 1), 0xc0);
	model_guest_write(root_cell(), reg, 1, 0x20); /* above the mask that a full list sets */
	CHECK_EQ(model_word(reg) & 0xff, 0x88);
}

TEST(list_registers_that_all_cpus_have)
{
	model_start(BH_IRQ_LIST, 16);
	boot_params.list_registers = 4; /* another CPU has 4 */
	model_start_again();
	CHECK_EQ(gic.lrs, 4);
}

/* A CPU that was off at enable may have extended PPIs enabled. */
TEST(extended_ppis_are_off_on_a_cpu_that_starts)
{
	model_start(BH_IRQ_LIST, 4);
	model_set_word(MODEL_GICR + 2 * GICR_FRAMES + GICR_TYPER,
		       model_word(MODEL_GICR + 2 * GICR_FRAMES + GICR_TYPER) |
			       2u << GICR_TYPER_PPIS_SHIFT);
	model_set_word(SGI_OF(2, GICD_ISENABLER + 4), 0xff);
	model_set_word(SGI_OF(2, GICD_ISENABLER + 8), 0xff);
	a_cell();
	CHECK_EQ(model_word(SGI_OF(2, GICD_ISENABLER + 4)), 0);
	CHECK_EQ(model_word(SGI_OF(2, GICD_ISENABLER + 8)), 0);
}
