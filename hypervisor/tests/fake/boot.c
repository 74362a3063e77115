// SPDX-License-Identifier: GPL-2.0
/* Enable on the fake machine, and valid configs for it. */
#include <hyp/console.h>
#include <hyp/init.h>
#include <string.h>
#include "model.h"

const uint16_t arch_config_id = BH_ARCH_FAKE;
const uint32_t arch_system_flags = BH_SYSTEM_PROTECT;
const bool arch_has_ports = true;
const struct uart *const arch_uarts[CONSOLE_KINDS] = {
	[BH_CONSOLE_PL011] = &pl011,
	[BH_CONSOLE_16550] = &ns16550,
};

union part {
	struct bh_system_part system;
	struct bh_cell_part cell;
	uint8_t bytes[BH_PART_MAX];
};

static struct bh_part_header header(enum bh_part_kind kind, size_t size)
{
	return (struct bh_part_header){ .magic = BH_PART_MAGIC,
					.version = BH_ABI_VERSION,
					.kind = (uint16_t)kind,
					.arch = BH_ARCH_FAKE,
					.size = (uint32_t)size };
}

struct bh_system_part *fake_system_part(void)
{
	static union part part;
	struct bh_system_part *s = &part.system;

	memset(&part, 0, sizeof(part));
	s->header = header(BH_PART_SYSTEM, sizeof(*s) + FAKE_CPUS * sizeof(s->cpus[0]));
	strcpy(s->name, "fake");
	s->hyp_phys = FAKE_HYP;
	s->hyp_size = FAKE_HYP_SIZE;
	s->n_cpus = FAKE_CPUS;
	for (unsigned i = 0; i < FAKE_CPUS; i++)
		s->cpus[i].hw_id = i;
	return s;
}

static void add_irqs(struct bh_cell_part *c, uint32_t first, uint32_t count)
{
	struct bh_range *irqs = (struct bh_range *)bh_cell_irqs(c);

	irqs[c->n_irqs++] = (struct bh_range){ first, count };
	c->header.size = (uint32_t)((uint8_t *)&irqs[c->n_irqs] - (uint8_t *)c);
}

struct bh_cell_part *fake_root_part(void)
{
	static union part part;
	struct bh_cell_part *c = &part.cell;
	uint32_t rw = BH_REGION_READ | BH_REGION_WRITE;

	memset(&part, 0, sizeof(part));
	c->header = header(BH_PART_ROOT, 0);
	strcpy(c->name, "root");
	c->cpus = BIT(FAKE_CPUS) - 1;
	c->rights = BH_RIGHTS;
	c->irq_mode = BH_IRQ_DIRECT;
	c->regions[0] = (struct bh_region){ FAKE_RAM, FAKE_RAM, FAKE_HYP - FAKE_RAM, BH_REGION_RAM,
					    rw | BH_REGION_EXECUTE };
	c->regions[1] = (struct bh_region){ FAKE_DEVICES, FAKE_DEVICES, FAKE_DEVICES_SIZE,
					    BH_REGION_MMIO, rw };
	c->n_regions = 2;
	add_irqs(c, 16, FAKE_IRQS - 16);
	return c;
}

struct bh_cell_part *fake_cell_part(unsigned n)
{
	static union part parts[FAKE_CPUS];
	struct bh_cell_part *c = &parts[n].cell;

	memset(&parts[n], 0, sizeof(parts[n]));
	c->header = header(BH_PART_CELL, 0);
	strcpy(c->name, "cell-");
	c->name[5] = (char)('a' + n);
	c->cpus = BIT(FAKE_CPUS - 1 - n);
	c->entry = FAKE_RAM;
	c->info_guest = 0x0b000000;
	c->console_guest = 0x09000000;
	c->console_kind = BH_CONSOLE_PL011;
	c->console_irq = FAKE_CELL_IRQ(n);
	c->rights = BH_RIGHT_CONSOLE;
	c->irq_mode = BH_IRQ_LIST;
	strcpy(c->args, "default");
	c->regions[0] = (struct bh_region){
		.phys = FAKE_CELL_RAM(n),
		.guest = FAKE_RAM,
		.size = FAKE_CELL_RAM_SIZE,
		.type = BH_REGION_RAM,
		.flags = BH_REGION_READ | BH_REGION_WRITE | BH_REGION_EXECUTE | BH_REGION_LOADABLE,
	};
	c->n_regions = 1;
	add_irqs(c, 27, 1);
	add_irqs(c, FAKE_CELL_IRQ(n), 1);
	return c;
}

bool arch_check_platform(const struct bh_system_part *system, struct bh_refusal *r)
{
	if (fake.wrong_platform)
		return refuse(r, BH_E_MACHINE, BH_F_PLATFORM, 0, 0);
	if (system->hyp_phys != FAKE_HYP)
		return refuse(r, BH_E_MACHINE, BH_F_HYP_MEMORY, 0, FAKE_HYP);
	if (system->hyp_size != FAKE_HYP_SIZE)
		return refuse(r, BH_E_RANGE, BH_F_HYP_MEMORY, 0, system->hyp_size);
	if (system->n_cpus != FAKE_CPUS)
		return refuse(r, BH_E_MACHINE, BH_F_CPUS, system->n_cpus, FAKE_CPUS);
	return true;
}

void arch_fill_info(struct bh_info *info)
{
	info->clock_hz = FAKE_TICKS_PER_MS * 1000;
}

bool fake_boot_with(const struct bh_system_part *system, const struct bh_cell_part *root)
{
	union part *parts;

	fake_memory_init();
	parts = fake_ram(FAKE_HYP + PAGE_SIZE);
	memcpy(&parts[0], system, BH_PART_MAX);
	memcpy(&parts[1], root, BH_PART_MAX);
	fake_boot_params = (struct bh_boot){ .hyp_phys = FAKE_HYP,
					     .cpus = BIT(FAKE_CPUS) - 1,
					     .timeout_ticks = 1000 * FAKE_TICKS_PER_MS };
	if (!hyp_init(&fake_boot_params, &parts[0], &parts[1]))
		return false;
	fake_cpus_init();
	fake_run(1);
	return true;
}

void fake_boot(void)
{
	if (!fake_boot_with(fake_system_part(), fake_root_part()))
		fake_fail("enable refused: code %u, field %u, index %u, value %#lx",
			  fake_boot_params.refusal.code, fake_boot_params.refusal.field,
			  fake_boot_params.refusal.index, fake_boot_params.refusal.value);
}

void arch_image_bytes(uint64_t *image, uint64_t *text)
{
	*image = FAKE_IMAGE_SIZE;
	*text = FAKE_IMAGE_SIZE / 2;
}
