// SPDX-License-Identifier: GPL-2.0
/* Functions that the tested files need for linking, but that no test reaches. */
#include "model.h"
#include "../test.h"
#include <arch/mmu.h>
#include <arch/svm.h>
#include <arch/vmx.h>
#include <hyp/arch.h>
#include <hyp/hypercall.h>
#include <hyp/log.h>
#include <stdlib.h>

void svm_enter(struct guest_regs *regs);
void svm_enter(struct guest_regs *regs)
{
	(void)regs;
	if (model_at_entry)
		model_at_entry();
	test_fail(__FILE__, __LINE__, "entered");
}

void vmx_enter(struct guest_regs *regs)
{
	(void)regs;
	abort();
}

bool vmx_probe(unsigned index, struct bh_refusal *r)
{
	(void)index, (void)r;
	return true;
}

void vmx_switch_on(struct percpu *cpu)
{
	(void)cpu;
	abort();
}

void vmx_take(struct percpu *cpu, const struct vm_state *state)
{
	(void)cpu, (void)state;
	abort();
}

void vmx_reset(struct percpu *cpu, const struct vm_state *state)
{
	(void)cpu, (void)state;
	abort();
}

void vmx_switch_off(struct percpu *cpu)
{
	(void)cpu;
	abort();
}

void vmx_release(struct percpu *cpu)
{
	(void)cpu;
	abort();
}

void vmx_flush(struct percpu *cpu)
{
	(void)cpu;
	abort();
}

int64_t hypercall(struct percpu *cpu, uint64_t function, uint64_t a1, uint64_t a2)
{
	(void)cpu, (void)function, (void)a1, (void)a2;
	abort();
}

void (*model_at_entry)(void);
bool model_calls;

bool hypercall_abandon(struct percpu *cpu)
{
	(void)cpu;
	return model_calls;
}

unsigned model_refused;
uint64_t model_last_refused[3];

void log_guest_message(enum bh_message_code code, uint32_t cell, uint64_t v0, uint64_t v1,
		       uint64_t v2)
{
	(void)cell;
	if (code != BH_MSG_REFUSED)
		return;
	model_refused++;
	model_last_refused[0] = v0;
	model_last_refused[1] = v1;
	model_last_refused[2] = v2;
}

/* Memory of the model is mapped at its physical address. */
void *mmu_window(unsigned slot, paddr_t phys)
{
	(void)slot;
	return (void *)phys;
}
