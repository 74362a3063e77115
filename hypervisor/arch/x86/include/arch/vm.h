/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest on a CPU, independent of the control structure: SVM (svm.c) or VMX (vmx.c), chosen
 * once at enable. All functions run on the CPU that they are about.
 */
#ifndef ARCH_VM_H
#define ARCH_VM_H

#include <arch/insn_cache.h>
#include <arch/regs.h>
#include <hyp/cell.h>

/* Guest registers outside of struct guest_regs. Up to VM_CS_BASE in the order of a failure
 * record. */
enum vm_reg {
	VM_RIP,
	VM_RFLAGS,
	VM_CR0,
	VM_CR2,
	VM_CR3,
	VM_CR4,
	VM_EFER,
	VM_CS_SELECTOR,
	VM_SS_SELECTOR,
	VM_CS_BASE,
	VM_RSP,
	VM_DR6,
	VM_DR7,
	VM_PAT,
	VM_REGS
};

/* Segment registers, then descriptor tables, which have only base and limit. */
enum vm_segment {
	SEG_ES,
	SEG_CS,
	SEG_SS,
	SEG_DS,
	SEG_FS,
	SEG_GS,
	SEG_LDTR,
	SEG_TR,
	SEG_GDTR,
	SEG_IDTR,
	SEG_COUNT
};

/* Access rights: bits 40 to 55 of a descriptor without those of the limit (SDM 3C, 25.4.1). */
#define RIGHTS_CODE16 0x9b
#define RIGHTS_DATA 0x93
#define RIGHTS_LDT 0x82
#define RIGHTS_TSS16 0x8b
#define RIGHTS_LONG BIT(13)
#define RIGHTS_DEFAULT32 BIT(14)
#define RIGHTS_UNUSABLE BIT(16)

/* Format of an event that is to be injected, that caused an exit, or whose delivery an exit
 * interrupted. It is the same for SVM and VMX (APM 2, 15.20 and 15.7.2; SDM 3C, 25.8.3 and
 * 25.9). */
#define EVENT_VALID BIT(31)
#define EVENT_ERROR BIT(11)
#define EVENT_TYPE(t) ((uint64_t)(t) << 8)
#define EVENT_TYPE_OF(e) ((e) >> 8 & 7)
#define EVENT_NMI 2
#define EVENT_EXCEPTION 3
#define EVENT_SOFTWARE 4 /* this and higher types: raised by an instruction */

/* Exceptions that cause an exit if they occur in a cell. #MC stops the cell. The delivery of #AC or
 * #DB can raise the same exception again, without end; that would hold off the NMI that takes the
 * CPU back (APM 2, 8.2.18 and 13.1; SDM 3C, 26.2). */
#define CELL_EXCEPTIONS (BIT(VECTOR_DB) | BIT(VECTOR_AC) | BIT(VECTOR_MC))

/* Initial state of a guest's CPU. Parts of segments are in `segment`, not in `reg`. */
struct vm_state {
	uint64_t reg[VM_REGS];
	struct {
		uint64_t base;
		uint32_t limit, rights;
		uint16_t selector;
	} segment[SEG_COUNT];
};

struct linux_frame;

/* Operations of SVM or VMX. */
struct vm_ops {
	/* True if the CPU has SVM (VMX) and firmware permits it. False: *r says what is missing. */
	bool (*check)(struct bh_refusal *r);

	/* See vm_take(), vm_reset(). */
	void (*take)(struct percpu *cpu, const struct vm_state *state);
	void (*reset)(struct percpu *cpu, const struct vm_state *state);

	/* Called at enable, once all CPUs have agreed, and last at disable: between them this CPU
	 * can enter guests, and no interrupt goes to Linux outside of a guest. */
	void (*switch_on)(struct percpu *cpu);
	void (*switch_off)(struct percpu *cpu);

	/* Called on a parked CPU at disable: waits until INIT resets it. NULL: INIT resets parked
	 * CPUs where they are. */
	void (*release)(struct percpu *cpu);

	/* Enters the guest with the registers of this frame. */
	void __noreturn (*enter)(struct guest_regs *regs);

	uint64_t (*get)(const struct percpu *cpu, enum vm_reg reg);

	/* Default size of code, in bits: 16, 32 or 64. */
	unsigned (*mode)(const struct percpu *cpu);

	/* Sets EFER to a checked value and invalidates translations, whose format it may change. */
	void (*set_efer)(struct percpu *cpu, uint64_t efer);

	/* Injects an event in place of any other one. */
	void (*inject)(struct percpu *cpu, uint64_t event);

	/* Injects an NMI, now or when the guest has completed its previous one. */
	void (*inject_nmi)(struct percpu *cpu);

	void (*flush)(struct percpu *cpu);
	/* Sets RAX, which SVM's entry doesn't take from the frame. */
	void (*set_ax)(struct percpu *cpu, uint64_t value);

	void (*describe_exit)(const struct percpu *cpu, struct bh_failure *f);

	const struct pt_format *format; /* of the second stage */
	bool s2_as_host;		/* it has as many levels as the host's tables */

	/* Finds an MSR's bit in the bitmap. False: accesses to it always exit. */
	bool (*msr_bit)(uint32_t msr, bool write, unsigned *bit);
};

extern const struct vm_ops svm_ops, vmx_ops;
extern const struct vm_ops *vm; /* set at enable, before anything else */

/* Set by vm->check(): the highest level of the second stage that may hold a leaf; the number of
 * ASIDs or VPIDs, of which 0 is the hypervisor's. */
extern unsigned vm_max_leaf_level;
extern uint32_t vm_asids;

/* SVM: interrupts and NMIs stay pending while the hypervisor runs, as GIF is clear. */
extern uint32_t vm_holds_nmis;

static inline uint64_t vm_get(const struct percpu *cpu, enum vm_reg reg)
{
	return vm->get(cpu, reg);
}

/* Injects an exception instead of completing the instruction. The error code, if any, is 0. */
void vm_inject_exception(struct percpu *cpu, unsigned vector);

/* Invalidates the guest's translations before it runs again, and its cached instructions. */
static inline void vm_flush(struct percpu *cpu)
{
	insn_cache_clear(cpu);
	vm->flush(cpu);
}

/* Takes over this CPU from Linux, which continues as a guest with these registers. */
void vm_take(struct percpu *cpu, const struct linux_frame *found, uint64_t cr3, uint64_t cr4);

/* Resets the CPU for its cell: the state after INIT and SIPI, at public.entry. */
void vm_reset(struct percpu *cpu, struct guest_regs *regs);

/* Fills in the CPU's part of a failure record. */
void vm_record(const struct percpu *cpu, const struct guest_regs *regs, struct bh_failure *f);

#endif
