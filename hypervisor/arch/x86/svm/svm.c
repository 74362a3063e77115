// SPDX-License-Identifier: GPL-2.0
/*
 * AMD SVM (AMD64 APM volume 2, chapter 15): the operations of vm.h on the VMCB. Exits are in
 * svm_exit.c.
 *
 * FS, GS, LDTR, TR and the system call MSRs always have the guest's values: the hypervisor uses
 * none of them, so exits neither save nor load them. A reset loads new values by VMLOAD.
 */
#include <arch/descriptors.h>
#include <arch/features.h>
#include <arch/formats.h>
#include <arch/image.h>
#include <arch/msr.h>
#include <arch/ports.h>
#include <arch/svm.h>
#include <arch/vm.h>
#include <hyp/arch.h>
#include <hyp/string.h>

#define SVM_NESTED_PAGING BIT(0) /* CPUID 8000_000A, EDX (APM 3, E.4.9) */

static bool svm_check(struct bh_refusal *r)
{
	bool svm = cpuid(0x80000000, 0).a >= 0x8000000a && cpuid(0x80000001, 0).c & BIT(2);
	struct cpuid has = cpuid(0x8000000a, 0);

	vm_asids = (uint32_t)has.b;
	vm_max_leaf_level = cpuid(0x80000001, 0).d & BIT(26) ? 2 : 1; /* Page1GB */
	return require(svm, r, BH_E_UNSUPPORTED, BH_F_PLATFORM, 0, 0x80000001) &&
	       require(has.d & SVM_NESTED_PAGING, r, BH_E_UNSUPPORTED, BH_F_PLATFORM, 0,
		       0x8000000a) &&
	       require(has.b >= 2, r, BH_E_UNSUPPORTED, BH_F_PLATFORM, 1, 0x8000000a) &&
	       require(!(rdmsr(MSR_VM_CR) & VM_CR_SVMDIS), r, BH_E_UNSUPPORTED, BH_F_PLATFORM, 0,
		       MSR_VM_CR);
}

/* Offset in the VMCB of each register. A selector is the low 16 bits of the word at its offset. */
static const uint16_t places[VM_REGS] = {
	[VM_RIP] = offsetof(struct vmcb, rip),
	[VM_RFLAGS] = offsetof(struct vmcb, rflags),
	[VM_CR0] = offsetof(struct vmcb, cr0),
	[VM_CR2] = offsetof(struct vmcb, cr2),
	[VM_CR3] = offsetof(struct vmcb, cr3),
	[VM_CR4] = offsetof(struct vmcb, cr4),
	[VM_EFER] = offsetof(struct vmcb, efer),
	[VM_CS_SELECTOR] = offsetof(struct vmcb, cs.selector),
	[VM_SS_SELECTOR] = offsetof(struct vmcb, ss.selector),
	[VM_CS_BASE] = offsetof(struct vmcb, cs.base),
	[VM_RSP] = offsetof(struct vmcb, rsp),
	[VM_DR6] = offsetof(struct vmcb, dr6),
	[VM_DR7] = offsetof(struct vmcb, dr7),
	[VM_PAT] = offsetof(struct vmcb, guest_pat),
};

static uint64_t *place_of(struct vmcb *v, enum vm_reg reg)
{
	return (uint64_t *)((char *)v + places[reg]);
}

static uint64_t svm_get(const struct percpu *cpu, enum vm_reg reg)
{
	uint64_t value = *place_of(vmcb_of(cpu), reg);

	if (reg == VM_CS_SELECTOR || reg == VM_SS_SELECTOR)
		return (uint16_t)value;
	return reg == VM_EFER ? value & ~EFER_SVME : value;
}

static unsigned svm_mode(const struct percpu *cpu)
{
	const struct vmcb *v = vmcb_of(cpu);

	if (svm_long_mode(v))
		return 64;
	/* The bit applies in real mode, too, which keeps the attributes that were loaded last. */
	return v->cs.attributes & ATTR_DEFAULT32 ? 32 : 16;
}

static void svm_flush(struct percpu *cpu)
{
	vmcb_of(cpu)->tlb_control = TLB_FLUSH_ALL;
}

static void svm_set_efer(struct percpu *cpu, uint64_t efer)
{
	struct vmcb *v = vmcb_of(cpu);

	v->efer = efer | EFER_SVME;
	svm_flush(cpu);
}

static void svm_inject(struct percpu *cpu, uint64_t event)
{
	vmcb_of(cpu)->event_injection = event;
}

/* Intercepts and other controls, for root or for cells. */
static void set_control(struct percpu *cpu)
{
	const struct cell *cell = cpu->public.cell;
	bool root = cell->id == BH_ROOT_CELL;
	struct vmcb *v = vmcb_of(cpu);

	v->intercept_misc1 =
		(uint32_t)(INTERCEPT_NMI | INTERCEPT_INIT | INTERCEPT_CPUID | INTERCEPT_INVD |
			   INTERCEPT_INVLPGA | INTERCEPT_IOIO | INTERCEPT_MSR | INTERCEPT_SHUTDOWN |
			   (root ? 0 : INTERCEPT_RDPMC));
	v->intercept_misc2 = INTERCEPT_VMRUN | INTERCEPT_VMMCALL | INTERCEPT_VMLOAD |
			     INTERCEPT_VMSAVE | INTERCEPT_STGI | INTERCEPT_CLGI | INTERCEPT_SKINIT |
			     INTERCEPT_XSETBV | (root ? 0 : INTERCEPT_WBINVD);
	v->intercept_exceptions = root ? 0 : CELL_EXCEPTIONS;
	v->iopm = port_bitmap(cell);
	v->msrpm = msr_bitmap(cell);
	v->asid = cell->arch.asid;
	v->nested_paging =
		NESTED_PAGING | (root && cpu_has(CPUID_INVLPGB_CTL) ? NESTED_INVLPGB : 0);
	v->nested_cr3 = ptr_to_phys(cell->s2.root);
	svm_flush(cpu); /* drop translations of the ASID's previous user */
}

