// SPDX-License-Identifier: GPL-2.0
/* What guests' CPUs have in common, whatever controls them: see vm.h. */
#include <arch/asm.h>
#include <arch/fpu.h>
#include <arch/policy.h>
#include <arch/vm.h>
#include <hyp/arch.h>
#include <hyp/string.h>

const struct vm_ops *vm;
uint32_t vm_holds_nmis;

/* A processor has one of them at most. */
bool vm_check(struct bh_refusal *r)
{
	bool vmx = cpuid(1, 0).c & CPUID_1_C_VMX;

	vm = vmx ? &vmx_ops : &svm_ops;
	vm_holds_nmis = !vmx;
	return vm->check(r);
}

/* APM 2, table 14-1; SDM 3A, table 10-1. */
void vm_reset(struct percpu *cpu, struct guest_regs *regs)
{
	vm->reset(cpu);
	guest_forget(cpu);
	memset(regs->r, 0, sizeof(regs->r));
	regs->r[R_DX] = cpuid(1, 0).a; /* family, model, stepping */
	regs->r[R_DI] = cpu->public.argument;
	write_dr(0, 0);
	write_dr(1, 0);
	write_dr(2, 0);
	write_dr(3, 0);
	write_cr(2, 0);
	fpu_reset();
	policy_reset_msrs();
}
