/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Measured instructions. All return the TSC ticks from before to after the
 * instruction, including the readings and the loading of operands. Tools that
 * count from outside use the labels bench_NAME and bench_NAME_end around it.
 */
#ifndef INMATE_MEASURE_H
#define INMATE_MEASURE_H

#include <stdint.h>

/* Hypercalls by VMMCALL (AMD) and by VMCALL (Intel). */
uint64_t measure_vmmcall(uint64_t unused, uint32_t function);
uint64_t measure_vmcall(uint64_t unused, uint32_t function);

uint64_t measure_cpuid(uint64_t unused, uint32_t leaf);

/* IN of one byte. */
uint64_t measure_port(uint64_t port, uint32_t unused);

/* Local APIC registers: a load; stores, each with its own labels. */
uint64_t measure_apic_read(uint64_t address, uint32_t unused);
uint64_t measure_eoi(uint64_t address, uint32_t value);
uint64_t measure_icr(uint64_t address, uint32_t value);
uint64_t measure_icr_logical(uint64_t address, uint32_t value);
uint64_t measure_timer(uint64_t address, uint32_t value);

#endif
