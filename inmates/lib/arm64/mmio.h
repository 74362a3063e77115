/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Access to device registers. Each function is a single load or store without
 * writeback, because only for these a trap has a complete syndrome (ESR_ELx.ISV).
 */
#ifndef INMATE_MMIO_H
#define INMATE_MMIO_H

#include <stdint.h>

#define MMIO_LOAD(type, insn, reg)                       \
	({                                               \
		type value_;                             \
		__asm__ volatile(insn " %" reg "0, [%1]" \
				 : "=r"(value_)          \
				 : "r"(address)          \
				 : "memory");            \
		value_;                                  \
	})
#define MMIO_STORE(insn, reg) \
	__asm__ volatile(insn " %" reg "0, [%1]" ::"r"(value), "r"(address) : "memory")

static inline uint8_t mmio_read8(uint64_t address)
{
	return MMIO_LOAD(uint32_t, "ldrb", "w");
}

static inline uint32_t mmio_read32(uint64_t address)
{
	return MMIO_LOAD(uint32_t, "ldr", "w");
}

static inline uint64_t mmio_read64(uint64_t address)
{
	return MMIO_LOAD(uint64_t, "ldr", "x");
}

static inline void mmio_write8(uint64_t address, uint8_t value)
{
	MMIO_STORE("strb", "w");
}

static inline void mmio_write32(uint64_t address, uint32_t value)
{
	MMIO_STORE("str", "w");
}

static inline void mmio_write64(uint64_t address, uint64_t value)
{
	MMIO_STORE("str", "x");
}

#endif
