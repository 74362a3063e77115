// SPDX-License-Identifier: GPL-2.0
/*
 * What the C side makes of the ABI, as lines "name value": without argument
 * the constants; with a blob's file every field of every part.
 */
#include <bulkhead/config.h>
#include <stdio.h>
#include <stdlib.h>

#define SHOW(name) printf("%s %llu\n", #name, (unsigned long long)BH_##name)
#define FIELD(of, field) printf("%s %llu\n", #field, (unsigned long long)(of)->field)
#define TEXT(of, field) printf("%s %s\n", #field, (of)->field)

static void show_limits(void)
{
	SHOW(ABI_VERSION);
	SHOW(PAGE_SIZE);
	SHOW(MAX_CPUS);
	SHOW(MAX_CELLS);
	SHOW(MAX_REGIONS);
	SHOW(MAX_IRQ_RANGES);
	SHOW(MAX_SHARED);
	SHOW(NAME_SIZE);
	SHOW(ARGS_SIZE);
	SHOW(ARCH_ARM64);
	SHOW(ARCH_X86);
	SHOW(ARCH_RISCV64);
	SHOW(ARCH_FAKE);
}

static void show_config(void)
{
	SHOW(PART_MAGIC);
	SHOW(PART_SYSTEM);
	SHOW(PART_ROOT);
	SHOW(PART_CELL);
	SHOW(PART_MAX);
	SHOW(SYSTEM_PROTECT);
	SHOW(SYSTEM_NO_SIP);
	SHOW(SYSTEM_NO_OEM);
	SHOW(SYSTEM_NO_TRUSTED_OS);
	SHOW(REGION_RAM);
	SHOW(REGION_MMIO);
	SHOW(REGION_SHARED);
	SHOW(REGION_READ);
	SHOW(REGION_WRITE);
	SHOW(REGION_EXECUTE);
	SHOW(REGION_LOADABLE);
	SHOW(REGION_SMALL_PAGES);
	SHOW(REGION_FLAGS);
	SHOW(SHARED_RING);
	SHOW(SHARED_LISTEN);
	SHOW(SHARED_FLAGS);
	SHOW(IRQ_LIST);
	SHOW(IRQ_DIRECT);
	SHOW(CONSOLE_NONE);
	SHOW(CONSOLE_PL011);
	SHOW(CONSOLE_16550);
	printf("CONSOLE_16550_PORTS %u\n", BH_16550_PORTS);
	printf("HYPERVISOR_ALIGN %llu\n", BH_HYP_ALIGN);
	SHOW(RIGHT_MANAGE);
	SHOW(RIGHT_CONSOLE);
	SHOW(RIGHT_RESET);
	SHOW(RIGHTS);
	SHOW(CELL_ON_VIOLATION_ABORT);
}

static void show_sizes(void)
{
	const struct bh_arm64_platform *platform = NULL;

	printf("HEADER %zu\n", sizeof(struct bh_part_header));
	printf("ARM64_PLATFORM %zu\n", sizeof(struct bh_arm64_platform));
	printf("X86_PLATFORM %zu\n", sizeof(struct bh_x86_platform));
	printf("SYSTEM %zu\n", sizeof(struct bh_system_part) - sizeof(struct bh_part_header));
	printf("CPU %zu\n", sizeof(struct bh_cpu));
	printf("CELL %zu\n", sizeof(struct bh_cell_part) - sizeof(struct bh_part_header));
	printf("REGION %zu\n", sizeof(struct bh_region));
	printf("RANGE %zu\n", sizeof(struct bh_range));
	printf("SHARED %zu\n", sizeof(struct bh_shared));
	printf("ARM64_MAX_SPARE_IRQS %zu\n",
	       sizeof(platform->spare_irqs) / sizeof(platform->spare_irqs[0]));
}

