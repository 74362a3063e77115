// SPDX-License-Identifier: GPL-2.0
/*
 * Exits of SVM guests (AMD64 APM volume 2, 15.9 and appendix C): svm_run.S calls svm_exit(), which
 * decodes the VMCB and calls handlers that SVM and VMX share.
 */
#include <arch/cpu.h>
#include <arch/exits.h>
#include <arch/fault.h>
#include <arch/insn_lookup.h>
#include <arch/s2_fault.h>
#include <arch/svm.h>
#include <arch/vm.h>
#include <hyp/arch.h>
#include <hyp/log.h>

#define NPF_WRITE BIT(1)
#define NPF_FETCH BIT(4)
#define NPF_WALK BIT(33) /* exit_info_1 (15.25.6) */

#define IO_IN BIT(0)
#define IO_STRING BIT(2)
#define IO_SIZE(info) ((unsigned)((info) >> 4 & 7)) /* 15.10.2 */

/* Advances RIP beyond the instruction. Processors with NRIPS (CPUID 8000_000A, EDX bit 3) store the
 * next RIP; for others, length is the instruction's length without prefixes. */
static inline void skip(struct vmcb *v, unsigned length)
{
	svm_go_on(v, v->next_rip ? v->next_rip : v->rip + length);
}

/* Only kernels may make hypercalls: in user mode VMMCALL raises #UD. */
static void exit_vmmcall(struct percpu *cpu, struct guest_regs *regs, struct vmcb *v)
{
	if (v->cpl) {
		exit_undefined(cpu);
		return;
	}
	skip(v, 3);
	exit_hypercall(cpu, regs);
}

static void exit_ioio(struct percpu *cpu, struct guest_regs *regs, struct vmcb *v)
{
	uint64_t info = v->exit_info_1;

	if (exit_port(cpu, regs, (uint16_t)(info >> 16), IO_SIZE(info), info & IO_IN,
		      info & IO_STRING))
		svm_go_on(v, v->exit_info_2);
}

static void exit_page_fault(struct percpu *cpu, struct guest_regs *regs, struct vmcb *v)
{
	struct cached_insn *cached =
		svm_long_mode(v) ? insn_cache_find(cpu, v->rip, v->cr3, v->cr4) : NULL;
	uint64_t gpa = v->exit_info_2, info = v->exit_info_1;
	unsigned length;

	if (likely(cached && insn_stores_to_apic(cached, gpa) &&
		   (info & (NPF_WRITE | NPF_WALK)) == NPF_WRITE)) {
		insn_store_to_apic(cpu, regs, cached, gpa);
		v->rip += cached->insn.length;
		v->interrupt_shadow = 0;
		return;
	}
	length = s2_fault(cpu, regs, cached, gpa,
			  (info & NPF_WRITE ? FAULT_WRITE : 0) |
				  (info & NPF_FETCH ? FAULT_FETCH : 0) |
				  (info & NPF_WALK ? FAULT_WALK : 0));
	if (length)
		svm_go_on(v, v->rip + length);
}

/* There are no virtual NMIs: the intercept of IRET tells when the guest can take the next NMI
 * (15.21.6, 15.22). */
void __cold svm_inject_nmi(struct percpu *cpu)
{
	struct vmcb *v = vmcb_of(cpu);

	if (cpu->arch.nmi_masked || v->event_injection & EVENT_VALID || v->interrupt_shadow & 1) {
		cpu->arch.nmi = 1; /* svm_exit() tries again at the next exit */
		v->intercept_misc1 |= INTERCEPT_IRET;
		return;
	}
	v->event_injection = EVENT_VALID | EVENT_TYPE(EVENT_NMI) | VECTOR_NMI;
	v->intercept_misc1 |= INTERCEPT_IRET;
	cpu->arch.nmi_masked = true;
}

/* The guest's NMI handler returns. A pending NMI is injected at the end of this exit. */
static void __cold exit_iret(struct percpu *cpu)
{
	count_exit(cpu, BH_EXIT_OTHER);
	vmcb_of(cpu)->intercept_misc1 &= (uint32_t)~INTERCEPT_IRET;
	cpu->arch.nmi_masked = false;
}

/*
 * VMRUN refused the guest's state (15.5.1): the guest executed nothing, and would not at the next
 * entry either. It ends a cell. Root loses what a guest can set wrong, and gets #GP; if there is
 * nothing to lose, its CPU stops.
 */
