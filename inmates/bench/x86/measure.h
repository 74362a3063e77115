/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Measured instructions. All give what the TSC advanced from before to behind
 * them, its readings and the loading of operands included. Those of which
 * tools count from outside are between the labels bench_NAME and bench_NAME_end.
 */
#ifndef INMATE_MEASURE_H
#define INMATE_MEASURE_H

#include <stdint.h>

/* Hypercalls: AMD's instruction, and Intel's. */
uint64_t measure_vmmcall(uint64_t unused, uint32_t function);
uint64_t measure_vmcall(uint64_t unused, uint32_t function);

uint64_t measure_cpuid(uint64_t unused, uint32_t leaf);

/* IN of a byte. */
uint64_t measure_port(uint64_t port, uint32_t unused);

/* Registers of the local APIC: a load; stores, a label each. */
uint64_t measure_apic_read(uint64_t address, uint32_t unused);
uint64_t measure_eoi(uint64_t address, uint32_t value);
uint64_t measure_icr(uint64_t address, uint32_t value);
uint64_t measure_icr_logical(uint64_t address, uint32_t value);
uint64_t measure_timer(uint64_t address, uint32_t value);

#endif
