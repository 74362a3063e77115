/* SPDX-License-Identifier: GPL-2.0 */
/* The virtual-machine control structure of VMX (Intel SDM volume 3C, chapter 25, and volume 3D,
 * appendices A to C): fields, controls, exit reasons, capabilities. */
#ifndef ARCH_VMCS_H
#define ARCH_VMCS_H

#include <hyp/types.h>

/* Fields (appendix B) */
#define VMCS_VPID 0x0000
#define VMCS_GUEST_SELECTOR 0x0800 /* of ES; the others follow in steps of 2: see enum vm_segment */
#define VMCS_HOST_ES 0x0c00
#define VMCS_HOST_CS 0x0c02
#define VMCS_HOST_SS 0x0c04
#define VMCS_HOST_DS 0x0c06
#define VMCS_HOST_FS 0x0c08
#define VMCS_HOST_GS 0x0c0a
#define VMCS_HOST_TR 0x0c0c
#define VMCS_IO_BITMAP_A 0x2000
#define VMCS_IO_BITMAP_B 0x2002
#define VMCS_MSR_BITMAP 0x2004
#define VMCS_EPTP 0x201a
#define VMCS_XSS_BITMAP 0x202c
#define VMCS_GUEST_PHYSICAL 0x2400
#define VMCS_LINK 0x2800
#define VMCS_GUEST_DEBUGCTL 0x2802
#define VMCS_GUEST_PAT 0x2804
#define VMCS_GUEST_EFER 0x2806
#define VMCS_HOST_PAT 0x2c00
#define VMCS_HOST_EFER 0x2c02
#define VMCS_PIN 0x4000
#define VMCS_PROC 0x4002
#define VMCS_EXCEPTIONS 0x4004
#define VMCS_PAGE_FAULT_MASK 0x4006
#define VMCS_PAGE_FAULT_MATCH 0x4008
#define VMCS_CR3_TARGETS 0x400a
#define VMCS_EXIT 0x400c
#define VMCS_EXIT_MSR_STORES 0x400e
#define VMCS_EXIT_MSR_LOADS 0x4010
#define VMCS_ENTRY 0x4012
#define VMCS_ENTRY_MSR_LOADS 0x4014
#define VMCS_ENTRY_EVENT 0x4016
#define VMCS_ENTRY_ERROR 0x4018
#define VMCS_PROC2 0x401e
#define VMCS_INSTRUCTION_ERROR 0x4400
#define VMCS_REASON 0x4402
#define VMCS_EXIT_EVENT 0x4404
#define VMCS_VECTORING 0x4408
#define VMCS_VECTORING_ERROR 0x440a
#define VMCS_LENGTH 0x440c
#define VMCS_GUEST_LIMIT 0x4800 /* including GDTR and IDTR, like the bases */
#define VMCS_GUEST_RIGHTS 0x4814
#define VMCS_GUEST_BLOCKED 0x4824 /* interruptibility state */
#define VMCS_GUEST_ACTIVITY 0x4826
#define VMCS_GUEST_SYSENTER_CS 0x482a
#define VMCS_HOST_SYSENTER_CS 0x4c00
#define VMCS_CR0_MASK 0x6000
#define VMCS_CR4_MASK 0x6002
#define VMCS_CR0_SHADOW 0x6004
#define VMCS_CR4_SHADOW 0x6006
#define VMCS_QUALIFICATION 0x6400
#define VMCS_GUEST_CR0 0x6800
#define VMCS_GUEST_CR3 0x6802
#define VMCS_GUEST_CR4 0x6804
#define VMCS_GUEST_BASE 0x6806
#define VMCS_GUEST_DR7 0x681a
#define VMCS_GUEST_RSP 0x681c
#define VMCS_GUEST_RIP 0x681e
#define VMCS_GUEST_RFLAGS 0x6820
#define VMCS_GUEST_PENDING_DEBUG 0x6822
#define VMCS_GUEST_SYSENTER_ESP 0x6824
#define VMCS_GUEST_SYSENTER_EIP 0x6826
#define VMCS_HOST_CR0 0x6c00
#define VMCS_HOST_CR3 0x6c02
#define VMCS_HOST_CR4 0x6c04
#define VMCS_HOST_FS_BASE 0x6c06
#define VMCS_HOST_GS_BASE 0x6c08
#define VMCS_HOST_TR_BASE 0x6c0a
#define VMCS_HOST_GDTR_BASE 0x6c0c
#define VMCS_HOST_IDTR_BASE 0x6c0e
#define VMCS_HOST_SYSENTER_ESP 0x6c10
#define VMCS_HOST_SYSENTER_EIP 0x6c12
#define VMCS_HOST_RSP 0x6c14
#define VMCS_HOST_RIP 0x6c16

#define RIGHTS_DPL(r) ((r) >> 5 & 3)

