/* SPDX-License-Identifier: GPL-2.0 */
/* Enable and disable: interface between boot.c and entry.S. */
#ifndef ARCH_BOOT_H
#define ARCH_BOOT_H

#include <arch/regs.h>
#include <bulkhead/refusal.h>

/* What entry.S pushes onto Linux's stack. */
struct linux_frame {
	uint64_t r15, r14, r13, r12, rbp, rbx, rflags, rip;
};

/* Called from entry.S; see there. */
uint64_t boot_stack(void);
int64_t boot_cpu(const struct linux_frame *found, uint64_t cr3);

/* probe.c: true if nothing is on in this CPU that the hypervisor can't handle. Changes nothing.
 * cr3: Linux's. */
bool boot_probe(unsigned index, uint64_t cr3, struct bh_refusal *r);

/* entry.S */
void __noreturn leave_to_linux(const struct guest_regs *regs, uint64_t rsp, uint64_t rip,
			       uint64_t rflags);
extern char boot_entry[];

#endif
