/* SPDX-License-Identifier: GPL-2.0 */
/* Interfaces between the files of VMX. */
#ifndef ARCH_VMX_H
#define ARCH_VMX_H

#include <arch/features.h>
#include <arch/regs.h>
#include <arch/vm.h>
#include <arch/vmcs.h>
#include <bulkhead/x86_cpu.h>
#include <hyp/cell.h>
#include <hyp/refuse.h>

/* Capability MSRs (SDM 3D, appendix A). Of the "true" controls, the lower half has the bits that
 * must be 1, the upper half the bits that may be 1. */
struct vmx_capabilities {
	uint64_t basic, ept_vpid, cr0_fixed, cr4_fixed;
	union {
		struct {
			uint64_t pin, proc, proc2, exit, entry;
		};
		uint64_t control[5];
	};
};

/* The values that the hypervisor chose. */
struct vmx_controls {
	union {
		struct {
			uint32_t pin, proc, proc2, exit, entry;
		};
		uint32_t control[5];
	};
};

/* Pure. False: the value in *r is the capability MSR that lacks something. */
bool vmx_choose(const struct vmx_capabilities *has, struct vmx_controls *controls,
		struct bh_refusal *r);

/* Set by vmx_ops.check(). */
extern struct vmx_controls vmx_controls;
extern uint64_t vmx_ept_vpid;

/* vmx_exit.c: converts the qualification of an EPT violation to FAULT_* bits */
unsigned vmx_fault(uint64_t info);

/* vmx_state.c, vmx_leave.c: as in vm.h */
bool vmx_probe(unsigned index, struct bh_refusal *r); /* of this CPU, whose number is index */
void vmx_switch_on(struct percpu *cpu);
void vmx_take(struct percpu *cpu, const struct vm_state *state);
void vmx_reset(struct percpu *cpu, const struct vm_state *state);
void vmx_load_msrs(void);
void vmx_switch_off(struct percpu *cpu);
void vmx_release(struct percpu *cpu);

/* vmx_guest.c: as in vm.h; fields of enum vm_reg */
uint64_t vmx_get(const struct percpu *cpu, enum vm_reg reg);
void vmx_set_efer(struct percpu *cpu, uint64_t efer);
void vmx_inject(struct percpu *cpu, uint64_t event);
void vmx_describe_exit(const struct percpu *cpu, struct bh_failure *f);
extern const uint16_t vmx_fields[VM_REGS];

/* Bits of CR4 that the guest may set: no guest has VMX, nor a feature that is not in the table. */
static inline uint64_t vmx_cr4(const struct percpu *cpu)
{
	return cpu->public.cell->id == BH_ROOT_CELL ? BH_X86_CR4_KNOWN : CELL_CR4;
}

/* For exits */
unsigned vmx_mode(const struct percpu *cpu);
void vmx_skip(struct percpu *cpu, unsigned length);
void vmx_inject_nmi(struct percpu *cpu);

/* Advances RIP beyond the instruction that exited. */
static inline void vmx_done(struct percpu *cpu)
{
	vmx_skip(cpu, (unsigned)vmread(VMCS_LENGTH));
}

/* vmx_rare.c; vmx_undo_iret(): if the exit has VMX_EVENT_IRET. */
void vmx_deliver_again(void);
void vmx_undo_iret(void);
void vmx_rare_exit(struct percpu *cpu, struct guest_regs *regs, uint64_t reason);

/* vmx_tlb.c. vmx_flush() invalidates the guest's translations on this CPU (30.4.3); vmx_eptp()
 * returns the EPT pointer of a cell. */
void vmx_flush(struct percpu *cpu);
uint64_t vmx_eptp(const struct cell *cell);

/* vmx_run.S */
void __noreturn vmx_enter(struct guest_regs *regs);
extern char vmx_exited[];

#endif
