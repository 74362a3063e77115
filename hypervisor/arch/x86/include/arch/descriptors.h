/* SPDX-License-Identifier: GPL-2.0 */
/* Descriptor tables of the hypervisor (AMD64 APM volume 2, 4.7). */
#ifndef ARCH_DESCRIPTORS_H
#define ARCH_DESCRIPTORS_H

#include <hyp/types.h>

/* Operand of LGDT, LIDT, SGDT and SIDT. */
struct descriptor_table {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

/* Fills in the tables, once at enable. vectors: see host_vectors; nmi: the handler of NMIs. */
void descriptors_init(const char *vectors, const char *nmi);
void descriptors_load(void); /* on each CPU */

static inline void load_segments(uint16_t cs, uint16_t ss, uint16_t ds, uint16_t es)
{
	asm volatile("push %0\n\tlea 1f(%%rip), %%rax\n\tpush %%rax\n\tlretq\n1:"
		     :
		     : "r"((uint64_t)cs)
		     : "rax", "memory");
	asm volatile("mov %0, %%ss" : : "r"(ss));
	asm volatile("mov %0, %%ds" : : "r"(ds));
	asm volatile("mov %0, %%es" : : "r"(es));
}

extern const struct descriptor_table host_gdt, host_idt;
extern struct descriptor_table drain_idt; /* for interrupts_drain() */

/* vectors.S, park.S */
extern char host_vectors[], nmi_vector[], drain_vector[];

#endif