static void load(struct percpu *cpu, const struct vm_state *state)
{
	/* In the order of struct vmcb. */
	static const uint8_t segments[] = { SEG_ES, SEG_CS,   SEG_SS,	SEG_DS,	  SEG_FS,
					    SEG_GS, SEG_GDTR, SEG_LDTR, SEG_IDTR, SEG_TR };
	struct vmcb *v = vmcb_of(cpu);

	memset(v, 0, sizeof(*v));
	set_control(cpu);
	for (unsigned i = 0; i < VM_REGS; i++)
		*place_of(v, i) = state->reg[i];
	v->efer |= EFER_SVME; /* VMRUN requires it (15.5.1) */
	for (unsigned i = 0; i < ARRAY_SIZE(segments); i++) {
		uint32_t rights = state->segment[segments[i]].rights;

		v->segments[i] = (struct vmcb_segment){
			.selector = state->segment[segments[i]].selector,
			.attributes = (uint16_t)((rights & 0xff) | (rights >> 4 & 0xf00)),
			.limit = state->segment[segments[i]].limit,
			.base = state->segment[segments[i]].base,
		};
	}
}

static void svm_reset(struct percpu *cpu, const struct vm_state *state)
{
	load(cpu, state);
	vmload(ptr_to_phys(vmcb_of(cpu)));
}

static void svm_take(struct percpu *cpu, const struct vm_state *state)
{
	struct vmcb *v = vmcb_of(cpu);

	load(cpu, state);
	if (cpu_has(CPUID_SHSTK) || cpu_has(CPUID_IBT))
		v->s_cet = rdmsr(MSR_S_CET);
	if (cpu_has(CPUID_V_SPEC_CTRL)) { /* guests have it in the VMCB, with this one's bits ORed */
		v->spec_ctrl = rdmsr(MSR_SPEC_CTRL);
		wrmsr(MSR_SPEC_CTRL, 0);
	}
	/* VMSAVE stores FS, GS, LDTR, TR and the system call MSRs, which exits don't save. */
	asm volatile("vmsave %0" : : "a"(ptr_to_phys(v)) : "memory");
}

static void svm_switch_on(struct percpu *cpu)
{
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SVME);
	wrmsr(MSR_VM_HSAVE_PA, ptr_to_phys(cpu_area(cpu->public.index) + AREA_HOST));
	if (cpu_has(CPUID_TSC_RATE)) /* it has an effect on guests only */
		wrmsr(MSR_TSC_RATIO, TSC_RATIO_ONE);
	asm volatile("clgi" : : : "memory");
}

/* The current page tables must map Linux's half, because Linux's GDT and IDT lie there. */
static void svm_switch_off(struct percpu *cpu)
{
	const struct vmcb *v = vmcb_of(cpu);
	struct descriptor_table gdt = { (uint16_t)v->gdtr.limit, v->gdtr.base };
	struct descriptor_table idt = { (uint16_t)v->idtr.limit, v->idtr.base };
	uint64_t efer = v->efer & ~EFER_SVME;

	asm volatile("lgdt %0\n\tlidt %1" : : "m"(gdt), "m"(idt));
	load_segments(v->cs.selector, v->ss.selector, v->ds.selector, v->es.selector);
	wrmsr(MSR_PAT, v->guest_pat);
	if (cpu_has(CPUID_V_SPEC_CTRL))
		wrmsr(MSR_SPEC_CTRL, v->spec_ctrl);
	if (cpu_has(CPUID_SHSTK) || cpu_has(CPUID_IBT))
		wrmsr(MSR_S_CET, v->s_cet);
	write_cr(0, v->cr0);
	write_cr(4, v->cr4); /* it may set PCIDE, which needs PCID 0 in the current CR3 (5.5.1) */
	write_cr(2, v->cr2);
	write_dr(6, v->dr6);
	write_dr(7, v->dr7);
	asm volatile("stgi" : : : "memory");
	wrmsr(MSR_EFER, efer);
	wrmsr(MSR_VM_HSAVE_PA, 0);
}

static void svm_set_ax(struct percpu *cpu, uint64_t value)
{
	vmcb_of(cpu)->rax = value;
}

static void svm_describe_exit(const struct percpu *cpu, struct bh_failure *f)
{
	const struct vmcb *v = vmcb_of(cpu);

	f->syndrome = (uint32_t)v->exit_code;
	f->x86.info1 = v->exit_info_1;
	f->x86.info2 = v->exit_info_2;
}

/* The bitmap has two bits, read and write, for each MSR of three ranges (15.11). */
static bool svm_msr_bit(uint32_t msr, bool write, unsigned *bit)
{
	unsigned range = msr >= 0xc0010000 ? 2 : msr >= 0xc0000000;

	*bit = (range * 0x2000 + (msr & 0x1fff)) * 2 + write;
	return true;
}

const struct vm_ops svm_ops = {
	.check = svm_check,
	.take = svm_take,
	.reset = svm_reset,
	.switch_on = svm_switch_on,
	.switch_off = svm_switch_off,
	.enter = svm_enter,
	.get = svm_get,
	.mode = svm_mode,
	.set_efer = svm_set_efer,
	.inject = svm_inject,
	.inject_nmi = svm_inject_nmi,
	.flush = svm_flush,
	.set_ax = svm_set_ax,
	.describe_exit = svm_describe_exit,
	.format = &npt_format,
	.s2_as_host = true, /* 15.25.3 */
	.msr_bit = svm_msr_bit,
};
