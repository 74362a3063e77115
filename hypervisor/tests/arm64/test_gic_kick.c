// SPDX-License-Identifier: GPL-2.0
/* Kicks reach a CPU with one security state and with two, and enable finds out if they don't. */
#include "../test.h"
#include <hyp/arch.h>
#include "gic_model.h"

#define SGI_OF(n, reg) (MODEL_GICR + (n)*GICR_FRAMES + GICR_SGI_FRAME + (reg))
#define KICK_SGI (1u << GIC_KICK_SGI)
#define KICK_PPI (1u << MODEL_MAINTENANCE)
#define SECURE_SGIS 0xff00u

static void power_on(bool two_states, uint32_t secure, enum bh_irq_mode mode)
{
	model_firmware = (struct model_firmware){ two_states, two_states, secure };
	model_start(mode, 4);
	model_run_as(0);
	model_commands = 0;
}

static void power_off(void)
{
	model_firmware = (struct model_firmware){ 0 };
}

TEST(one_state_kicks_by_an_sgi_of_group_0)
{
	power_on(false, 0, BH_IRQ_LIST);
	model_run_as(1);
	gic_cpu_reset(model_cpu(1));
	arch_kick(model_cpu(1));
	CHECK_EQ(model_word(SGI_OF(1, GICD_ISPENDR)), KICK_SGI);
	CHECK_EQ(model_word(SGI_OF(0, GICD_ISPENDR)), 0);
	CHECK(!(model_word(SGI_OF(1, GICD_IGROUPR)) & KICK_SGI));
}

/* Without a single SGI: Linux and firmware have all of them. */
TEST(two_states_kick_by_the_private_ppi)
{
	power_on(true, SECURE_SGIS, BH_IRQ_LIST);
	model_run_as(1);
	gic_cpu_reset(model_cpu(1));
	CHECK(!model_irq());
	model_sgis = 0;
	model_sgi0r = 0;
	model_run_as(0);
	arch_kick(model_cpu(1));
	CHECK(!model_sgis && !model_sgi0r && !model_irq());
	model_run_as(1);
	CHECK(model_irq());
	gic_irq(model_cpu(1));
	CHECK_EQ(model_commands, 1);
	CHECK(!model_irq() && !model_word(SGI_OF(1, GICD_ISACTIVER)));
	/* one that comes while this one is handled is a second one */
	arch_kick(model_cpu(1));
	arch_kick(model_cpu(1));
	CHECK(model_irq());
	gic_irq(model_cpu(1));
	CHECK(!model_irq());
	CHECK_EQ(model_commands, 2);
	power_off();
}

TEST(a_full_set_of_list_registers_lets_the_kick_in)
{
	struct cell *root;

	power_on(true, SECURE_SGIS, BH_IRQ_LIST);
	root = root_cell();
	gic_cpu_reset(model_cpu(0));
	model_guest_write(root, MODEL_GICD + GICD_ISENABLER + 4, 4, 0xff);
	for (uint32_t intid = 32; intid < 40; intid++)
		model_raise(intid);
	while (model_irq())
		gic_irq(model_cpu(0));
	CHECK_EQ(model_commands, 0);
	arch_kick(model_cpu(0));
	CHECK(model_irq());
	gic_irq(model_cpu(0));
	CHECK_EQ(model_commands, 1);
	power_off();
}

static bool probe(bool two_states, uint32_t secure, struct bh_refusal *r)
{
	bool answer;

	power_on(two_states, 0, BH_IRQ_LIST);
	model_firmware.secure = secure;
	answer = gic_probe_kicks(system_config, 0xa, r);
	power_off();
	return answer;
}

TEST(a_kick_that_does_not_arrive_is_refused)
{
	struct bh_refusal r;

	CHECK(!probe(true, KICK_PPI, &r));
	CHECK(r.code == BH_E_UNSUPPORTED && r.field == BH_F_CPUS);
	CHECK(r.index == 1 && r.value == MODEL_MAINTENANCE);
	CHECK(!probe(false, KICK_SGI, &r));
	CHECK(r.index == 1 && r.value == GIC_KICK_SGI);
	CHECK(probe(true, SECURE_SGIS, &r));
}

