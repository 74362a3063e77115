// SPDX-License-Identifier: GPL-2.0
#include <bulkhead/config.h>
#include <bulkhead/refusal.h>
#include <stddef.h>

#include "refusal_fields.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const fields[] = {
	[BH_F_NONE] = "the request",
	[BH_F_HEADER] = "the header of {part}",
	[BH_F_NAME] = "the name of {part}",
	[BH_F_HYP_MEMORY] = "the hypervisor's memory{hyp-memory}",
	[BH_F_SYSTEM_FLAGS] = "the flags of {system}",
	[BH_F_CPUS] = "CPU {index} of {part}",
	[BH_F_PLATFORM] = "{platform-field} of {system}",
	[BH_F_ENTRY] = "the entry address of {part}",
	[BH_F_INFO_PAGE] = "the info page of {part}",
	[BH_F_CONSOLE] = "the console of {part}",
	[BH_F_IMAGE] = "the memory for the kept image of {part}",
	[BH_F_RIGHTS] = "the rights of {part}",
	[BH_F_FLAGS] = "the flags of {part}",
	[BH_F_IRQ_MODE] = "the interrupt mode of {part}",
	[BH_F_REGION_COUNT] = "the number of regions of {part}",
	[BH_F_REGION_PHYS] = "region {index} of {part}{region}",
	[BH_F_REGION_GUEST] = "the guest address of region {index} of {part}{region}",
	[BH_F_REGION_SIZE] = "the size of region {index} of {part}{region}",
	[BH_F_REGION_TYPE] = "the type of region {index} of {part}{region}",
	[BH_F_REGION_FLAGS] = "the flags of region {index} of {part}{region}",
	[BH_F_IRQ_COUNT] = "the number of interrupt ranges of {part}",
	[BH_F_IRQ] = "interrupt {number} of {part}",
	[BH_F_ARGS] = "the command line of {part}",
	[BH_F_CELL_ID] = "cell id {number}",
	[BH_F_STATE] = "the state of {cell}",
	[BH_F_FUNCTION] = "hypercall {function}",
	[BH_F_BOOT] = "a boot parameter that the module gave",
	[BH_F_POOL] = "the hypervisor's pool of pages",
	[BH_F_PORT] = "I/O port {hex} of {part}",
	[BH_F_PCI] = "PCI function {hex} of {part}",
	[BH_F_SHARED_COUNT] = "the number of named shared regions of {part}",
	[BH_F_SHARED] = "named shared region {index} of {part}",
	[BH_F_SHARED_NAME] = "the name of shared region {index} of {part}",
	[BH_F_SHARED_IRQ] = "the doorbell of named shared region {index} of {part}",
};

static const struct {
	uint32_t offset;
	const char *words;
} platform_fields[] = {
	{ offsetof(struct bh_arm64_platform, gic_version), "the GIC version" },
	{ offsetof(struct bh_arm64_platform, maintenance_irq), "the GIC maintenance interrupt" },
	{ offsetof(struct bh_arm64_platform, gicd_phys), "the address of the GIC distributor" },
	{ offsetof(struct bh_arm64_platform, gicr_phys), "the address of the GIC redistributors" },
	{ offsetof(struct bh_arm64_platform, gicr_size), "the size of the GIC redistributors" },
	{ offsetof(struct bh_arm64_platform, its_phys), "the address of the ITS" },
	{ offsetof(struct bh_arm64_platform, its_size), "the size of the ITS" },
	{ offsetof(struct bh_arm64_platform, uart_phys), "the address of the UART" },
	{ offsetof(struct bh_arm64_platform, root_doorbell), "the root cell's doorbell interrupt" },
	{ offsetof(struct bh_arm64_platform, n_spare_irqs), "the number of spare interrupts" },
	{ offsetof(struct bh_arm64_platform, spare_irqs), "a spare interrupt" },
	{ offsetof(struct bh_arm64_platform, reserved), "a reserved platform field" },
	{ sizeof(struct bh_arm64_platform), NULL },
};

const char *field_words(uint32_t field)
{
	return field < COUNT(fields) ? fields[field] : NULL;
}

bool field_is_address(uint32_t field)
{
	switch (field) {
	case BH_F_HYP_MEMORY:
	case BH_F_ENTRY:
	case BH_F_INFO_PAGE:
	case BH_F_IMAGE:
	case BH_F_REGION_PHYS:
	case BH_F_REGION_GUEST:
	case BH_F_REGION_SIZE:
	case BH_F_RIGHTS:
	case BH_F_FLAGS:
	case BH_F_SYSTEM_FLAGS:
	case BH_F_REGION_FLAGS:
		return true;
	}
	return false;
}

const char *platform_field_words(uint32_t offset)
{
	unsigned int i;

	for (i = 0; platform_fields[i].words; i++) {
		if (offset >= platform_fields[i].offset && offset < platform_fields[i + 1].offset)
			return platform_fields[i].words;
	}
	return NULL;
}
