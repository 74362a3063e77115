// SPDX-License-Identifier: GPL-2.0
/*
 * NMIs for a guest: none is lost, and none arrives while the guest handles another one. VMX does
 * this by virtual NMIs. The model implements the processor's part (Intel SDM volume 3C, 26.2,
 * 27.3.1.5, 27.6.1 and 28.2.3), and fails the test at an entry that a processor refuses.
 */
#include "model.h"
#include "test.h"
#include <arch/cpu.h>
#include <arch/fault.h>
#include <arch/svm.h>
#include <arch/vmx.h>
#include <string.h>

#define NMI (EVENT_VALID | EVENT_TYPE(EVENT_NMI) | 2)
#define PAGE_FAULT (EVENT_VALID | EVENT_ERROR | EVENT_TYPE(EVENT_EXCEPTION) | 14)
#define GENERAL_PROTECTION (EVENT_VALID | EVENT_ERROR | EVENT_TYPE(EVENT_EXCEPTION) | 13)
#define HALTED 1 /* activity state of the VMCS: HLT */

void vmx_exit(struct guest_regs *regs);

static uint64_t vmcs[0x8000];
static struct guest_regs regs;
static bool strange; /* an NMI that is no kick arrived */

uint64_t vmread(uint64_t field)
{
	CHECK(field < ARRAY_SIZE(vmcs));
	return vmcs[field];
}

void vmwrite(uint64_t field, uint64_t value)
{
	CHECK(field < ARRAY_SIZE(vmcs));
	vmcs[field] = value;
}

/* A copy of cpu.c's: the tests don't link that file. */
void take_commands(struct percpu *cpu)
{
	if (strange && cpu->public.cell->id == BH_ROOT_CELL)
		vm->inject_nmi(cpu);
	strange = false;
}

void take_nmi(struct percpu *cpu)
{
	take_commands(cpu);
}

static void start(void)
{
	model_start();
	vm = &vmx_ops;
	memset(vmcs, 0, sizeof(vmcs));
	regs = (struct guest_regs){ .cpu = model_cpu(0) };
	vmx_controls.proc = PROC_SECONDARY;
	vmcs[VMCS_PROC] = vmx_controls.proc;
	vmcs[VMCS_GUEST_CR0] = CR0_PE;
}

/* Enters the guest. Returns the injected event, 0: none. */
static uint64_t enter(void)
{
	uint64_t event = vmcs[VMCS_ENTRY_EVENT], blocked = vmcs[VMCS_GUEST_BLOCKED];

	vmcs[VMCS_ENTRY_EVENT] = 0;
	vmcs[VMCS_VECTORING] = 0;
	if (!(event & EVENT_VALID))
		return 0;
	CHECK(!(blocked & (BLOCKED_STI | BLOCKED_MOV_SS)));
	if (EVENT_TYPE_OF(event) == EVENT_NMI) {
		CHECK(!(blocked & BLOCKED_NMI));
		vmcs[VMCS_GUEST_BLOCKED] |= BLOCKED_NMI;
	}
	vmcs[VMCS_GUEST_ACTIVITY] = ACTIVITY_ACTIVE;
	return event;
}

static void exits(uint64_t reason)
{
	vmcs[VMCS_REASON] = reason;
	vmx_exit(&regs);
}

/* An NMI that is no kick arrives while the guest runs. */
static void nmi_comes(void)
{
	strange = true;
	vmcs[VMCS_EXIT_EVENT] = NMI;
	exits(REASON_EXCEPTION);
}

/* The guest executes IRET, or its NMIs become unblocked otherwise. Exits if the hypervisor asked
 * for it. */
static bool unblock(uint64_t what)
{
	vmcs[VMCS_GUEST_BLOCKED] &= ~what;
	if (!(vmcs[VMCS_PROC] & PROC_NMI_WINDOW))
		return false;
	CHECK(!vmcs[VMCS_GUEST_BLOCKED]);
	exits(REASON_NMI_WINDOW);
	CHECK(!(vmcs[VMCS_PROC] & PROC_NMI_WINDOW));
	return true;
}

TEST(vmx_nmi_comes_at_once)
{
	start();
	nmi_comes();
	CHECK_EQ(enter(), NMI);
	CHECK(!unblock(BLOCKED_NMI));
	CHECK_EQ(enter(), 0);
	/* An NMI wakes a halted CPU. */
	vmcs[VMCS_GUEST_ACTIVITY] = HALTED;
	nmi_comes();
	CHECK_EQ(enter(), NMI);
}

