// SPDX-License-Identifier: GPL-2.0
/* Exits of SVM guests: the state after the emulated instruction. */
#include "model.h"
#include <arch/svm.h>
#include <arch/vm.h>
#include <string.h>
#include <test.h>

void svm_exit(struct guest_regs *regs);

static struct vmcb vmcb;

/* CPU 0 exits at an instruction after STI, in 64-bit mode or not. */
static struct guest_regs at(uint64_t rip, bool long_mode, uint64_t next)
{
	struct guest_regs regs = { 0 };

	memset(&vmcb, 0, sizeof(vmcb));
	vmcb.rip = rip;
	vmcb.next_rip = next;
	vmcb.interrupt_shadow = 1;
	vmcb.efer = EFER_LMA;
	vmcb.cs.attributes = long_mode ? ATTR_LONG : 0;
	model_run_as(0);
	regs.cpu = this_cpu();
	regs.cpu->arch.control = &vmcb;
	return regs;
}

static uint64_t cpuid_goes_on(uint64_t rip, bool long_mode, uint64_t next)
{
	struct guest_regs regs = at(rip, long_mode, next);
	uint64_t before = regs.cpu->public.stats->exits[BH_EXIT_CPUID];

	vmcb.exit_code = EXIT_CPUID;
	vmcb.rax = 0x80000008;
	svm_exit(&regs);
	CHECK_EQ(vmcb.rax, 48); /* with the values of the model */
	CHECK_EQ(regs.r[R_BX], ~0u);
	CHECK_EQ(vmcb.interrupt_shadow, 0);
	CHECK_EQ(regs.cpu->public.stats->exits[BH_EXIT_CPUID], before + 1);
	return vmcb.rip;
}

TEST(svm_cpuid_goes_on_behind_it)
{
	const uint64_t end = BIT(32) - 1;

	model_start();
	CHECK_EQ(cpuid_goes_on(0x1000, true, 0x1003), 0x1003); /* an instruction with a prefix */
	CHECK_EQ(cpuid_goes_on(0x1000, true, 0), 0x1002);      /* a CPU without NRIPS */
	CHECK_EQ(cpuid_goes_on(end, true, 0), end + 2);
	CHECK_EQ(cpuid_goes_on(end, false, 0), 1); /* RIP wraps outside of 64-bit mode */
	CHECK_EQ(cpuid_goes_on(end, false, end + 2), 1);
}

TEST(svm_error_code_of_an_exception)
{
	const uint64_t fault = EVENT_VALID | EVENT_TYPE(EVENT_EXCEPTION);

	model_start();
	at(0x1000, true, 0);
	vmcb.cr0 = CR0_PE;
	vm_inject_exception(model_cpu(0), VECTOR_GP);
	CHECK_EQ(vmcb.event_injection, fault | EVENT_ERROR | VECTOR_GP);
	vm_inject_exception(model_cpu(0), VECTOR_AC);
	CHECK_EQ(vmcb.event_injection, fault | EVENT_ERROR | VECTOR_AC);
	vm_inject_exception(model_cpu(0), VECTOR_UD);
	CHECK_EQ(vmcb.event_injection, fault | VECTOR_UD);
	vmcb.cr0 = 0;
	vm_inject_exception(model_cpu(0), VECTOR_GP);
	CHECK_EQ(vmcb.event_injection, fault | VECTOR_GP);
}

TEST(svm_msr_that_isnt_there_stays_where_it_is)
{
	struct guest_regs regs;

	model_start();
	for (unsigned write = 0; write < 2; write++) {
		regs = at(0x1000, true, 0);
		vmcb.exit_code = EXIT_MSR;
		vmcb.exit_info_1 = write;
		regs.r[R_CX] = MSR_VM_HSAVE_PA; /* root reads 0 and can't write the MSR */
		svm_exit(&regs);
		CHECK_EQ(vmcb.rip, write ? 0x1000 : 0x1002);
		CHECK_EQ(vmcb.interrupt_shadow, write);
		CHECK_EQ(!!(vmcb.event_injection & EVENT_VALID), write);
	}
}
