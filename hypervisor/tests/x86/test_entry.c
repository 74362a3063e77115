// SPDX-License-Identifier: GPL-2.0
/* Entries that the processor refuses (APM volume 2, 15.5.1; SDM volume 3C, 26.2 and 27.8): they end a
 * cell, once; root gets one exception. */
#include "model.h"
#include "test.h"
#include <arch/fault.h>
#include <arch/svm.h>
#include <arch/vmx.h>
#include <string.h>

#define GENERAL_PROTECTION (EVENT_VALID | EVENT_ERROR | EVENT_TYPE(EVENT_EXCEPTION) | VECTOR_GP)
#define MACHINE_CHECK (EVENT_VALID | EVENT_TYPE(EVENT_EXCEPTION) | VECTOR_MC)
#define STATE (REASON_ENTRY_FAILED | 33)

void svm_exit(struct guest_regs *regs);
void vmx_exit(struct guest_regs *regs);
void __noreturn vmx_stuck(struct guest_regs *regs);

static struct vmcb vmcb;
static enum bh_stop_reason why;
static uint64_t syndrome;
static bool is_emulated;

static void look(const struct bh_failure *record, enum bh_stop_reason reason)
{
	CHECK_EQ(reason, why);
	CHECK_EQ(record->syndrome, syndrome);
}

/* A CPU of root, or CPU 3 of a cell that violations don't stop. */
static struct guest_regs start(const struct vm_ops *ops, bool root)
{
	model_start();
	model_config(BIT(3))->flags = BH_CELL_ON_VIOLATION_ABORT;
	CHECK(model_create());
	model_run_as(root ? 0 : 3);
	vm = ops;
	memset(&vmcb, 0, sizeof(vmcb));
	vmcb.cr0 = CR0_PE;
	vmcb.rip = 0x1234;
	vmcb.efer = EFER_SVME | EFER_LME | EFER_LMA;
	this_cpu()->arch.control = &vmcb;
	model_at_stop = look;
	return (struct guest_regs){ .cpu = this_cpu() };
}

static void svm_refuses(void *regs)
{
	vmcb.exit_code = is_emulated ? UINT32_MAX : UINT64_MAX;
	svm_exit(regs);
}

TEST(svm_refused_entry_ends_a_cell)
{
	struct guest_regs regs = start(&svm_ops, false);

	why = BH_STOP_TRAP;
	syndrome = UINT32_MAX;
	vmcb.efer |= EFER_LMSLE;
	CHECK_FAILS(svm_refuses, &regs, "stopped");
	is_emulated = true;
	CHECK_FAILS(svm_refuses, &regs, "stopped");
	CHECK_EQ(vmcb.event_injection, 0);
}

TEST(svm_refused_entry_is_a_fault_for_root)
{
	struct guest_regs regs = start(&svm_ops, true);

	is_emulated = false;
	vmcb.efer |= EFER_LMSLE;
	svm_refuses(&regs);
	CHECK_EQ(vmcb.event_injection, GENERAL_PROTECTION);
	CHECK_EQ(vmcb.efer, EFER_SVME | EFER_LME | EFER_LMA);
	vmcb.cs.attributes = ATTR_LONG | ATTR_DEFAULT32;
	svm_refuses(&regs);
	CHECK_EQ(vmcb.event_injection, GENERAL_PROTECTION);
	CHECK_EQ(vmcb.cs.attributes, ATTR_LONG);
	CHECK_EQ(vmcb.rip, 0x1234);
	/* Nothing is wrong that root can have set: its CPU stops. */
	CHECK_FAILS(svm_refuses, &regs, "parked");
}

static void vmx_refuses(void *regs)
{
	vmx_exit(regs);
}

static struct guest_regs start_vmx(uint64_t reason, bool root)
{
	vmwrite(VMCS_REASON, reason);
	vmwrite(VMCS_ENTRY_EVENT, 0);
	vmwrite(VMCS_GUEST_BLOCKED, BLOCKED_STI);
	vmwrite(VMCS_GUEST_CR0, CR0_PE);
	return start(&vmx_ops, root);
}

TEST(vmx_failed_entry_ends_a_cell)
{
	struct guest_regs regs = start_vmx(STATE, false);

	why = BH_STOP_TRAP;
	syndrome = BH_X86_VMX | STATE;
	CHECK_FAILS(vmx_refuses, &regs, "stopped");
}

TEST(vmx_failed_entry_is_one_fault_for_root)
{
	struct guest_regs regs = start_vmx(STATE, true);

	vmx_refuses(&regs);
	CHECK_EQ(vmread(VMCS_ENTRY_EVENT), GENERAL_PROTECTION);
	CHECK_EQ(vmread(VMCS_GUEST_BLOCKED), 0);
	CHECK_FAILS(vmx_refuses, &regs, "parked"); /* the event is still there */
}

TEST(vmx_machine_check_at_an_entry_of_root)
{
	struct guest_regs regs = start_vmx(REASON_ENTRY_FAILED | REASON_ENTRY_MACHINE_CHECK, true);

	vmx_refuses(&regs);
	CHECK_EQ(vmread(VMCS_ENTRY_EVENT), MACHINE_CHECK);
}

static void vmx_rejects(void *regs)
{
	vmx_stuck(regs);
}

TEST(vmx_entry_with_wrong_controls)
{
	struct guest_regs regs = start_vmx(0, false);

	why = BH_STOP_HYPERVISOR_FAULT;
	syndrome = BH_X86_VMX;
	CHECK_FAILS(vmx_rejects, &regs, "stopped");
	regs = start_vmx(0, true);
	CHECK_FAILS(vmx_rejects, &regs, "parked");
}

/* What a cell asks of the caches it shares with others has no effect; WBINVD would fault here. */
TEST(cells_leave_the_caches_alone)
{
	static const uint64_t codes[] = { EXIT_INVD, EXIT_WBINVD };
	static const uint64_t reasons[] = { REASON_INVD, REASON_WBINVD };
	struct guest_regs regs = start(&svm_ops, false);

	for (unsigned i = 0; i < ARRAY_SIZE(codes); i++) {
		vmcb.rip = 0x1234;
		vmcb.exit_code = codes[i];
		svm_exit(&regs);
		CHECK_EQ(vmcb.rip, 0x1236);
		CHECK_EQ(vmcb.event_injection, 0);
	}
	for (unsigned i = 0; i < ARRAY_SIZE(reasons); i++) {
		regs = start_vmx(reasons[i], false);
		vmwrite(VMCS_GUEST_RIP, 0x1234);
		vmwrite(VMCS_LENGTH, 2);
		vmx_exit(&regs);
		CHECK_EQ(vmread(VMCS_GUEST_RIP), 0x1236);
		CHECK_EQ(vmread(VMCS_ENTRY_EVENT), 0);
	}
}
