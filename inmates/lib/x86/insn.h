/* SPDX-License-Identifier: GPL-2.0 */
/* Instructions and the local APIC's registers (AMD64 APM volume 2). */
#ifndef INMATE_INSN_H
#define INMATE_INSN_H

#include <stdbool.h>
#include <stdint.h>

#define MSR_APIC_BASE 0x1bu
#define APIC_BASE_X2 0x400 /* x2APIC mode (16.9) */
#define MSR_GS_BASE 0xc0000101u

#define APIC_BASE 0xfee00000ul
#define APIC_ID 0x020
#define APIC_TPR 0x080
#define APIC_EOI 0x0b0
#define APIC_LDR 0x0d0
#define APIC_DFR 0x0e0
#define APIC_SVR 0x0f0
#define APIC_ISR 0x100
#define APIC_IRR 0x200
#define APIC_ICR 0x300
#define APIC_ICR_HIGH 0x310
#define APIC_LVT_TIMER 0x320
#define APIC_LVT_ERROR 0x370
#define APIC_TIMER_COUNT 0x380
#define APIC_TIMER_NOW 0x390
#define APIC_TIMER_DIVIDE 0x3e0
#define APIC_MASKED (1u << 16)
#define APIC_MSR(reg) (0x800 + ((reg) >> 4)) /* the same registers in x2APIC mode */

extern bool apic_x2; /* CPUs are in x2APIC mode (argument "x2apic") */

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" ::"c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
			 : "memory");
}

static inline uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr) : "memory");
	return (uint64_t)high << 32 | low;
}

#define ICR_LOGICAL 0x800
#define ICR_ASSERT 0x4000
#define IPI_VECTOR 0x50u /* of IPI 0: see irq.h */

static inline void apic_write(unsigned int reg, uint32_t value)
{
	if (apic_x2)
		wrmsr(APIC_MSR(reg), value);
	else
		*(volatile uint32_t *)(APIC_BASE + reg) = value;
}

static inline uint32_t apic_read(unsigned int reg)
{
	if (apic_x2)
		return (uint32_t)rdmsr(APIC_MSR(reg));
	return *(volatile uint32_t *)(APIC_BASE + reg);
}

/* Writes ICR: its low half, and the destination. */
void apic_send(uint32_t id, uint32_t icr);

/* Like irq_of_line() for a PCI line: level-triggered, active low. Handlers run after the local
 * APIC's EOI, so the interrupt repeats while the device asserts the line. */
unsigned int irq_of_pci_line(unsigned int line);

static inline uint64_t rdtsc(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
}

#define CPUID_X2APIC (1u << 21)
#define CPUID_XSAVE (1u << 26)

/* CPUID 1, ECX */
static inline uint32_t cpuid_features(void)
{
	uint32_t leaf = 1, features;

	__asm__ volatile("cpuid" : "+a"(leaf), "=c"(features)::"rbx", "rdx");
	return features;
}

#define VENDOR_INTEL 0x756e6547u /* "Genu" */

struct cpuid {
	uint32_t a, b, c, d;
};

static inline struct cpuid cpuid_get(uint32_t leaf, uint32_t sub)
{
	struct cpuid id;

	__asm__ volatile("cpuid"
			 : "=a"(id.a), "=b"(id.b), "=c"(id.c), "=d"(id.d)
			 : "0"(leaf), "2"(sub));
	return id;
}

/* The first of the vendor string's three words: CPUID 0, EBX. */
static inline uint32_t cpuid_vendor(void)
{
	return cpuid_get(0, 0).b;
}

static inline uint8_t inb(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint32_t inl(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void outb(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}

static inline void outl(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" ::"a"(value), "Nd"(port));
}

static inline void outw(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" ::"a"(value), "Nd"(port));
}

#endif
