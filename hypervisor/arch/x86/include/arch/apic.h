/* SPDX-License-Identifier: GPL-2.0 */
/* Interrupt controllers: the local APIC (AMD64 APM volume 2, chapter 16) and the I/O APICs. */
#ifndef ARCH_APIC_H
#define ARCH_APIC_H

#include <bulkhead/config.h>
#include <hyp/cell.h>

#define APIC_VERSION 0x030
#define APIC_TPR 0x080
#define APIC_EOI 0x0b0
#define APIC_LDR 0x0d0
#define APIC_DFR 0x0e0
#define APIC_SVR 0x0f0
#define APIC_ISR 0x100 /* eight registers, 0x10 apart, as TMR and IRR */
#define APIC_IRR 0x200
#define APIC_ESR 0x280
#define APIC_LVT_CMCI 0x2f0
#define APIC_ICR 0x300
#define APIC_ICR_HIGH 0x310
#define APIC_LVT_TIMER 0x320
#define APIC_LVT_ERROR 0x370
#define APIC_TIMER_COUNT 0x380
#define APIC_TIMER_DIVIDE 0x3e0
#define APIC_SELF_IPI 0x3f0
#define APIC_EXTENDED 0x400
#define APIC_EXTENDED_LVT 0x500 /* four */
#define APIC_EXTENDED_LVT_LAST 0x530

#define APIC_MODE(v) ((v) >> 8 & 7) /* delivery mode of ICR, LVT and redirection entries */
#define APIC_MODE_FIXED 0
#define APIC_MODE_LOWEST 1
#define APIC_MODE_SMI 2
#define APIC_MODE_NMI 4
#define APIC_MODE_INIT 5
#define APIC_MODE_SIPI 6
#define APIC_MODE_EXTINT 7
#define APIC_MODE_MASK (7u << 8)
#define APIC_LOGICAL BIT(11)
#define APIC_BUSY BIT(12)
#define APIC_ASSERT BIT(14)
#define APIC_LEVEL BIT(15)
#define APIC_MASKED (1u << 16)
#define APIC_SHORTHAND_MASK (3u << 18)
#define APIC_SHORTHAND(v) ((v) >> 18 & 3)

#define APIC_MSR(offset) (0x800u + ((offset) >> 4)) /* the register's MSR in x2APIC mode (16.11) */
#define APIC_MSR_END 0x900u

/* apic.c: this CPU's local APIC. take: at enable. give_back: at disable. reset: to its state after
 * reset, with no interrupt pending. */
void apic_take(struct percpu *cpu);
void apic_give_back(struct percpu *cpu);
void apic_reset(struct percpu *cpu);

/* Access this CPU's local APIC registers in its current mode, xAPIC or x2APIC. */
uint32_t apic_read(unsigned offset);
void apic_write(unsigned offset, uint32_t value);
void apic_wait_idle(void); /* xAPIC mode: until the ICR can be written */

/* Messages from this CPU, which is `cpu`. apic_send() sends these ICR bits and the assert bit.
 * apic_send_vector() sends an interrupt, unless the vector is illegal or the target doesn't run.
 * apic_send_in_cell() does so for the CPU of this CPU's cell that has this APIC id. */
void apic_send(const struct percpu *cpu, const struct percpu *target, uint32_t icr);
void apic_send_vector(const struct percpu *cpu, const struct percpu *target, uint32_t vector);
void apic_send_in_cell(const struct percpu *cpu, uint64_t id, uint32_t vector);
void apic_send_to(uint64_t id, uint32_t vector); /* apic_send_vector() to any CPU, by APIC id */

/* CPU index + 1 by APIC id, 0: no CPU. Each CPU writes its own entry at enable. */
#define APIC_IDS 256u
#define APIC_BROADCAST 0xffu
extern uint8_t apic_index_of[APIC_IDS];

/* ipi.c: the CPUs of a cell that the destination of a guest's message addresses. logical: see
 * APIC_LOGICAL; x2apic: the destination has 32 bits. */
uint64_t apic_match(const struct cell *cell, uint64_t destination, bool logical, bool x2apic);

/* A guest's write to its ICR. */
void ipi_send(struct percpu *cpu, uint64_t destination, uint32_t icr);

/* res_apic.c: a guest's store to a register in xAPIC mode. Read-only registers ignore it. */
void apic_store(struct percpu *cpu, uint64_t offset, uint32_t value);

/* MSRs of x2APIC mode. apic_msr_trapped(): true if an access exits. apic_wrmsr(): emulates a WRMSR
 * that exited; apic_set_base(): a WRMSR to APIC_BASE. False: the guest gets #GP. */
bool apic_msr_trapped(bool root, uint32_t msr, bool write);
bool apic_wrmsr(struct percpu *cpu, uint32_t msr, uint64_t value);
bool apic_set_base(struct percpu *cpu, uint64_t value);

/* res_ioapic.c. ioapic_take(), once at enable, reads the registers; root continues to see their
 * values. ioapic_give_back(), once at disable, writes the values that root wrote last. */
void ioapic_take(void);
void ioapic_give_back(void);

#endif
