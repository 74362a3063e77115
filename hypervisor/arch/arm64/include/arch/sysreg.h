/* SPDX-License-Identifier: GPL-2.0 */
/* System register access and barriers (Arm ARM DDI 0487, C5 and B2.3). */
#ifndef ARCH_SYSREG_H
#define ARCH_SYSREG_H

#include <hyp/types.h>

#define _STR(...) #__VA_ARGS__
#define STR(...) _STR(__VA_ARGS__)

/* name: a register's name, or S<op0>_<op1>_C<n>_C<m>_<op2> */
#define read_sysreg(name)                                      \
	({                                                     \
		uint64_t _v;                                   \
		asm volatile("mrs %0, " STR(name) : "=r"(_v)); \
		_v;                                            \
	})
#define write_sysreg(value, name) asm volatile("msr " STR(name) ", %x0" : : "rZ"((uint64_t)(value)))

/* All of these become 0. */
#define clear_sysregs(...) asm volatile(".irp reg, " STR(__VA_ARGS__) "\n\tmsr \\reg, xzr\n.endr")

/*
 * One of several registers whose names differ by a number: prefix, the n-th (from 0) of numbers,
 * suffix. A jump into a list of all such accesses.
 */
#define read_sysreg_n(prefix, numbers, suffix, n) \
	_sysreg_n("mrs %0, " STR(prefix) "\\i\\()" STR(suffix), numbers, 0, n)
#define write_sysreg_n(value, prefix, numbers, suffix, n) \
	((void)_sysreg_n("msr " STR(prefix) "\\i\\()" STR(suffix) ", %0", numbers, value, n))
#define _sysreg_n(access, numbers, value, n)                                            \
	({                                                                              \
		uint64_t _value = (value), _at;                                         \
		asm volatile("adr %1, 1f\n\tadd %1, %1, %2, lsl #3\n\tbr %1\n"          \
			     "1:\n.irp i, " numbers "\n\t" access "\n\tb 2f\n.endr\n2:" \
			     : "+r"(_value), "=&r"(_at)                                 \
			     : "r"((uint64_t)(n)));                                     \
		_value;                                                                 \
	})
#define NUMBERS_16 "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15"

#define isb() asm volatile("isb" : : : "memory")
#define dsb(scope) asm volatile("dsb " #scope : : : "memory")
#define dmb(scope) asm volatile("dmb " #scope : : : "memory")

/* Device registers: one access of exactly this width. */
static inline uint8_t read8(const volatile void *a)
{
	uint8_t v;
	asm volatile("ldrb %w0, %1" : "=r"(v) : "Q"(*(const volatile uint8_t *)a));
	return v;
}
static inline void write8(volatile void *a, uint8_t v)
{
	asm volatile("strb %w1, %0" : "=Q"(*(volatile uint8_t *)a) : "rZ"(v));
}
static inline uint32_t read32(const volatile void *a)
{
	uint32_t v;
	asm volatile("ldr %w0, %1" : "=r"(v) : "Q"(*(const volatile uint32_t *)a));
	return v;
}
static inline void write32(volatile void *a, uint32_t v)
{
	asm volatile("str %w1, %0" : "=Q"(*(volatile uint32_t *)a) : "rZ"(v));
}
static inline uint64_t read64(const volatile void *a)
{
	uint64_t v;
	asm volatile("ldr %0, %1" : "=r"(v) : "Q"(*(const volatile uint64_t *)a));
	return v;
}
static inline void write64(volatile void *a, uint64_t v)
{
	asm volatile("str %x1, %0" : "=Q"(*(volatile uint64_t *)a) : "rZ"(v));
}

/* ICC_* and ICH_* by encoding: assemblers of Debian 12 know the names, clang too. */

#endif
