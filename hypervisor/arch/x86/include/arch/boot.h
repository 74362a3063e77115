/* SPDX-License-Identifier: GPL-2.0 */
/* Entry points between assembly and C, and the parts of enable. */
#ifndef ARCH_BOOT_H
#define ARCH_BOOT_H

#include <arch/regs.h>
#include <hyp/cell.h>

/* What a field of the platform says. */
#define require_platform(holds, r, code, field, value) \
	require(holds, r, code, BH_F_PLATFORM, offsetof(struct bh_x86_platform, field), value)

/* What entry.S pushes onto Linux's stack. */
struct linux_frame {
	uint64_t r15, r14, r13, r12, rbp, rbx, rflags, rip;
};

/* Selectors and tables of Linux: what a control structure doesn't switch. */
struct descriptor_table {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

/* Called from entry.S; see there. */
uint64_t boot_stack(void);
int64_t boot_cpu(const struct linux_frame *found, uint64_t cr3);

bool boot_leaving(void); /* disable is under way: parked CPUs go, too */

/* entry.S */
void host_tables_load(const struct descriptor_table *gdt, const struct descriptor_table *idt);
void __noreturn leave_to_linux(const struct guest_regs *regs, uint64_t rsp, uint64_t rip,
			       uint64_t rflags);
void park_wait(void); /* sleep, with NMIs taken, until one came */
void apic_vectors_drain(const struct descriptor_table *idt);
bool msr_read(uint32_t msr, uint64_t *value); /* false: there is no such MSR */
bool msr_write(uint32_t msr, uint64_t value); /* false: nor takes it the value */
bool xcr_write(uint64_t value);		      /* XCR0, likewise */
extern char boot_entry[], host_vectors[], drain_vector[], nmi_vector[];

/* mmu.c */
void mmu_build(paddr_t phys);
uint64_t mmu_root(void);    /* CR3 of the hypervisor's own tables */
void mmu_switch(void);	    /* to these tables */
void mmu_switch_back(void); /* to those of entry, which have Linux's half, too */
void *mmu_window(unsigned slot, paddr_t phys);
extern uint64_t mmu_private[512]; /* table of the pages at PRIVATE_VA */

/* descriptors.c: descriptor tables of the hypervisor itself */
void host_init(void);
void host_load(void);
extern const struct descriptor_table host_gdt, host_idt;
extern struct descriptor_table host_drain_idt;

/* Linker script */
extern char image_start[], text_end[], rodata_end[], image_end[], mem_end[];
extern char mmu_apic[], mmu_io_apics[]; /* registers: see layout.h */
extern struct bh_boot boot_params;
extern char config_pages[];
extern uint64_t entry_tables[][512];

/* The pages of a CPU: see layout.h. */
static inline char *cpu_area(unsigned index)
{
	return mem_end + index * 0x4000ull;
}
struct guest_regs *cpu_frame(unsigned index);

#endif