static void show_arm64(const struct bh_arm64_platform *p)
{
	FIELD(p, gic_version);
	FIELD(p, maintenance_irq);
	FIELD(p, gicd_phys);
	FIELD(p, gicr_phys);
	FIELD(p, gicr_size);
	FIELD(p, its_phys);
	FIELD(p, its_size);
	FIELD(p, uart_phys);
	FIELD(p, root_doorbell);
	FIELD(p, n_spare_irqs);
	for (uint32_t i = 0; i < p->n_spare_irqs; i++)
		printf("spare %u\n", p->spare_irqs[i]);
}

static void show_x86(const struct bh_x86_platform *p)
{
	FIELD(p, apic_phys);
	FIELD(p, root_doorbell);
	FIELD(p, n_io_apics);
	for (unsigned i = 0; i < p->n_io_apics; i++) {
		FIELD(&p->io_apics[i], phys);
		FIELD(&p->io_apics[i], first_irq);
	}
	FIELD(p, mmconfig_phys);
	FIELD(p, mmconfig_buses);
	FIELD(p, reserved0);
	for (unsigned i = 0; i < sizeof(p->reserved) / sizeof(p->reserved[0]); i++)
		FIELD(p, reserved[i]);
}

static void show_system(const struct bh_system_part *s)
{
	TEXT(s, name);
	FIELD(s, hyp_phys);
	FIELD(s, hyp_size);
	FIELD(s, flags);
	FIELD(s, n_cpus);
	if (s->header.arch == BH_ARCH_X86)
		show_x86(&s->platform.x86);
	else
		show_arm64(&s->platform.arm64);
	for (uint32_t i = 0; i < s->n_cpus; i++)
		FIELD(&s->cpus[i], hw_id);
}

static void show_regions(const struct bh_cell_part *c)
{
	const struct bh_range *irqs = bh_cell_irqs(c);
	const struct bh_shared *shared = bh_cell_shared(c);

	for (uint32_t i = 0; i < c->n_regions; i++) {
		FIELD(&c->regions[i], phys);
		FIELD(&c->regions[i], guest);
		FIELD(&c->regions[i], size);
		FIELD(&c->regions[i], type);
		FIELD(&c->regions[i], flags);
	}
	for (uint32_t i = 0; i < c->n_irqs + c->n_ports + c->n_functions; i++) {
		FIELD(&irqs[i], first);
		FIELD(&irqs[i], count);
	}
	for (uint32_t i = 0; i < c->n_shared; i++) {
		TEXT(&shared[i], name);
		FIELD(&shared[i], region);
		FIELD(&shared[i], irq);
		FIELD(&shared[i], flags);
	}
}

static void show_cell(const struct bh_cell_part *c)
{
	TEXT(c, name);
	FIELD(c, cpus);
	FIELD(c, entry);
	FIELD(c, info_guest);
	FIELD(c, console_guest);
	FIELD(c, console_kind);
	FIELD(c, console_irq);
	FIELD(c, image_phys);
	FIELD(c, image_size);
	FIELD(c, rights);
	FIELD(c, flags);
	FIELD(c, irq_mode);
	FIELD(c, n_regions);
	FIELD(c, n_irqs);
	FIELD(c, n_ports);
	FIELD(c, n_functions);
	FIELD(c, n_shared);
	TEXT(c, args);
	show_regions(c);
}

static void show_blob(const char *path)
{
	static _Alignas(8) char blob[1 << 20];
	FILE *file = fopen(path, "rb");
	size_t size = file ? fread(blob, 1, sizeof(blob), file) : 0;

	for (size_t at = 0; at < size;) {
		const struct bh_part_header *h = (const void *)(blob + at);

		FIELD(h, magic);
		FIELD(h, version);
		FIELD(h, kind);
		FIELD(h, arch);
		FIELD(h, size);
		printf("size %u\n", h->kind == BH_PART_SYSTEM ? bh_system_bytes((const void *)h)
							      : bh_cell_bytes((const void *)h));
		if (h->kind == BH_PART_SYSTEM)
			show_system((const void *)h);
		else
			show_cell((const void *)h);
		at += h->size;
	}
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		show_blob(argv[1]);
		return 0;
	}
	show_limits();
	show_config();
	show_sizes();
	return 0;
}
