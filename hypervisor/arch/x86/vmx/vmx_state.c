// SPDX-License-Identifier: GPL-2.0
/* The VMCS at enable and at reset, and MSRs at disable (Intel SDM volume 3C, chapters 24, 27 and
 * 32). */
#include <arch/asm.h>
#include <arch/descriptors.h>
#include <arch/image.h>
#include <arch/mmu.h>
#include <arch/msr.h>
#include <arch/ports.h>
#include <arch/vmx.h>
#include <hyp/arch.h>
#include <hyp/string.h>

/* Bits that the hypervisor owns. The guest reads what it wrote, without effect: caches and machine
 * checks stay enabled, and VMX needs CR0.NE and CR4.VMXE (26.8). */
#define CR0_OURS (CR0_NE | CR0_NW | CR0_CD)

static uint64_t cr4_ours(bool root)
{
	return root ? CR4_VMXE : CR4_VMXE | CR4_MCE;
}

static void *area(const struct percpu *cpu, unsigned which)
{
	return cpu_area(cpu->public.index) + which;
}

/* Prepares a VMXON region or a VMCS, which begin with the processor's revision (25.11.5). */
static paddr_t region(void *page)
{
	memset(page, 0, PAGE_SIZE);
	*(uint32_t *)page = (uint32_t)rdmsr(MSR_VMX_BASIC) & VMX_BASIC_REVISION;
	return ptr_to_phys(page);
}

/* True if VMXON succeeded: else it sets CF or ZF (31.2). */
static bool vmxon(paddr_t region, uint64_t *flags)
{
	asm volatile("vmxon %1\n\tpushfq\n\tpop %0" : "=r"(*flags) : "m"(region) : "cc", "memory");
	return !(*flags & (RFLAGS_CF | RFLAGS_ZF));
}

/* Tries VMXON, if firmware has locked FEATURE_CONTROL. Nothing is changed. */
bool vmx_probe(unsigned index, struct bh_refusal *r)
{
	uint64_t firmware = rdmsr(MSR_FEATURE_CONTROL), cr4 = read_cr(4), flags;
	bool ok;

	if (!(firmware & FEATURE_CONTROL_LOCKED))
		return true;
	if (!(firmware & FEATURE_CONTROL_VMX))
		return refuse(r, BH_E_UNSUPPORTED, BH_F_X86_FEATURE_CONTROL, 0, firmware);
	write_cr(4, cr4 | CR4_VMXE);
	ok = vmxon(region(cpu_area(index) + AREA_HOST), &flags);
	if (ok)
		asm volatile("vmxoff" : : : "cc", "memory");
	write_cr(4, cr4);
	return ok || refuse(r, BH_E_UNSUPPORTED, BH_F_X86_VMXON, 0, flags);
}

/* If firmware left FEATURE_CONTROL unlocked, enables VMX and locks it, as Linux does (24.7). */
void vmx_switch_on(struct percpu *cpu)
{
	paddr_t on = region(area(cpu, AREA_HOST)), vmcs = region(area(cpu, AREA_CONTROL));
	uint64_t firmware = rdmsr(MSR_FEATURE_CONTROL), flags;

	if (!(firmware & FEATURE_CONTROL_LOCKED))
		wrmsr(MSR_FEATURE_CONTROL, firmware | FEATURE_CONTROL_LOCKED | FEATURE_CONTROL_VMX);
	write_cr(4, read_cr(4) | CR4_VMXE);
	vmxon(on, &flags); /* vmx_probe() has tried it */
	asm volatile("vmclear %0" : : "m"(vmcs) : "cc", "memory");
	asm volatile("vmptrld %0" : : "m"(vmcs) : "cc", "memory");
}

/* Host state, which exits load (25.5): Linux's control registers and MSRs, the hypervisor's
 * segments and tables. CET and PKS are off, as their MSRs have the guest's values. */
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
	vmwrite(VMCS_HOST_CR4, (read_cr(4) & ~(CR4_CET | CR4_PKS | CR4_LASS)) | CR4_OSFXSR | xsave);
	vmwrite(VMCS_HOST_PAT, rdmsr(MSR_PAT));
	vmwrite(VMCS_HOST_EFER, rdmsr(MSR_EFER));
	vmwrite(VMCS_HOST_RSP, (uint64_t)cpu_frame(cpu->public.index));
	vmwrite(VMCS_HOST_RIP, (uint64_t)vmx_exited);
}

