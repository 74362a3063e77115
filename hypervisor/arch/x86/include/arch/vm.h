/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's CPU, whatever controls it: SVM (svm.c) or VMX (vmx.c), chosen once, at
 * enable. Everything runs on the CPU concerned.
 */
#ifndef ARCH_VM_H
#define ARCH_VM_H

#include <arch/insn_cache.h>
#include <arch/regs.h>
#include <hyp/cell.h>

/* Registers of the guest that are not in struct guest_regs; the first ones as in a failure record. */
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

/* Segment registers, then tables, of which base and limit count. */
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

/* Of a segment: bits 40 to 55 of its descriptor, but for those of the limit (SDM 3C, 25.4.1). */
#define RIGHTS_CODE16 0x9b
#define RIGHTS_DATA 0x93
#define RIGHTS_LDT 0x82
#define RIGHTS_TSS16 0x8b
#define RIGHTS_LONG BIT(13)
#define RIGHTS_DEFAULT32 BIT(14)
#define RIGHTS_UNUSABLE BIT(16)

/* Events: to be injected, exited with, or under way at the exit. Both control structures have one
 * format (APM 2, 15.20 and 15.7.2; SDM 3C, 25.8.3 and 25.9). */
#define EVENT_VALID BIT(31)
#define EVENT_ERROR BIT(11)
#define EVENT_TYPE(t) ((uint64_t)(t) << 8)
#define EVENT_TYPE_OF(e) ((e) >> 8 & 7)
#define EVENT_NMI 2
#define EVENT_EXCEPTION 3
#define EVENT_SOFTWARE 4 /* and above: of an instruction */

/* Exceptions of cells that exit. A machine check ends the cell. #AC and #DB: one that is raised again
 * by its own delivery would hold off the NMI that takes the CPU back (APM 2, 8.2.18 and 13.1; SDM
 * 3C, 26.2). */
#define CELL_EXCEPTIONS (BIT(VECTOR_DB) | BIT(VECTOR_AC) | BIT(VECTOR_MC))

/* What a guest's CPU begins with. What is part of a segment is there. */
struct vm_state {
	uint64_t reg[VM_REGS];
	struct {
		uint64_t base;
		uint32_t limit, rights;
		uint16_t selector;
	} segment[SEG_COUNT];
};

struct linux_frame;

/* One kind of control structure. */
struct vm_ops {
	/* Is it here, and allowed by the firmware? False: *r says what is missing. */
	bool (*check)(struct bh_refusal *r);

	/* See vm_take(), vm_reset(). */
	void (*take)(struct percpu *cpu, const struct vm_state *state);
	void (*reset)(struct percpu *cpu, const struct vm_state *state);

	/* The end of enable and the beginning of disable on this CPU: guests may be run, or not
	 * any more; from there on, or until then, no interrupt goes to Linux. */
	void (*switch_on)(struct percpu *cpu);
	void (*switch_off)(struct percpu *cpu);

	/* A parked CPU, at disable: from here on INIT resets it. */
	void (*release)(struct percpu *cpu);

	/* Run the guest whose frame this is, for good. */
	void __noreturn (*enter)(struct guest_regs *regs);

	uint64_t (*get)(const struct percpu *cpu, enum vm_reg reg);

	/* Bits of an instruction and its operands without prefixes: 16, 32 or 64. */
	unsigned (*mode)(const struct percpu *cpu);

	/* EFER as the guest wrote it: checked. The mode bits change what translations mean. */
	void (*set_efer)(struct percpu *cpu, uint64_t efer);

	/* See vm_inject_exception(). */
	void (*inject)(struct percpu *cpu, uint64_t event);

	/* An NMI, now or as soon as the guest is done with the one before. */
	void (*inject_nmi)(struct percpu *cpu);

	/* The NMI that the guest exited with: into the hypervisor's handler. */
	void (*take_nmi)(void);

	void (*flush)(struct percpu *cpu);
	void (*describe_exit)(const struct percpu *cpu, struct bh_failure *f);

	const struct pt_format *format; /* of the second stage */
	bool s2_as_host;		/* its tables have as many levels as our own */

	/* Where the bit of an MSR is in the bitmap; false: an access to it always exits. */
	bool (*msr_bit)(uint32_t msr, bool write, unsigned *bit);
};

extern const struct vm_ops svm_ops, vmx_ops;
extern const struct vm_ops *vm; /* what this machine has; vm_check() writes it, before all else */

/* Likewise: the highest level of its second stage that may hold a leaf; how many ASIDs there are, of
 * which 0 is the hypervisor's. */
extern unsigned vm_max_leaf_level;
extern uint32_t vm_asids;

/* Interrupts of all kinds, NMIs too, wait while the hypervisor runs, as only SVM does it. */
extern uint32_t vm_holds_nmis;

static inline uint64_t vm_get(const struct percpu *cpu, enum vm_reg reg)
{
	return vm->get(cpu, reg);
}

/* An exception in place of the instruction. Its error code is 0, if it has one. */
void vm_inject_exception(struct percpu *cpu, unsigned vector);

/* Drop the guest's translations before it runs again, ours of its code too. */
static inline void vm_flush(struct percpu *cpu)
{
	insn_cache_clear(cpu);
	vm->flush(cpu);
}

/* Take this CPU from Linux, whose registers these are: it goes on as guest. */
void vm_take(struct percpu *cpu, const struct linux_frame *found, uint64_t cr3);

/* The guest's CPU as after INIT and SIPI (or reset), at public.entry; for its owner's cell. */
void vm_reset(struct percpu *cpu, struct guest_regs *regs);

/* Fill in what a failure record says of the CPU. */
void vm_record(const struct percpu *cpu, const struct guest_regs *regs, struct bh_failure *f);

#endif
