/* SPDX-License-Identifier: GPL-2.0 */
/* The virtual machine control block of SVM (AMD64 APM volume 2, 15.5 and appendix B). */
#ifndef ARCH_SVM_H
#define ARCH_SVM_H

#include <arch/asm.h>
#include <arch/regs.h>
#include <hyp/percpu.h>

struct vmcb_segment {
	uint16_t selector;
	uint16_t attributes; /* descriptor bits 40..47, then 52..55 */
	uint32_t limit;
	uint64_t base;
};

struct vmcb {
	/* Control area */
	uint64_t reserved0;
	uint32_t intercept_exceptions;
	uint32_t intercept_misc1;
	uint32_t intercept_misc2;
	uint8_t reserved1[0x40 - 0x14];
	paddr_t iopm;
	paddr_t msrpm;
	uint64_t reserved2;
	uint32_t asid;
	uint32_t tlb_control;
	uint64_t reserved3;
	uint64_t interrupt_shadow;
	uint64_t exit_code;
	uint64_t exit_info_1;
	uint64_t exit_info_2;
	uint64_t exit_interrupt;
	uint64_t nested_paging;
	uint64_t reserved4[2];
	uint64_t event_injection;
	paddr_t nested_cr3;
	uint64_t reserved5[2];
	uint64_t next_rip;
	uint8_t reserved6[0x400 - 0xd0];

	/* State save area */
	union {
		struct {
			struct vmcb_segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
		};
		struct vmcb_segment segments[10];
	};
	uint8_t reserved7[0x4cb - 0x4a0];
	uint8_t cpl;
	uint32_t reserved8;
	uint64_t efer;
	uint8_t reserved9[0x548 - 0x4d8];
	uint64_t cr4, cr3, cr0, dr7, dr6, rflags, rip;
	uint8_t reserved10[0x5d8 - 0x580];
	uint64_t rsp;
	uint64_t s_cet, ssp, isst_addr;
	uint64_t rax;
	uint64_t star, lstar, cstar, sfmask, kernel_gs_base;
	uint64_t sysenter_cs, sysenter_esp, sysenter_eip;
	uint64_t cr2;
	uint8_t reserved11[0x668 - 0x648];
	uint64_t guest_pat;
	uint8_t reserved12[0x6e0 - 0x670];
	uint64_t spec_ctrl;
	uint8_t reserved13[0x1000 - 0x6e8];
};
_Static_assert(offsetof(struct vmcb, iopm) == 0x40, "APM 2, table B-1");
_Static_assert(offsetof(struct vmcb, next_rip) == 0xc8, "APM 2, table B-1");
_Static_assert(offsetof(struct vmcb, cpl) == 0x4cb, "APM 2, table B-2");
_Static_assert(offsetof(struct vmcb, rip) == 0x578, "APM 2, table B-2");
_Static_assert(offsetof(struct vmcb, cr2) == 0x640, "APM 2, table B-2");
_Static_assert(offsetof(struct vmcb, guest_pat) == 0x668, "APM 2, table B-2");
_Static_assert(offsetof(struct vmcb, spec_ctrl) == 0x6e0, "APM 2, table B-2");
_Static_assert(sizeof(struct vmcb) == 0x1000, "APM 2, 15.5.1");

/* intercept_misc1 */
#define INTERCEPT_NMI BIT(1)
#define INTERCEPT_INIT BIT(3)
#define INTERCEPT_RDPMC BIT(15)
#define INTERCEPT_CPUID BIT(18)
#define INTERCEPT_IRET BIT(20)
#define INTERCEPT_INVD BIT(22)
#define INTERCEPT_INVLPGA BIT(26)
#define INTERCEPT_IOIO BIT(27)
#define INTERCEPT_MSR BIT(28)
#define INTERCEPT_SHUTDOWN BIT(31)
/* intercept_misc2 */
#define INTERCEPT_VMRUN BIT(0)
#define INTERCEPT_VMMCALL BIT(1)
#define INTERCEPT_VMLOAD BIT(2)
#define INTERCEPT_VMSAVE BIT(3)
#define INTERCEPT_STGI BIT(4)
#define INTERCEPT_CLGI BIT(5)
#define INTERCEPT_SKINIT BIT(6)
#define INTERCEPT_WBINVD BIT(9)
#define INTERCEPT_XSETBV BIT(13)

/* nested_paging */
#define NESTED_PAGING BIT(0)
#define NESTED_INVLPGB BIT(7) /* INVLPGB and TLBSYNC of the guest affect its ASID; else #UD */

/* exit_code (APM 2, appendix C) */
#define EXIT_EXCEPTION 0x40 /* .. 0x5f */
#define EXIT_NMI 0x61
#define EXIT_INIT 0x63
#define EXIT_RDPMC 0x6f
#define EXIT_CPUID 0x72
#define EXIT_IRET 0x74
#define EXIT_INVD 0x76
#define EXIT_INVLPGA 0x7a
#define EXIT_IOIO 0x7b
#define EXIT_MSR 0x7c
#define EXIT_SHUTDOWN 0x7f
#define EXIT_VMRUN 0x80
#define EXIT_VMMCALL 0x81
#define EXIT_SKINIT 0x86
#define EXIT_WBINVD 0x89 /* WBNOINVD, too */
#define EXIT_XSETBV 0x8d
#define EXIT_NPF 0x400

#define EXIT_INVALID UINT32_MAX /* VMRUN refused the guest's state (15.5.1) */

#define TLB_FLUSH_NOTHING 0
#define TLB_FLUSH_ALL 1 /* of all ASIDs: every processor has it (APM 2, 15.16.2) */

static inline struct vmcb *vmcb_of(const struct percpu *cpu)
{
	return cpu->arch.control;
}

#define ATTR_LONG BIT(9) /* in attributes of code segments */
#define ATTR_DEFAULT32 BIT(10)

static inline bool svm_long_mode(const struct vmcb *v)
{
	return v->efer & EFER_LMA && v->cs.attributes & ATTR_LONG;
}

/* Sets RIP to the instruction after the one that exited. */
static inline void svm_go_on(struct vmcb *v, uint64_t rip)
{
	if (unlikely((rip ^ v->rip) >> 32) && !svm_long_mode(v))
		rip = (uint32_t)rip;
	v->rip = rip;
	v->interrupt_shadow = 0; /* a preceding STI or MOV SS has no effect any more */
}

void svm_inject_nmi(struct percpu *cpu); /* svm_exit.c, as in vm.h */

void __noreturn svm_enter(struct guest_regs *regs); /* svm_run.S */

#endif
