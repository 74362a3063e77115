/* SPDX-License-Identifier: GPL-2.0 */
/* Instructions, control registers and MSRs (AMD64 APM volumes 2 and 3). */
#ifndef ARCH_ASM_H
#define ARCH_ASM_H

#include <hyp/types.h>

#define CR0_PE BIT(0)
#define CR0_ET BIT(4)
#define CR0_TS BIT(3)
#define CR0_NE BIT(5)
#define CR0_NW BIT(29)
#define CR0_CD BIT(30)
#define CR0_PG BIT(31)

#define CR4_PSE BIT(4)
#define CR4_PAE BIT(5)
#define CR4_MCE BIT(6)
#define CR4_PGE BIT(7)
#define CR4_OSFXSR BIT(9)
#define CR4_LA57 BIT(12)
#define CR4_VMXE BIT(13)
#define CR4_OSXSAVE BIT(18)
#define CR4_PKE BIT(22)
#define CR4_CET BIT(23)
#define CR4_PKS BIT(24)
#define CR4_LASS BIT(27)

#define RFLAGS_CF BIT(0)
#define RFLAGS_FIXED BIT(1)
#define RFLAGS_ZF BIT(6)

#define VECTOR_DB 1
#define VECTOR_NMI 2
#define VECTOR_UD 6
#define VECTOR_GP 13
#define VECTOR_AC 17
#define VECTOR_MC 18

#define MSR_TSC 0x10
#define MSR_APIC_BASE 0x1b
#define MSR_SPEC_CTRL 0x48
#define MSR_PRED_CMD 0x49
#define MSR_ARCH_CAP 0x10a
#define MSR_SYSENTER_CS 0x174
#define MSR_SYSENTER_ESP 0x175
#define MSR_SYSENTER_EIP 0x176
#define MSR_MCG_CAP 0x179
#define MSR_MCG_STATUS 0x17a
#define MSR_MC0_STATUS 0x401 /* four MSRs for each bank; the next one is the address */
#define MSR_DEBUGCTL 0x1d9
#define MSR_PAT 0x277
#define MSR_RTIT_CTL 0x570
#define MSR_S_CET 0x6a2
#define MSR_TSC_DEADLINE 0x6e0
#define MSR_XSS 0xda0
#define MSR_EFER 0xc0000080
#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_CSTAR 0xc0000083
#define MSR_SFMASK 0xc0000084
#define MSR_FS_BASE 0xc0000100
#define MSR_GS_BASE 0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102
#define MSR_TSC_AUX 0xc0000103
#define MSR_TSC_RATIO 0xc0000104
#define MSR_SYSCFG 0xc0010010
#define MSR_VM_CR 0xc0010114
#define MSR_VM_HSAVE_PA 0xc0010117

#define EFER_SCE BIT(0)
#define EFER_LME BIT(8)
#define EFER_LMA BIT(10)
#define EFER_NXE BIT(11)
#define EFER_SVME BIT(12)
#define EFER_LMSLE BIT(13)
#define EFER_FFXSR BIT(14)
#define EFER_TCE BIT(15)
#define EFER_MCOMMIT BIT(17)
#define EFER_INTWB BIT(18)
#define EFER_AIBRSE BIT(21)

#define TSC_RATIO_ONE BIT(32) /* APM 2, 15.30.5 */

#define APIC_BASE_BSP BIT(8)
#define APIC_BASE_EXTD BIT(10)
#define APIC_BASE_ENABLE BIT(11)

#define CPUID_1_C_VMX BIT(5)

#define VM_CR_SVMDIS BIT(4)
#define DR6_RESET 0xffff0ff0
#define PAT_RESET 0x0007040600070406ull /* APM 2, 7.8.2 */

#define read_reg(name)                                         \
	({                                                     \
		uint64_t _v;                                   \
		asm volatile("mov %%" name ", %0" : "=r"(_v)); \
		_v;                                            \
	})
#define read_cr(n) read_reg("cr" #n)
#define read_dr(n) read_reg("db" #n)
#define write_cr(n, v) asm volatile("mov %0, %%cr" #n : : "r"((uint64_t)(v)) : "memory")
#define write_dr(n, v) asm volatile("mov %0, %%db" #n : : "r"((uint64_t)(v)))

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	asm volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	asm volatile("wrmsr"
		     :
		     : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
		     : "memory");
}

/* False: the CPU has no such register, or rejects the value (it raised #GP). */
bool rdmsr_safe(uint32_t msr, uint64_t *value);
bool wrmsr_safe(uint32_t msr, uint64_t value);
bool xsetbv_safe(uint64_t value); /* XCR0 */

/* Registers after CPUID: their upper halves are 0. */
struct cpuid {
	uint64_t a, b, c, d;
};

static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid id;

	asm volatile("cpuid"
		     : "=a"(id.a), "=b"(id.b), "=c"(id.c), "=d"(id.d)
		     : "a"((uint64_t)leaf), "c"((uint64_t)subleaf));
	return id;
}

/* XCR0. CR4.OSXSAVE is set. */
static inline uint64_t xgetbv(void)
{
	uint32_t low, high;

	asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return (uint64_t)high << 32 | low;
}

static inline uint64_t rdtsc(void)
{
	uint32_t low, high;

	/* LFENCE: earlier instructions are complete (APM 3, RDTSC). */
	asm volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* Loads FS, GS, TR, LDTR and the system call MSRs from a VMCB (APM 2, 15.5.2). */
static inline void vmload(uint64_t pa)
{
	asm volatile("vmload %0" : : "a"(pa) : "memory");
}

/* size: 1, 2 or 4 bytes */
static inline uint32_t port_in(uint16_t port, unsigned size)
{
	uint32_t value = 0;

	if (size == 1)
		asm volatile("inb %w1, %b0" : "+a"(value) : "Nd"(port));
	else if (size == 2)
		asm volatile("inw %w1, %w0" : "+a"(value) : "Nd"(port));
	else
		asm volatile("inl %w1, %0" : "+a"(value) : "Nd"(port));
	return value;
}

static inline void port_out(uint16_t port, unsigned size, uint32_t value)
{
	if (size == 1)
		asm volatile("outb %b0, %w1" : : "a"(value), "Nd"(port));
	else if (size == 2)
		asm volatile("outw %w0, %w1" : : "a"(value), "Nd"(port));
	else
		asm volatile("outl %0, %w1" : : "a"(value), "Nd"(port));
}

static inline void invlpg(uint64_t va)
{
	asm volatile("invlpg (%0)" : : "r"(va) : "memory");
}

#endif
