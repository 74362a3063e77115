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

void descriptors_init(void); /* once, at enable */
void descriptors_load(void); /* on each CPU */

extern const struct descriptor_table host_gdt, host_idt;
extern struct descriptor_table drain_idt; /* for interrupts_drain() */

/* vectors.S */
void host_tables_load(const struct descriptor_table *gdt, const struct descriptor_table *idt);
extern char host_vectors[], drain_vector[], nmi_vector[];

#endif
