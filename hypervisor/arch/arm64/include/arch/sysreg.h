/* SPDX-License-Identifier: GPL-2.0 */
/* System register access and barriers (Arm ARM DDI 0487, C5 and B2.3). */
#ifndef ARCH_SYSREG_H
#define ARCH_SYSREG_H

#include <hyp/types.h>

#define _STR(...) #__VA_ARGS__
#define STR(...) _STR(__VA_ARGS__)

/* name: a register's name, or S<op0>_<op1>_C<n>_C<m>_<op2> for its encoding */
#define read_sysreg(name)                                      \
	({                                                     \
		uint64_t _v;                                   \
		asm volatile("mrs %0, " STR(name) : "=r"(_v)); \
		_v;                                            \
	})
#define write_sysreg(value, name) asm volatile("msr " STR(name) ", %x0" : : "rZ"((uint64_t)(value)))

/* Write 0 to each register. */
#define clear_sysregs(...) asm volatile(".irp reg, " STR(__VA_ARGS__) "\n\tmsr \\reg, xzr\n.endr")

/*
 * Access a register of a numbered group. Its name is prefix, the n-th (from 0) of numbers, suffix:
 * read_sysreg_n(ich_lr, NUMBERS_16, _el2, 2) reads ICH_LR2_EL2. The code is a list of one
 * access for each number, and a jump to the n-th.
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

/* Wait for an interrupt; masked ones end it, too (D1.6.2). */
#define wfi() asm volatile("wfi" : : : "memory")
/* Clear breakpoints (kind "b") or watchpoints ("w") `last` to 0: jumps into a list for 15 to 0. */
#define clear_points(kind, last)                                                                \
	do {                                                                                    \
		uint64_t _at;                                                                   \
		asm volatile("adr %0, 1f\n\tadd %0, %0, %1, lsl #3\n\tbr %0\n1:\n"              \
			     ".irp i, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0\n\t" \
			     "msr dbg" kind "cr\\i\\()_el1, xzr\n\tmsr dbg" kind                \
			     "vr\\i\\()_el1, xzr\n"                                             \
			     ".endr"                                                            \
			     : "=&r"(_at)                                                       \
			     : "r"(15 - (last)));                                               \
	} while (0)

/* Clear V0 to V31, which also clears the upper bits of Z registers (B1.2.2). */
#define clear_vectors()                                                                            \
	asm volatile(".arch_extension fp\n.arch_extension simd\n"                                  \
		     ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25," \
		     "26,27,28,29,30,31\n"                                                         \
		     "movi v\\n\\().2d, #0\n"                                                      \
		     ".endr\n")

/* Complete the writes of profiling and trace buffers: PSB CSYNC, TSB CSYNC (C6.2); NOPs where
 * there are none. */
#define drain_buffers() asm volatile("isb\n\thint #17\n\thint #18\n\tdsb nsh" : : : "memory")

/* Drop the TLB entries of all guests on this CPU. */
#define tlbi_guests() asm volatile("tlbi alle1" : : : "memory")
#define isb() asm volatile("isb" : : : "memory")
#define dsb(scope) asm volatile("dsb " #scope : : : "memory")
#define dmb(scope) asm volatile("dmb " #scope : : : "memory")
/* Broadcast invalidations, twice: on many cores the first may complete before another CPU's access
 * that used the old entry (Arm's errata 1286807, 2441007, 2441009, 4118414). */
#define TLBI_TWICE(operation) "tlbi " operation "\n\tdsb ish\n\ttlbi " operation
#define tlbi(op) asm volatile(TLBI_TWICE(#op) : : : "memory")
#define tlbi_by(op, value) \
	asm volatile(TLBI_TWICE(#op ", %0") : : "r"((uint64_t)(value)) : "memory")
#define wfe() asm volatile("wfe" : : : "memory")
#define sev() asm volatile("sev" : : : "memory")

/* Device registers: read8(), write8() and so on are one access of exactly this width. Load-acquire,
 * because a plain load of Device memory among exclusives may hang a Cortex-A57 (832075). */
#define DEVICE_ACCESS(bits, suffix, width)                                 \
	static inline uint##bits##_t read##bits(const volatile void *a)    \
	{                                                                  \
		uint##bits##_t v;                                          \
		asm volatile("ldar" suffix " %" width "0, %1"              \
			     : "=r"(v)                                     \
			     : "Q"(*(const volatile uint##bits##_t *)a));  \
		return v;                                                  \
	}                                                                  \
	static inline void write##bits(volatile void *a, uint##bits##_t v) \
	{                                                                  \
		asm volatile("str" suffix " %" width "1, %0"               \
			     : "=Q"(*(volatile uint##bits##_t *)a)         \
			     : "rZ"(v));                                   \
	}
DEVICE_ACCESS(8, "b", "w")
DEVICE_ACCESS(32, "", "w")
DEVICE_ACCESS(64, "", "x")

#endif
