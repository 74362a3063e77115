// SPDX-License-Identifier: GPL-2.0
/* Exceptions of the hypervisor while it serves root: root goes on with a fault or a failed call. */
#include "model.h"
#include "test.h"
#include <arch/cpu.h>
#include <arch/image.h>
#include <arch/svm.h>
#include <arch/vm.h>
#include <string.h>

#define EXCEPTION(vector) (EVENT_VALID | EVENT_TYPE(EVENT_EXCEPTION) | (vector))

struct host_frame;
void __noreturn host_fault(const struct host_frame *frame);

static struct vmcb vmcb;
static uint64_t frame[7], event, ax;

static void fault(void *unused)
{
	(void)unused;
	host_fault((const struct host_frame *)frame);
}

static void look(void)
{
	CHECK_EQ(vmcb.event_injection, event);
	CHECK_EQ(vmcb.rax, ax);
	CHECK_EQ(vmcb.rip, 0x1234);
	CHECK(!this_cpu()->arch.faulting);
}

static void start(uint64_t vector, bool calls)
{
	model_start();
	vm = &svm_ops;
	memset(&vmcb, 0, sizeof(vmcb));
	vmcb.cr0 = CR0_PE;
	vmcb.rip = 0x1234;
	vmcb.rax = ax = 0x5678;
	this_cpu()->arch.control = &vmcb;
	this_cpu()->arch.faulting = false;
	cpu_frame(0)->r[R_AX] = 0x9abc; /* a half-done emulation */
	frame[0] = vector;
	model_calls = calls;
	model_at_entry = look;
}

TEST(a_fault_inside_is_a_fault_of_root)
{
	start(VECTOR_UD, false);
	event = EXCEPTION(VECTOR_GP) | EVENT_ERROR;
	CHECK_FAILS(fault, NULL, "entered");
}

TEST(a_fault_inside_fails_roots_call)
{
	start(VECTOR_UD, true);
	event = 0;
	ax = (uint64_t)-BH_E_FAULT;
	CHECK_FAILS(fault, NULL, "entered");
}

TEST(a_machine_check_inside_is_roots)
{
	start(VECTOR_MC, false);
	event = EXCEPTION(VECTOR_MC);
	CHECK_FAILS(fault, NULL, "entered");
	start(VECTOR_MC, true);
	ax = (uint64_t)-BH_E_FAULT;
	CHECK_FAILS(fault, NULL, "entered");
}

TEST(a_fault_inside_keeps_a_cpu_that_has_no_guest)
{
	start(VECTOR_UD, false);
	this_cpu()->public.state = CPU_STARTING;
	CHECK_FAILS(fault, NULL, "parked");
	start(VECTOR_UD, false);
	this_cpu()->arch.faulting = true;
	CHECK_FAILS(fault, NULL, "parked");
}