TEST(the_probe_leaves_interrupts_as_they_were)
{
	struct bh_refusal r;

	for (unsigned two = 0; two < 2; two++) {
		power_on(two, 0, BH_IRQ_LIST);
		model_set_word(SGI_OF(2, GICD_IGROUPR), 0xffffffff);
		model_set_word(SGI_OF(2, GICD_ISENABLER), 0x1234);
		model_set_word(SGI_OF(2, GICD_ISPENDR), 1u << 27);
		CHECK(gic_probe_kicks(system_config, 0x4, &r));
		CHECK_EQ(model_word(SGI_OF(2, GICD_IGROUPR)), 0xffffffff);
		CHECK_EQ(model_word(SGI_OF(2, GICD_ISENABLER)), 0x1234);
		CHECK_EQ(model_word(SGI_OF(2, GICD_ISPENDR)), 1u << 27);
		power_off();
	}
}

/* A bit that firmware left set in an active priority register holds all interrupts off. */
TEST(priorities_that_firmware_left_active_are_cleared)
{
	static const char *const names[] = { "ich_ap0r0_el2", "ich_ap1r0_el2" };

	for (unsigned mode = BH_IRQ_LIST; mode <= BH_IRQ_DIRECT; mode++) {
		power_on(false, 0, (enum bh_irq_mode)mode);
		for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
			model_write_sysreg(names[i], 0xffffffff);
		model_write_sysreg("icc_ap0r0_el1", 0xffffffff);
		gic_cpu_take(model_cpu(0));
		for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
			CHECK_EQ(model_read_sysreg(names[i]), 0);
		CHECK_EQ(model_read_sysreg("icc_ap0r0_el1"), 0);
		model_run_as(1);
		for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
			model_write_sysreg(names[i], 0xffffffff);
		gic_cpu_reset(model_cpu(1));
		for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
			CHECK_EQ(model_read_sysreg(names[i]), 0);
	}
}

/* The mask for own interrupts has the scale of ICC_PMR_EL1. */
TEST(scale_of_the_priority_mask)
{
	power_on(true, SECURE_SGIS, BH_IRQ_LIST);
	CHECK(!gic.one_state && gic.own_mask == GIC_GUEST_PRIORITY);
	model_firmware.fiq = false;
	model_start(BH_IRQ_LIST, 4);
	CHECK(!gic.one_state && gic.own_mask == 0x88);
	model_firmware = (struct model_firmware){ .fiq = true };
	model_start(BH_IRQ_LIST, 4);
	CHECK(!gic.one_state && gic.own_mask == GIC_GUEST_PRIORITY);
	model_firmware.fiq = false;
	model_start(BH_IRQ_LIST, 4);
	CHECK(gic.one_state && gic.own_mask == GIC_GUEST_PRIORITY);
}

/* A parked CPU perhaps was handling a kick, and its guest's interrupts go on. */
TEST(a_parked_cpu_answers)
{
	power_on(true, SECURE_SGIS, BH_IRQ_LIST);
	gic_cpu_reset(model_cpu(0));
	arch_kick(model_cpu(0));
	CHECK_EQ(model_read_sysreg("icc_iar1_el1"), MODEL_MAINTENANCE);
	model_guest_write(root_cell(), SGI_OF(0, GICD_ISENABLER), 4, 1);
	model_raise(0);
	gic_park(model_cpu(0));
	CHECK(!model_irq());
	arch_kick(model_cpu(0));
	CHECK(model_irq());
	gic_parked(model_cpu(0));
	CHECK_EQ(model_commands, 1);
	CHECK(!model_irq());
	power_off();
}

/* A stopped guest may have been in a handler in a handler. */
TEST(no_priority_of_a_stopped_guest_stays_active)
{
	static void (*const ways[])(struct percpu *) = { gic_cpu_reset, gic_cpu_off, gic_park,
							 gic_abandon };

	for (unsigned n = 0; n < 2 * ARRAY_SIZE(ways); n++) {
		power_on(n % 2, 0, BH_IRQ_LIST);
		for (uint32_t intid = 3; intid; intid--) {
			model_set_word(SGI_OF(0, GICD_IPRIORITYR), 0xa0806000);
			model_set_word(SGI_OF(0, GICD_ISENABLER), 1u << intid);
			model_raise(intid);
			CHECK_EQ(model_read_sysreg("icc_iar1_el1"), intid);
		}
		CHECK(model_read_sysreg("icc_rpr_el1") != ICC_RPR_IDLE);
		model_write_sysreg("icc_ctlr_el1", 0); /* as the guest left it: no EOImode */
		ways[n / 2](model_cpu(0));
		CHECK_EQ(model_read_sysreg("icc_rpr_el1"), ICC_RPR_IDLE);
		power_off();
	}
}
