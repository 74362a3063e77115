// SPDX-License-Identifier: GPL-2.0
/* A CPU under VMX: from Linux, as after reset, back to Linux (Intel SDM volume 3C, chapters 24, 27
 * and 32). */
#include <arch/asm.h>
#include <arch/boot.h>
#include <arch/exits.h>
#include <arch/layout.h>
#include <arch/policy.h>
#include <arch/vm.h>
#include <arch/vmx.h>
#include <hyp/arch.h>
#include <hyp/string.h>

/* What a guest writes to these bits, it reads again, but it has no effect: caches stay on, machine
 * checks come, VMX needs CR0.NE and CR4.VMXE (26.8). */
#define CR0_OURS (CR0_NE | CR0_NW | CR0_CD)
#define CR4_OURS (CR4_VMXE | CR4_MCE)

/* Access rights as in 25.4.1. */
#define RIGHTS_CODE16 0x9b
#define RIGHTS_DATA 0x93
#define RIGHTS_LDT 0x82
#define RIGHTS_TSS16 0x8b

static void *area(const struct percpu *cpu, unsigned which)
{
	return cpu_area(cpu->public.index) + which;
}

/* VMXON's region or a VMCS: a page that begins with the processor's revision (25.11.5). */
static paddr_t region(void *page)
{
	memset(page, 0, PAGE_SIZE);
	*(uint32_t *)page = (uint32_t)rdmsr(MSR_VMX_BASIC) & VMX_BASIC_REVISION;
	return ptr_to_phys(page);
}

/* Firmware that left the choice open gets it made, as Linux does it (24.7). */
void vmx_switch_on(struct percpu *cpu)
{
	paddr_t on = region(area(cpu, AREA_HOST)), vmcs = region(area(cpu, AREA_CONTROL));
	uint64_t firmware = rdmsr(MSR_FEATURE_CONTROL);

	if (!(firmware & FEATURE_CONTROL_LOCKED))
		wrmsr(MSR_FEATURE_CONTROL, firmware | FEATURE_CONTROL_LOCKED | FEATURE_CONTROL_VMX);
	write_cr(4, read_cr(4) | CR4_VMXE);
	asm volatile("vmxon %0" : : "m"(on) : "cc", "memory");
	asm volatile("vmclear %0" : : "m"(vmcs) : "cc", "memory");
	asm volatile("vmptrld %0" : : "m"(vmcs) : "cc", "memory");
}

/* What every exit loads (25.5): as Linux had it, but for tables and segments. MSRs of
 * CET and of protection keys are the guest's, so the hypervisor runs without. */
static void set_host(struct percpu *cpu)
{
	static const uint16_t zero[] = {
		VMCS_HOST_FS,		VMCS_HOST_GS,		VMCS_HOST_FS_BASE,
		VMCS_HOST_GS_BASE,	VMCS_HOST_TR_BASE,	VMCS_HOST_SYSENTER_CS,
		VMCS_HOST_SYSENTER_ESP, VMCS_HOST_SYSENTER_EIP,
	};
	uint64_t xsave = cpuid(1, 0).c & BIT(26) ? CR4_OSXSAVE : 0;

	for (unsigned i = 0; i < ARRAY_SIZE(zero); i++)
		vmwrite(zero[i], 0);
	vmwrite(VMCS_HOST_ES, HOST_DS);
	vmwrite(VMCS_HOST_CS, HOST_CS);
	vmwrite(VMCS_HOST_SS, HOST_DS);
	vmwrite(VMCS_HOST_DS, HOST_DS);
	vmwrite(VMCS_HOST_TR, HOST_TSS);
	vmwrite(VMCS_HOST_GDTR_BASE, host_gdt.base);
	vmwrite(VMCS_HOST_IDTR_BASE, host_idt.base);
	vmwrite(VMCS_HOST_CR0, read_cr(0) & ~(uint64_t)CR0_TS);
	vmwrite(VMCS_HOST_CR3, mmu_root());
	vmwrite(VMCS_HOST_CR4, (read_cr(4) & ~(CR4_CET | CR4_PKS)) | CR4_OSFXSR | xsave);
	vmwrite(VMCS_HOST_PAT, rdmsr(MSR_PAT));
	vmwrite(VMCS_HOST_EFER, rdmsr(MSR_EFER));
	vmwrite(VMCS_HOST_RSP, (uint64_t)cpu_frame(cpu->public.index));
	vmwrite(VMCS_HOST_RIP, (uint64_t)vmx_exited);
}

