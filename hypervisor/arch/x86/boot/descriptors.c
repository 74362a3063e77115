// SPDX-License-Identifier: GPL-2.0
/* Descriptor tables of the hypervisor (AMD64 APM volume 2, 4.8). */
#include <arch/asm.h>
#include <arch/descriptors.h>
#include <arch/layout.h>
#include <hyp/types.h>

#define VECTORS 256u
#define VECTOR_SIZE 8u /* bytes of code for each vector at host_vectors */
#define EXCEPTIONS 32u

/* 64-bit code and data segments with the same selectors as in Linux's GDT: an NMI handler needs
 * them in whichever of the two GDTs is loaded. */
static const uint64_t gdt[] = { 0, 0, 0x00209b0000000000, 0x0000930000000000 };
static uint64_t idt[EXCEPTIONS][2], drain_gates[VECTORS][2];

const struct descriptor_table host_gdt = { sizeof(gdt) - 1, (uint64_t)gdt };
const struct descriptor_table host_idt = { sizeof(idt) - 1, (uint64_t)idt };
struct descriptor_table drain_idt = { sizeof(drain_gates) - 1, (uint64_t)drain_gates };

/* A 64-bit interrupt gate (4.8.4). */
static void set_gate(uint64_t *gate, const char *handler)
{
	uint64_t offset = (uint64_t)handler;

	gate[0] = (offset & 0xffff) | HOST_CS << 16 | 0x8eull << 40 | (offset >> 16 & 0xffff) << 48;
	gate[1] = offset >> 32;
}

void descriptors_init(const char *vectors, const char *nmi)
{
	for (unsigned i = 0; i < EXCEPTIONS; i++)
		set_gate(idt[i], vectors + i * VECTOR_SIZE);
	for (unsigned i = 0; i < VECTORS; i++)
		set_gate(drain_gates[i], drain_vector);
	set_gate(idt[VECTOR_NMI], nmi);
	set_gate(drain_gates[VECTOR_NMI], nmi);
}

void descriptors_load(void)
{
	asm volatile("lgdt %0\n\tlidt %1" : : "m"(host_gdt), "m"(host_idt));
	load_segments(HOST_CS, HOST_DS, HOST_DS, HOST_DS);
}
