// SPDX-License-Identifier: GPL-2.0
#include <bulkhead/config.h>
#include <bulkhead/refusal.h>
#include <stddef.h>

#include "device/backend.h"
#include "words/refusal_fields.h"

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

struct platform_field {
	uint32_t offset, size;
	const char *words;
};

#define PLATFORM_FIELD(type, field, words)                                                \
	{                                                                                 \
		offsetof(struct type, field), sizeof(((struct type *)NULL)->field), words \
	}
#define ARM64(field, words) PLATFORM_FIELD(bh_arm64_platform, field, words)
#define X86(field, words) PLATFORM_FIELD(bh_x86_platform, field, words)

static const struct platform_field arm64_fields[] = {
	ARM64(gic_version, "the GIC version"),
	ARM64(maintenance_irq, "the GIC maintenance interrupt"),
	ARM64(gicd_phys, "the address of the GIC distributor"),
	ARM64(gicr_phys, "the address of the GIC redistributors"),
	ARM64(gicr_size, "the size of the GIC redistributors"),
	ARM64(its_phys, "the address of the ITS"),
	ARM64(its_size, "the size of the ITS"),
	ARM64(uart_phys, "the address of the UART"),
	ARM64(root_doorbell, "the root cell's doorbell interrupt"),
	ARM64(n_spare_irqs, "the number of spare interrupts"),
	ARM64(spare_irqs, "a spare interrupt"),
	ARM64(reserved, "a reserved platform field"),
	{ 0 },
};

static const struct platform_field x86_fields[] = {
	X86(apic_phys, "the address of the local APICs"),
	X86(root_doorbell, "the root cell's doorbell vector"),
	X86(n_io_apics, "the number of I/O APICs"),
	X86(io_apics, "an I/O APIC"),
	X86(mmconfig_phys, "the address of the PCI configuration space (ecam)"),
	X86(mmconfig_buses, "the number of buses in the PCI configuration space (ecam)"),
	X86(reserved0, "a reserved platform field"),
	X86(reserved, "a reserved platform field"),
	{ 0 },
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

/* Hypervisor and module know one struct, this machine's, and refuse other configs before it. */
const char *platform_field_words(uint32_t offset)
{
	const struct platform_field *field;

	field = backend_arch() == BH_ARCH_X86 ? x86_fields : arm64_fields;
	for (; field->words; field++) {
		if (offset - field->offset < field->size)
			return field->words;
	}
	return NULL;
}