/* Writes the controls, which differ between root and cells. */
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
	vmwrite(VMCS_PROC, vmx_controls.proc | (root ? 0 : PROC_RDPMC));
	vmwrite(VMCS_PROC2, vmx_controls.proc2 | (root ? 0 : PROC2_WBINVD));
	vmwrite(VMCS_EXIT, vmx_controls.exit);
	vmwrite(VMCS_EXCEPTIONS, root ? 0 : CELL_EXCEPTIONS);
	vmwrite(VMCS_IO_BITMAP_A, port_bitmap(cell));
	vmwrite(VMCS_IO_BITMAP_B, port_bitmap(cell) + PAGE_SIZE);
	vmwrite(VMCS_MSR_BITMAP, msr_bitmap(cell));
	vmwrite(VMCS_VPID, cell->arch.asid);
	vmwrite(VMCS_EPTP, vmx_eptp(cell));
	vmwrite(VMCS_LINK, ~0ull); /* no shadow VMCS (25.4.2) */
	vmwrite(VMCS_CR0_MASK, CR0_OURS);
	vmwrite(VMCS_CR4_MASK, ~vmx_cr4(cpu) | cr4_ours(root));
	vmx_flush(cpu); /* drop translations of earlier users of the VPID and the tables */
}

static void load(struct percpu *cpu, const struct vm_state *state)
{
	uint64_t cr0 = state->reg[VM_CR0], cr4 = state->reg[VM_CR4];
	bool long_mode = state->reg[VM_EFER] & EFER_LMA;

	set_control(cpu);
	for (unsigned i = 0; i < VM_REGS; i++)
		if (vmx_fields[i])
			vmwrite(vmx_fields[i], state->reg[i]);
	vmwrite(VMCS_CR0_SHADOW, cr0);
	vmwrite(VMCS_CR4_SHADOW, cr4);
	vmwrite(VMCS_GUEST_CR0, (cr0 & ~(uint64_t)(CR0_NW | CR0_CD)) | CR0_NE);
	vmwrite(VMCS_GUEST_CR4, cr4 | cr4_ours(cpu->public.cell->id == BH_ROOT_CELL));
	vmwrite(VMCS_ENTRY, vmx_controls.entry | (long_mode ? ENTRY_LONG : 0));
	for (unsigned i = 0; i < SEG_COUNT; i++) {
		vmwrite(VMCS_GUEST_BASE + 2 * i, state->segment[i].base);
		vmwrite(VMCS_GUEST_LIMIT + 2 * i, state->segment[i].limit);
		if (i >= SEG_GDTR)
			continue;
		vmwrite(VMCS_GUEST_SELECTOR + 2 * i, state->segment[i].selector);
		vmwrite(VMCS_GUEST_RIGHTS + 2 * i, state->segment[i].rights);
	}
}

/* MSRs that every entry loads from the VMCS. */
static const struct {
	uint16_t field, msr;
} msrs[] = {
	{ VMCS_GUEST_SYSENTER_CS, MSR_SYSENTER_CS },
	{ VMCS_GUEST_SYSENTER_ESP, MSR_SYSENTER_ESP },
	{ VMCS_GUEST_SYSENTER_EIP, MSR_SYSENTER_EIP },
	{ VMCS_GUEST_DEBUGCTL, MSR_DEBUGCTL },
};

void vmx_reset(struct percpu *cpu, const struct vm_state *state)
{
	static const uint32_t live[] = { MSR_STAR, MSR_LSTAR, MSR_CSTAR, MSR_SFMASK,
					 MSR_KERNEL_GS_BASE };

	load(cpu, state);
	for (unsigned i = 0; i < ARRAY_SIZE(msrs); i++)
		vmwrite(msrs[i].field, 0);
	for (unsigned i = 0; i < ARRAY_SIZE(live); i++)
		wrmsr(live[i], 0);
}

void vmx_take(struct percpu *cpu, const struct vm_state *state)
{
	set_host(cpu);
	load(cpu, state);
	for (unsigned i = 0; i < ARRAY_SIZE(msrs); i++)
		vmwrite(msrs[i].field, rdmsr(msrs[i].msr));
}

/* Loads the guest's values of these MSRs at disable, when the guest is Linux. */
void vmx_load_msrs(void)
{
	for (unsigned i = 0; i < ARRAY_SIZE(msrs); i++)
		wrmsr(msrs[i].msr, vmread(msrs[i].field));
}
