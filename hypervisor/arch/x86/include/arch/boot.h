/* SPDX-License-Identifier: GPL-2.0 */
/* Enable and disable: interface between boot.c and entry.S. */
#ifndef ARCH_BOOT_H
#define ARCH_BOOT_H

#include <arch/regs.h>

/* What entry.S pushes onto Linux's stack. */
struct linux_frame {
	uint64_t r15, r14, r13, r12, rbp, rbx, rflags, rip;
};

/* Called from entry.S; see there. */
uint64_t boot_stack(void);
int64_t boot_cpu(const struct linux_frame *found, uint64_t cr3);

/* entry.S */
void __noreturn leave_to_linux(const struct guest_regs *regs, uint64_t rsp, uint64_t rip,
			       uint64_t rflags);
extern char boot_entry[];

#endif