/* What root may do, and what every guest is stopped at. */
static void set_control(struct percpu *cpu)
{
	static const uint16_t zero[] = {
		VMCS_PAGE_FAULT_MASK, VMCS_PAGE_FAULT_MATCH,	VMCS_CR3_TARGETS,
		VMCS_EXIT_MSR_STORES, VMCS_EXIT_MSR_LOADS,	VMCS_ENTRY_MSR_LOADS,
		VMCS_ENTRY_EVENT,     VMCS_XSS_BITMAP,		VMCS_GUEST_BLOCKED,
		VMCS_GUEST_ACTIVITY,  VMCS_GUEST_PENDING_DEBUG,
	};
	const struct cell *cell = cpu->public.cell;
	bool root = cell->id == BH_ROOT_CELL;

	for (unsigned i = 0; i < ARRAY_SIZE(zero); i++)
		vmwrite(zero[i], 0);
	vmwrite(VMCS_PIN, vmx_controls.pin);
	vmwrite(VMCS_PROC, vmx_controls.proc);
	vmwrite(VMCS_PROC2, vmx_controls.proc2);
	vmwrite(VMCS_EXIT, vmx_controls.exit);
	/* A cell's machine check ends it. #AC and #DB: one that is raised again by its own delivery
	 * would hold off the NMI that takes the CPU back (SDM 3C, 26.2). */
	vmwrite(VMCS_EXCEPTIONS, root ? 0 : BIT(VECTOR_DB) | BIT(VECTOR_AC) | BIT(VECTOR_MC));
	vmwrite(VMCS_IO_BITMAP_A, policy_iopm(cell));
	vmwrite(VMCS_IO_BITMAP_B, policy_iopm(cell) + PAGE_SIZE);
	vmwrite(VMCS_MSR_BITMAP, policy_msrpm(cell));
	vmwrite(VMCS_VPID, cell->arch.asid);
	vmwrite(VMCS_EPTP, vmx_eptp(cell));
	vmwrite(VMCS_LINK, ~0ull); /* no shadow VMCS (25.4.2) */
	vmwrite(VMCS_CR0_MASK, CR0_OURS);
	vmwrite(VMCS_CR4_MASK, root ? CR4_VMXE : CR4_OURS);
	vmx_flush(cpu); /* of whoever had the VPID or the tables before */
	cpu->arch.flush = 0;
	cpu->arch.nmi = 0;
}

static void set_control_registers(uint64_t cr0, uint64_t cr4)
{
	vmwrite(VMCS_CR0_SHADOW, cr0);
	vmwrite(VMCS_CR4_SHADOW, cr4);
	vmwrite(VMCS_GUEST_CR0, (cr0 & ~(uint64_t)(CR0_NW | CR0_CD)) | CR0_NE);
	vmwrite(VMCS_GUEST_CR4, cr4 | vmread(VMCS_CR4_MASK));
}

static void set_segment(enum vmcs_segment which, uint16_t selector, uint64_t base, uint32_t limit,
			uint32_t rights)
{
	vmwrite(VMCS_GUEST_SELECTOR + 2 * which, selector);
	vmwrite(VMCS_GUEST_BASE + 2 * which, base);
	vmwrite(VMCS_GUEST_LIMIT + 2 * which, limit);
	vmwrite(VMCS_GUEST_RIGHTS + 2 * which, rights);
}

static void set_tables(const struct descriptor_table *gdt, const struct descriptor_table *idt)
{
	vmwrite(VMCS_GUEST_GDTR_BASE, gdt->base);
	vmwrite(VMCS_GUEST_GDTR_LIMIT, gdt->limit);
	vmwrite(VMCS_GUEST_IDTR_BASE, idt->base);
	vmwrite(VMCS_GUEST_IDTR_LIMIT, idt->limit);
}

/* Registers as after INIT (SDM 3A, table 10-1), and what SIPI changes; entry: below 4 GiB. */
void vmx_reset(struct percpu *cpu)
{
	static const uint32_t msrs[] = { MSR_STAR, MSR_LSTAR, MSR_CSTAR, MSR_SFMASK,
					 MSR_KERNEL_GS_BASE };
	static const struct descriptor_table none = { 0xffff, 0 };
	static const uint16_t zero[] = {
		VMCS_GUEST_CR3,		VMCS_GUEST_RSP,		 VMCS_GUEST_EFER,
		VMCS_GUEST_SYSENTER_CS, VMCS_GUEST_SYSENTER_ESP, VMCS_GUEST_SYSENTER_EIP,
		VMCS_GUEST_DEBUGCTL,
	};
	uint64_t entry = cpu->public.entry, base = entry & ~PAGE_MASK;

	set_control(cpu);
	for (unsigned i = 0; i < ARRAY_SIZE(zero); i++)
		vmwrite(zero[i], 0);
	for (unsigned i = 0; i < ARRAY_SIZE(msrs); i++)
		wrmsr(msrs[i], 0);
	for (unsigned i = SEG_ES; i <= SEG_GS; i++)
		set_segment(i, 0, 0, 0xffff, RIGHTS_DATA);
	set_segment(SEG_CS, (uint16_t)(base >> 4), base, 0xffff, RIGHTS_CODE16);
	set_segment(SEG_LDTR, 0, 0, 0xffff, RIGHTS_LDT);
	set_segment(SEG_TR, 0, 0, 0xffff, RIGHTS_TSS16);
	set_tables(&none, &none);
	set_control_registers(CR0_ET | CR0_CD | CR0_NW, 0);
	vmwrite(VMCS_ENTRY, vmx_controls.entry);
	vmwrite(VMCS_GUEST_DR7, 0x400);
	vmwrite(VMCS_GUEST_RFLAGS, RFLAGS_FIXED);
	vmwrite(VMCS_GUEST_RIP, entry & PAGE_MASK);
	vmwrite(VMCS_GUEST_PAT, PAT_RESET);
	write_dr(6, 0xffff0ff0);
}

