/* SPDX-License-Identifier: GPL-2.0 */
/* Functions called between assembly and C, and the CPU state that enable and disable change. */
#ifndef ARCH_BOOT_H
#define ARCH_BOOT_H

#include <arch/regs.h>
#include <hyp/cell.h>

/* C functions that entry.S and vectors.S call. handle_sync() returns true if it changed x19 to x29
 * of the guest. */
void mmu_build(paddr_t phys);
int64_t boot_cpu(unsigned index, uint64_t sctlr, uint64_t vbar);
void __noreturn cpu_booted(unsigned index);
bool handle_sync(struct percpu *cpu, struct guest_regs *regs, uint64_t esr);
void __noreturn el2_fault_entry(struct percpu *cpu);
void __noreturn el2_fault(struct percpu *cpu);

/* entry.S */
void secondary_entry(void);
void __noreturn leave_to_linux(const struct guest_regs *regs, uint64_t sctlr, uint64_t vbar);

/* vectors.S */
extern char el2_vectors[];
void __noreturn enter_guest(struct guest_regs *regs);

/* Linker script */
extern char image_start[], text_end[], rodata_end[], image_end[], mem_end[];
extern struct bh_boot boot_params;
extern char config_pages[];

/* The guest's registers at the top of a CPU's stack. */
struct guest_regs *cpu_frame(unsigned index);

/* el2_state.c: EL2 registers that control EL1. */
void el2_save_found(struct percpu *cpu);    /* at enable: store the values before it */
void el2_enter_root(struct percpu *cpu);    /* program them for root */
void el2_enter_cell(struct percpu *cpu);    /* program them for this CPU's cell */
void el2_restore_found(struct percpu *cpu); /* at disable */
void el2_find_features(struct percpu *cpu); /* on each way in: arch.features */

/* probe.c: does this CPU have what all CPUs share? False: it must not run guests. Only reads. */
bool cpu_fits(void);

/* reset.c: reset all registers that EL1 and EL0 can access to their state after power on. */
void guest_reset(struct percpu *cpu, struct guest_regs *regs);

#endif
