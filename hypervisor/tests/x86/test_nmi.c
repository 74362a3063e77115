// SPDX-License-Identifier: GPL-2.0
/*
 * NMIs for a guest: none is lost, none comes while the guest handles another. With VMX, by
 * virtual NMIs, and no VM entry is asked for what the processor refuses: the model is the
 * processor's side (Intel SDM volume 3C, 26.2, 27.3.1.5, 27.6.1 and 28.2.3).
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
#define HALTED 1 /* activity */

void vmx_exit(struct guest_regs *regs);

static uint64_t vmcs[0x8000];
static struct guest_regs regs;
static bool strange; /* an NMI came that isn't the hypervisor's */

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

/* As in cpu.c, of which the rest is about CPUs that wait. */
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

/* The guest goes on: gives what it is entered with, 0: nothing. */
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

/* An NMI that nobody kicked: while the guest runs. */
static void nmi_comes(void)
{
	strange = true;
	vmcs[VMCS_EXIT_EVENT] = NMI;
	exits(REASON_EXCEPTION);
}

/* The guest's IRET, or what ends its block; if the hypervisor asked for it, it exits at once. */
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
	/* Also to a CPU that sleeps, which it wakes. */
	vmcs[VMCS_GUEST_ACTIVITY] = HALTED;
	nmi_comes();
	CHECK_EQ(enter(), NMI);
}

/* As many as a processor keeps: the one that is handled, and one more. */
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

/* STI holds off interrupts; some processors refuse an entry with both. */
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

/* What the guest was about to get when the NMI came is first, then comes the NMI. */
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

/* Root does what it may not; before it is told so, an NMI comes. */
TEST(vmx_nmi_beside_a_violation)
{
	start();
	strange = true;
	violation(model_cpu(0), &regs, BH_STOP_PORT, 0xcf9);
	CHECK_EQ(enter(), GENERAL_PROTECTION);
	CHECK(unblock(0));
	CHECK_EQ(enter(), NMI);
}

/* SVM has no window: its next exit is the earliest. */
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

/* The guest's stack isn't mapped: its NMI comes again, and is the only one. */
TEST(vmx_nmi_whose_delivery_faults)
{
	start();
	nmi_comes();
	CHECK_EQ(enter(), NMI);
	vmcs[VMCS_VECTORING] = NMI;
	vmcs[VMCS_EXIT_EVENT] = NMI; /* a kick, just then */
	exits(REASON_EXCEPTION);
	CHECK_EQ(enter(), NMI);
	CHECK(!unblock(BLOCKED_NMI));
}

/* An IRET that faults has allowed NMIs, but the handler isn't left: it is executed again. */
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
