/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an architecture provides to the core. arch/<name>/ implements it;
 * tests/fake/ does so for host tests.
 */
#ifndef HYP_ARCH_H
#define HYP_ARCH_H

#include <arch/current.h> /* this_cpu() */
#include <hyp/cell.h>

extern const uint16_t arch_config_id; /* BH_ARCH_* */
extern const bool arch_has_ports;     /* cells can have I/O ports and PCI functions */

/* Does the platform part fit the machine? At enable. False: *r says why. */
bool arch_check_platform(const struct bh_system_part *system, struct bh_refusal *r);

/* Second stage of a new cell: choose format and root, allocate the root from the pool; identify
 * the cell to the hardware (VMID, ASID). False: out of memory or ids. Undone by arch_cell_exit(). */
bool arch_cell_init(struct cell *cell, struct bh_refusal *r);
void arch_cell_exit(struct cell *cell);

/* Bytes of physical address space that configs may use, and of guest address space: cells' second
 * stages reach as far. */
uint64_t arch_phys_limit(void);

/* Ask the firmware to start a CPU (state STARTING, entry and argument set) in its cell.
 * False: the firmware refused. Any CPU. */
bool arch_cpu_start(struct percpu *cpu);

/* This CPU: leave no trace of its cell, set state OFF and switch off in firmware. */
void __noreturn arch_cpu_off(struct percpu *cpu);

/* This CPU, in its cell: reset to the state of a CPU just started, and enter the cell at
 * public.entry with public.argument. For SYSTEM_RESET. */
void __noreturn arch_cpu_restart(struct percpu *cpu);

/* True once firmware says that the CPU (state OFF) is really off. */
bool arch_cpu_is_off(struct percpu *cpu);

/* Make a CPU enter the hypervisor soon, whatever it executes. Any CPU. */
void arch_kick(struct percpu *cpu);

/* Zero and clean to the point of coherency / copy and clean: memory that no guest uses now. */
void arch_wipe(paddr_t phys, uint64_t size);
void arch_copy(paddr_t to, paddr_t from, uint64_t size);

/* Clean a piece of hypervisor memory that a guest reads with caches off (info page). */
void arch_clean(const void *start, size_t size);

/* Fill in the info page's architecture fields (controller addresses, clock). */
void arch_fill_info(struct bh_info *info);

/* How large the running image is: bytes of text, rodata, data and bss; bytes of text and rodata. */
void arch_image_bytes(uint64_t *image, uint64_t *text);

/* Raise an interrupt that belongs to the hypervisor: root's doorbell (0: none), or a spare one of
 * a cell. Any CPU. */
void arch_raise_irq(uint32_t irq);
bool arch_irq_is_spare(uint32_t irq);
void arch_root_doorbell(void);

/* Disable: leave the hypervisor on this CPU, back to Linux as it was. */
void __noreturn arch_leave(struct percpu *cpu);

/* Time: monotonic counter, its rate, and a hint for spin loops (never sleeps for good). */
uint64_t arch_ticks(void);
uint64_t arch_ticks_per_ms(void);
void arch_relax(void);

#endif