/* A processor keeps one NMI pending beside the one in progress. */
TEST(vmx_nmi_waits_for_the_one_before)
{
	start();
	nmi_comes();
	CHECK_EQ(enter(), NMI);
	for (unsigned i = 0; i < 3; i++) {
		nmi_comes();
		CHECK_EQ(enter(), 0);
	}
	CHECK(unblock(BLOCKED_NMI));
	CHECK_EQ(enter(), NMI);
	CHECK(!unblock(BLOCKED_NMI));
	CHECK_EQ(enter(), 0);
}

TEST(vmx_nmi_waits_for_a_stack)
{
	start();
	vmcs[VMCS_GUEST_BLOCKED] = BLOCKED_MOV_SS;
	nmi_comes();
	CHECK_EQ(enter(), 0);
	CHECK(unblock(BLOCKED_MOV_SS));
	CHECK_EQ(enter(), NMI);
}

/* Some processors refuse to enter with an NMI while STI blocks interrupts. */
TEST(vmx_nmi_after_sti)
{
	start();
	vmcs[VMCS_GUEST_BLOCKED] = BLOCKED_STI;
	nmi_comes();
	CHECK_EQ(enter(), NMI);
}

TEST(vmx_nmi_of_another_cpu)
{
	start();
	model_cpu(0)->arch.nmi = 1;
	exits(REASON_CPUID);
	CHECK_EQ(enter(), NMI);
	CHECK_EQ(model_cpu(0)->arch.nmi, 0);
}

/* An NMI arrives during the delivery of an exception: the guest gets the exception, then the
 * NMI. */
TEST(vmx_nmi_behind_an_exception)
{
	start();
	vmcs[VMCS_VECTORING] = PAGE_FAULT;
	vmcs[VMCS_VECTORING_ERROR] = 7;
	nmi_comes();
	CHECK_EQ(vmcs[VMCS_ENTRY_ERROR], 7);
	CHECK_EQ(enter(), PAGE_FAULT);
	CHECK(unblock(0));
	CHECK_EQ(enter(), NMI);
}

/* An NMI arrives before the exception of a violation by root is injected. */
TEST(vmx_nmi_beside_a_violation)
{
	start();
	strange = true;
	violation(model_cpu(0), &regs, BH_STOP_PORT, 0xcf9);
	CHECK_EQ(enter(), GENERAL_PROTECTION);
	CHECK(unblock(0));
	CHECK_EQ(enter(), NMI);
}

/* SVM has no NMI window: the next exit is the earliest time. */
TEST(svm_nmi_beside_a_violation)
{
	static struct vmcb vmcb __attribute__((aligned(4096)));

	model_start();
	vmcb.cr0 = CR0_PE;
	model_cpu(0)->arch.control = &vmcb;
	strange = true;
	violation(model_cpu(0), &regs, BH_STOP_PORT, 0xcf9);
	CHECK_EQ(vmcb.event_injection, GENERAL_PROTECTION);
	CHECK(model_cpu(0)->arch.nmi && !model_cpu(0)->arch.nmi_masked);
}

/* The delivery of an NMI faults, because the guest's stack isn't mapped: the hypervisor injects the
 * NMI again, and only once. */
TEST(vmx_nmi_whose_delivery_faults)
{
	start();
	nmi_comes();
	CHECK_EQ(enter(), NMI);
	vmcs[VMCS_VECTORING] = NMI;
	vmcs[VMCS_EXIT_EVENT] = NMI; /* a kick at this moment */
	exits(REASON_EXCEPTION);
	CHECK_EQ(enter(), NMI);
	CHECK(!unblock(BLOCKED_NMI));
}

/* An IRET that faults has unblocked NMIs, but will be executed again in the handler. */
TEST(vmx_nmi_and_an_iret_that_faults)
{
	uint64_t debug = EVENT_VALID | EVENT_TYPE(EVENT_EXCEPTION) | 1;

	start();
	vmcs[VMCS_EXIT_EVENT] = debug | VMX_EVENT_IRET;
	exits(REASON_EXCEPTION);
	CHECK_EQ(enter(), debug);
	nmi_comes();
	CHECK_EQ(enter(), 0);
	CHECK(unblock(BLOCKED_NMI));
	CHECK_EQ(enter(), NMI);
}