/* Controls (25.6 to 25.8) */
#define PIN_NMI_EXITING BIT(3)
#define PIN_VIRTUAL_NMIS BIT(5)
#define PROC_RDPMC BIT(11)
#define PROC_NMI_WINDOW BIT(22)
#define PROC_IO_BITMAPS BIT(25)
#define PROC_MSR_BITMAPS BIT(28)
#define PROC_SECONDARY BIT(31)
#define PROC2_EPT BIT(1)
#define PROC2_RDTSCP BIT(3)
#define PROC2_VPID BIT(5)
#define PROC2_WBINVD BIT(6)
#define PROC2_UNRESTRICTED BIT(7)
#define PROC2_INVPCID BIT(12)
#define PROC2_XSAVES BIT(20)
#define PROC2_USER_WAIT BIT(26)
#define EXIT_SAVE_DEBUG BIT(2)
#define EXIT_HOST_64 BIT(9)
#define EXIT_SAVE_PAT BIT(18)
#define EXIT_LOAD_PAT BIT(19)
#define EXIT_SAVE_EFER BIT(20)
#define EXIT_LOAD_EFER BIT(21)
#define ENTRY_LOAD_DEBUG BIT(2)
#define ENTRY_LONG BIT(9)
#define ENTRY_LOAD_PAT BIT(14)
#define ENTRY_LOAD_EFER BIT(15)

/* Interruptibility (25.4.2) and activity (table 25-2) */
#define BLOCKED_STI BIT(0)
#define BLOCKED_MOV_SS BIT(1)
#define BLOCKED_NMI BIT(3)
#define ACTIVITY_ACTIVE 0

/* In exit events (25.9.2) and qualifications: the fault hit an IRET, which has unblocked NMIs */
#define VMX_EVENT_IRET BIT(12)

/* Basic exit reasons (appendix C) */
#define REASON_EXCEPTION 0 /* or an NMI */
#define REASON_TRIPLE_FAULT 2
#define REASON_INIT 3
#define REASON_NMI_WINDOW 8
#define REASON_CPUID 10
#define REASON_GETSEC 11
#define REASON_INVD 13
#define REASON_RDPMC 15
#define REASON_VMCALL 18
#define REASON_VMCLEAR 19 /* .. 27: the instructions of VMX */
#define REASON_VMXON 27
#define REASON_CR 28
#define REASON_PORT 30
#define REASON_RDMSR 31
#define REASON_WRMSR 32
#define REASON_ENTRY_MACHINE_CHECK 41
#define REASON_EPT_VIOLATION 48
#define REASON_INVEPT 50
#define REASON_INVVPID 53
#define REASON_WBINVD 54
#define REASON_XSETBV 55
#define REASON_VMFUNC 59
#define REASON_ENTRY_FAILED BIT(31) /* table 25-19 */

/* Qualification of an EPT violation (table 28-7) */
#define EPT_QUAL_WRITE BIT(1)
#define EPT_QUAL_FETCH BIT(2)
#define EPT_QUAL_LINEAR BIT(7)	   /* the access has a linear address */
#define EPT_QUAL_TRANSLATED BIT(8) /* it accessed the translated address, not a page table */

/* Capabilities (appendix A) */
#define MSR_FEATURE_CONTROL 0x3a
#define FEATURE_CONTROL_LOCKED BIT(0)
#define FEATURE_CONTROL_VMX BIT(2) /* VMXON permitted outside of SMX */
#define MSR_VMX_BASIC 0x480
#define MSR_VMX_CR0_FIXED0 0x486
#define MSR_VMX_CR4_FIXED0 0x488
#define MSR_VMX_PROC2 0x48b
#define MSR_VMX_EPT_VPID 0x48c
#define MSR_VMX_TRUE_PIN 0x48d
#define MSR_VMX_TRUE_PROC 0x48e
#define MSR_VMX_TRUE_EXIT 0x48f
#define MSR_VMX_TRUE_ENTRY 0x490
#define MSR_VMX_LAST 0x493
#define VMX_BASIC_REVISION 0x7fffffffu
#define VMX_BASIC_SIZE(b) ((b) >> 32 & 0x1fff)
#define VMX_BASIC_TYPE(b) ((b) >> 50 & 0xf)
#define VMX_BASIC_TRUE BIT(55)
#define EPT_CAP_4_LEVELS BIT(6)
#define EPT_CAP_WRITE_BACK BIT(14)
#define EPT_CAP_2M BIT(16)
#define EPT_CAP_1G BIT(17)
#define EPT_CAP_INVEPT BIT(20)
#define EPT_CAP_INVEPT_ONE BIT(25)
#define EPT_CAP_INVEPT_ALL BIT(26)
#define EPT_CAP_INVVPID BIT(32)
#define EPT_CAP_INVVPID_ONE BIT(41)
#define EPT_CAP_INVVPID_ALL BIT(42)

#define MEMORY_WRITE_BACK 6u
#define EPTP_LEVELS_4 (3u << 3)

static inline uint64_t vmread(uint64_t field)
{
	uint64_t value;

	asm volatile("vmread %1, %0" : "=rm"(value) : "r"(field) : "cc");
	return value;
}

static inline void vmwrite(uint64_t field, uint64_t value)
{
	asm volatile("vmwrite %1, %0" : : "r"(field), "rm"(value) : "cc", "memory");
}

#endif
