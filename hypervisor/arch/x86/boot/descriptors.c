// SPDX-License-Identifier: GPL-2.0
/* Descriptor tables of the hypervisor (AMD64 APM volume 2, 4.8). */
#include <arch/asm.h>
#include <arch/boot.h>
#include <arch/descriptors.h>
#include <arch/layout.h>
#include <hyp/types.h>

#define VECTORS 256u
#define VECTOR_SIZE 8u /* of each entry at host_vectors */
#define EXCEPTIONS 32u

struct gate {
	uint16_t offset_low, selector;
	uint8_t stack, type;
	uint16_t offset_middle;
	uint32_t offset_high, reserved;
};

/* 64-bit code and data segments at Linux's selectors: an NMI handler finds them in either GDT. */
static const uint64_t gdt[] = { 0, 0, 0x00209b0000000000, 0x0000930000000000 };
static struct gate idt[EXCEPTIONS], drain_gates[VECTORS];

const struct descriptor_table host_gdt = { sizeof(gdt) - 1, (uint64_t)gdt };
const struct descriptor_table host_idt = { sizeof(idt) - 1, (uint64_t)idt };
struct descriptor_table drain_idt = { sizeof(drain_gates) - 1, (uint64_t)drain_gates };

static struct gate interrupt_gate(const char *handler)
{
	uint64_t offset = (uint64_t)handler;

	return (struct gate){ .offset_low = (uint16_t)offset,
			      .selector = HOST_CS,
			      .type = 0x8e,
			      .offset_middle = (uint16_t)(offset >> 16),
			      .offset_high = (uint32_t)(offset >> 32) };
}

void descriptors_init(const char *vectors, const char *nmi)
{
	for (unsigned i = 0; i < EXCEPTIONS; i++)
		idt[i] = interrupt_gate(vectors + i * VECTOR_SIZE);
	for (unsigned i = 0; i < VECTORS; i++)
		drain_gates[i] = interrupt_gate(drain_vector);
	idt[VECTOR_NMI] = drain_gates[VECTOR_NMI] = interrupt_gate(nmi);
}

void descriptors_load(void)
{
	asm volatile("lgdt %0\n\tlidt %1" : : "m"(host_gdt), "m"(host_idt));
	load_segments(HOST_CS, HOST_DS, HOST_DS, HOST_DS);
}
