// SPDX-License-Identifier: GPL-2.0
/* The guest on a CPU: see vm.h. */
#include <arch/asm.h>
#include <arch/vm.h>
#include <hyp/arch.h>

const struct vm_ops *vm;
unsigned vm_max_leaf_level;
uint32_t vm_holds_nmis, vm_asids;

void vm_inject_exception(struct percpu *cpu, unsigned vector)
{
	/* In real mode there are no error codes (APM 2, 8.2; SDM 3C, 28.2.1.3). */
	bool has_error =
		(vector == VECTOR_GP || vector == VECTOR_AC) && vm_get(cpu, VM_CR0) & CR0_PE;

	vm->inject(cpu, EVENT_VALID | EVENT_TYPE(EVENT_EXCEPTION) | vector |
				(has_error ? EVENT_ERROR : 0));
}