static void __cold refused(struct percpu *cpu, struct guest_regs *regs)
{
	struct vmcb *v = vmcb_of(cpu);
	uint64_t efer = v->efer & (EFER_SCE | EFER_LME | EFER_LMA | EFER_NXE | EFER_SVME);
	uint16_t code = v->cs.attributes;

	if (cpu->public.cell->id != BH_ROOT_CELL)
		stop_with_record(cpu, regs, BH_STOP_TRAP, 0);
	log_guest_message(BH_MSG_VIOLATION, BH_ROOT_CELL, BH_STOP_TRAP, 0, v->rip);
	if (code & ATTR_LONG) /* the combination with D is reserved (4.8.1) */
		code &= (uint16_t)~ATTR_DEFAULT32;
	if (efer == v->efer && code == v->cs.attributes)
		cpu_park(cpu);
	v->efer = efer;
	v->cs.attributes = code;
	vm_inject_exception(cpu, VECTOR_GP);
}

/*
 * Handles an exit. Returns true if it completed a two-byte instruction, which is to be skipped.
 * code: the low half; the upper one is 0, or that of -1 in EXIT_INVALID, where emulators have 0.
 * noinline: svm_exit() saves fewer registers.
 */
static bool __cold __attribute__((noinline))
rare_exit(struct percpu *cpu, struct guest_regs *regs, uint32_t code)
{
	switch (code) {
	case EXIT_EXCEPTION + VECTOR_DB:
	case EXIT_EXCEPTION + VECTOR_AC:
	case EXIT_EXCEPTION + VECTOR_MC:
		exit_exception(cpu, regs, code - EXIT_EXCEPTION);
		break;
	case EXIT_INIT: /* the firmware sent INIT: ipi.c never does */
		count_exit(cpu, BH_EXIT_OTHER);
		break;
	case EXIT_INVD:
	case EXIT_WBINVD:
		exit_invd(cpu);
		return true;
	case EXIT_RDPMC:
		exit_rdpmc(cpu);
		break;
	case EXIT_XSETBV:
		if (exit_xsetbv(cpu, regs))
			skip(vmcb_of(cpu), 3);
		break;
	case EXIT_INVALID:
		refused(cpu, regs);
		break;
	case EXIT_SHUTDOWN:
		exit_shutdown(cpu, regs);
	default: /* an instruction of SVM, which no guest has */
		if (code == EXIT_INVLPGA || (code >= EXIT_VMRUN && code <= EXIT_SKINIT))
			exit_undefined(cpu);
		else
			violation(cpu, regs, BH_STOP_TRAP, 0);
	}
	return false;
}

void __attribute__((used)) svm_exit(struct guest_regs *regs);
void svm_exit(struct guest_regs *regs)
{
	struct percpu *cpu = regs->cpu;
	struct vmcb *v = vmcb_of(cpu);
	uint64_t code = v->exit_code;
	bool done = false; /* a two-byte instruction was completed and is to be skipped */

	regs->r[R_AX] = v->rax;
	v->tlb_control = TLB_FLUSH_NOTHING;
	v->event_injection = 0;
	if (unlikely(v->exit_interrupt & EVENT_VALID))
		v->event_injection = event_again(v->exit_interrupt);
	if (code == EXIT_NPF) {
		exit_page_fault(cpu, regs, v);
	} else if (code == EXIT_VMMCALL) {
		exit_vmmcall(cpu, regs, v);
	} else if (code == EXIT_CPUID) {
		exit_cpuid(cpu, regs, v->cr4);
		done = true;
	} else if (code == EXIT_NMI) {
		take_nmi(cpu);
	} else if (code == EXIT_MSR) {
		done = exit_msr(cpu, regs, v->exit_info_1 & 1);
	} else if (code == EXIT_IOIO) {
		exit_ioio(cpu, regs, v);
	} else if (code == EXIT_IRET) {
		exit_iret(cpu);
	} else {
		done = rare_exit(cpu, regs, (uint32_t)code);
	}
	if (done)
		skip(v, 2);
	v->rax = regs->r[R_AX];
	if (unlikely(cpu->arch.nmi) && !cpu->arch.nmi_masked) {
		cpu->arch.nmi = 0;
		svm_inject_nmi(cpu);
	}
}
