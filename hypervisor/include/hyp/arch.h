/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions that an architecture provides to the core: hypervisor/arch/NAME/, or tests/fake/
 * for host tests. It also provides arch_uarts (console.h), arch_pt_write() and arch_pt_flush()
 * (paging.h), memset() and memcpy() (string.h), hyp_phys_offset (pool.h), <arch/cell.h> and
 * <arch/current.h>, and a linker script that includes hypervisor/resources.lds.
 */
#ifndef HYP_ARCH_H
#define HYP_ARCH_H

#include <arch/current.h> /* this_cpu() */
#include <hyp/cell.h>

extern const uint16_t arch_config_id;	 /* BH_ARCH_* */
extern const uint32_t arch_system_flags; /* BH_SYSTEM_* that it knows */
extern const bool arch_has_ports;	 /* cells can have I/O ports and PCI functions */

/* At enable: does the platform part match the machine? False: *r holds the refusal. */
bool arch_check_platform(const struct bh_system_part *system, struct bh_refusal *r);

/* For a new cell: set up an empty second stage, with its root from the pool, and allocate the id by
 * which TLBs tag its entries. False: out of pages or ids. Undone by arch_cell_exit(). */
bool arch_cell_init(struct cell *cell, struct bh_refusal *r);
void arch_cell_exit(struct cell *cell);

/* Size in bytes of the physical address space that configs may use, and of the guest address space
 * of cells' second stages. */
uint64_t arch_phys_limit(void);

/* The attributes (PT_*) with which root's second stage maps memory whose config says `attrs`. Reduces
 * *size to the bytes from phys on that have them. They don't change while the hypervisor runs. */
unsigned arch_root_attrs(paddr_t phys, uint64_t *size, unsigned attrs);

/* Ask the firmware to start a CPU in its cell; its state is STARTING, entry and argument are set.
 * False: the firmware refused. Any CPU. */
bool arch_cpu_start(struct percpu *cpu);

/* This CPU: clear the cell's state from it, set state OFF and switch off in firmware. */
void __noreturn arch_cpu_off(struct percpu *cpu);

/* For SYSTEM_RESET, on this CPU: reset it as for a start, and enter its cell at public.entry with
 * public.argument. */
void __noreturn arch_cpu_restart(struct percpu *cpu);

/* Does the firmware report this CPU (state OFF) as off, or has the CPU stopped in the hypervisor,
 * from where arch_cpu_start() can start it? */
bool arch_cpu_is_off(struct percpu *cpu);

/* For disable: is this CPU, which is off, out of the hypervisor's code? Asks it to leave. */
bool arch_cpu_is_gone(struct percpu *cpu);

/* Interrupt a CPU so that it enters the hypervisor, whatever it executes. Any CPU. */
void arch_kick(struct percpu *cpu);

/* Zero, or copy, memory that no guest uses now, and clean it to the point of coherency. */
void arch_wipe(paddr_t phys, uint64_t size);
void arch_copy(paddr_t to, paddr_t from, uint64_t size);

/* Clean hypervisor memory that a guest may read with caches off. */
void arch_clean(const void *start, size_t size);

/* Fill in the info page's architecture fields (interrupt controller addresses, clock). */
void arch_fill_info(struct bh_info *info);

/* Bytes of the running image: all of it with bss, and text and rodata alone. */
void arch_image_bytes(uint64_t *image, uint64_t *text);

/* Spare interrupts: no device is wired to them; the hypervisor raises them for a cell. Any CPU. */
void arch_raise_irq(uint32_t irq);
bool arch_irq_is_spare(uint32_t irq);

/* Raise root's doorbell, if the platform has one. Any CPU. */
void arch_root_doorbell(void);

/* Disable: leave the hypervisor on this CPU and continue Linux. */
void __noreturn arch_leave(struct percpu *cpu);

/* A monotonic counter, its rate, and a hint for spin loops, which always returns. */
uint64_t arch_ticks(void);
uint64_t arch_ticks_per_ms(void);
void arch_relax(void);

#endif
