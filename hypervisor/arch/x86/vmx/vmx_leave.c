// SPDX-License-Identifier: GPL-2.0
/*
 * Disable: leaves VMX, and restores Linux's values of the registers that exits load (Intel SDM
 * volume 3C, 29.5). An NMI may come at any time. So whenever an IDT is current, the hypervisor's or
 * Linux's, the registers that its handlers need are loaded.
 */
#include <arch/asm.h>
#include <arch/descriptors.h>
#include <arch/vmx.h>
#include <hyp/arch.h>
#include <hyp/string.h>

#define GDT_ENTRIES 32 /* Linux has 16 */
#define TSS_BUSY BIT(41)

static void vmx_off(struct percpu *cpu)
{
	paddr_t vmcs = ptr_to_phys(cpu->arch.control);

	asm volatile("vmclear %0" : : "m"(vmcs) : "cc", "memory");
	asm volatile("vmxoff" : : : "cc", "memory");
}

static uint16_t selector(enum vm_segment which)
{
	return (uint16_t)vmread(VMCS_GUEST_SELECTOR + 2 * which);
}

static struct descriptor_table table(enum vm_segment which)
{
	return (struct descriptor_table){ (uint16_t)vmread(VMCS_GUEST_LIMIT + 2 * which),
					  vmread(VMCS_GUEST_BASE + 2 * which) };
}

/* Loads TR from a copy of Linux's GDT: LTR refuses Linux's descriptor, which is busy, and Linux's
 * GDT is read-only. */
static void load_tss(const struct descriptor_table *gdt, uint16_t tss)
{
	uint64_t copy[GDT_ENTRIES] = { 0 };
	struct descriptor_table pointer = { sizeof(copy) - 1, (uint64_t)copy };

	memcpy(copy, (const void *)gdt->base, MIN(sizeof(copy), gdt->limit + 1u));
	copy[tss / 8 % GDT_ENTRIES] &= ~TSS_BUSY;
	asm volatile("lgdt %0\n\tltr %1\n\tlgdt %2" : : "m"(pointer), "r"(tss), "m"(*gdt));
}

static void load_selectors(const struct descriptor_table *gdt)
{
	load_tss(gdt, selector(SEG_TR));
	asm volatile("lldt %0" : : "r"(selector(SEG_LDTR)));
	load_segments(selector(SEG_CS), selector(SEG_SS), selector(SEG_DS), selector(SEG_ES));
	asm volatile("mov %0, %%fs" : : "r"(selector(SEG_FS)));
	asm volatile("mov %0, %%gs" : : "r"(selector(SEG_GS)));
	wrmsr(MSR_FS_BASE, vmread(VMCS_GUEST_BASE + 2 * SEG_FS));
	wrmsr(MSR_GS_BASE, vmread(VMCS_GUEST_BASE + 2 * SEG_GS));
}

/* The current page tables must map Linux's half, because Linux's GDT and IDT lie there. */
void vmx_switch_off(struct percpu *cpu)
{
	struct descriptor_table gdt = table(SEG_GDTR), idt = table(SEG_IDTR);
	uint64_t cr0 = vm_get(cpu, VM_CR0), cr4 = vm_get(cpu, VM_CR4);
	uint64_t dr7 = vm_get(cpu, VM_DR7);

	load_selectors(&gdt);
	vmx_load_msrs();
	wrmsr(MSR_PAT, vm_get(cpu, VM_PAT));
	wrmsr(MSR_EFER, vm_get(cpu, VM_EFER));
	vmx_off(cpu);
	write_cr(0, cr0);
	/* Translations cached before enable may be stale, because Linux's flushes since then
	 * affected only its VPID. A change of PGE invalidates all (SDM 3A, 4.10.4.1). */
	write_cr(4, cr4 & ~CR4_PGE);
	write_cr(4, cr4);
	write_dr(7, dr7);
	asm volatile("lidt %0" : : "m"(idt));
}

/* Leaves VMX, which blocks INIT (24.8), and waits for INIT. */
void vmx_release(struct percpu *cpu)
{
	vmx_off(cpu);
	for (;;)
		asm volatile("hlt");
}