/* The segment register that a selector loaded from Linux's GDT; LAR and LSL read it, too. */
static void take_segment(enum vmcs_segment which, uint16_t selector, uint64_t base)
{
	uint32_t rights = 0, limit = 0;

	if (!(selector & ~3u)) {
		set_segment(which, selector, base, 0, RIGHTS_UNUSABLE);
		return;
	}
	asm("lar %1, %0" : "=r"(rights) : "r"((uint32_t)selector) : "cc");
	asm("lsl %1, %0" : "=r"(limit) : "r"((uint32_t)selector) : "cc");
	set_segment(which, selector, base, limit, rights >> 8 & 0xf0ff);
}

/* Of a system descriptor, or of a flat segment (SDM 3A, 3.4.5 and 8.2.3). */
static uint64_t base_of(const struct descriptor_table *gdt, uint16_t selector)
{
	uint64_t d[2];

	if (!(selector & ~3u))
		return 0;
	memcpy(d, (const char *)gdt->base + (selector & ~7u), sizeof(d));
	return (d[0] >> 16 & 0xffffff) | (d[0] >> 56 & 0xff) << 24 |
	       (d[0] & BIT(44) ? 0 : d[1] << 32);
}

#define read_selector(insn)                          \
	({                                           \
		uint16_t _s;                         \
		asm volatile(insn " %0" : "=r"(_s)); \
		_s;                                  \
	})
#define read_segment(reg) read_selector("mov %%" #reg ",")

static void take_segments(void)
{
	struct descriptor_table gdt, idt;
	uint16_t ldt = read_selector("sldt"), tss = read_selector("str");

	asm volatile("sgdt %0\n\tsidt %1" : "=m"(gdt), "=m"(idt));
	set_tables(&gdt, &idt);
	take_segment(SEG_CS, read_segment(cs), 0);
	take_segment(SEG_SS, read_segment(ss), 0);
	take_segment(SEG_DS, read_segment(ds), 0);
	take_segment(SEG_ES, read_segment(es), 0);
	take_segment(SEG_FS, read_segment(fs), rdmsr(MSR_FS_BASE));
	take_segment(SEG_GS, read_segment(gs), rdmsr(MSR_GS_BASE));
	take_segment(SEG_LDTR, ldt, base_of(&gdt, ldt));
	take_segment(SEG_TR, tss, base_of(&gdt, tss));
}

void vmx_take(struct percpu *cpu, const struct linux_frame *found, uint64_t cr3)
{
	uint64_t dr7;

	set_host(cpu);
	set_control(cpu);
	take_segments();
	set_control_registers(read_cr(0), read_cr(4) & ~CR4_VMXE);
	vmwrite(VMCS_ENTRY, vmx_controls.entry | ENTRY_LONG);
	vmwrite(VMCS_GUEST_EFER, rdmsr(MSR_EFER));
	vmwrite(VMCS_GUEST_PAT, rdmsr(MSR_PAT));
	vmwrite(VMCS_GUEST_CR3, cr3);
	asm volatile("mov %%db7, %0" : "=r"(dr7));
	vmwrite(VMCS_GUEST_DR7, dr7);
	vmwrite(VMCS_GUEST_DEBUGCTL, rdmsr(MSR_DEBUGCTL));
	vmwrite(VMCS_GUEST_SYSENTER_CS, rdmsr(MSR_SYSENTER_CS));
	vmwrite(VMCS_GUEST_SYSENTER_ESP, rdmsr(MSR_SYSENTER_ESP));
	vmwrite(VMCS_GUEST_SYSENTER_EIP, rdmsr(MSR_SYSENTER_EIP));
	vmwrite(VMCS_GUEST_RFLAGS, found->rflags);
	vmwrite(VMCS_GUEST_RIP, found->rip);
	vmwrite(VMCS_GUEST_RSP, (uint64_t)(found + 1));
}
