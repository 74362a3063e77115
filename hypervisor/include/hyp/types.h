/* SPDX-License-Identifier: GPL-2.0 */
/* Basic types of the hypervisor. */
#ifndef HYP_TYPES_H
#define HYP_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint64_t paddr_t;  /* physical address */
typedef uint64_t ipaddr_t; /* guest physical address */

#define PAGE_SHIFT 12u
#define PAGE_SIZE 4096ull
#define PAGE_MASK (PAGE_SIZE - 1)

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define ALIGN_UP(x, a) (((x) + (a)-1) & ~((a)-1))
#define ALIGN_DOWN(x, a) ((x) & ~((a)-1))
#define BIT(n) (1ull << (n))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

#define __noreturn __attribute__((noreturn))
#define __must_check __attribute__((warn_unused_result))
#define __section(s) __attribute__((section(s), used))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
/* Attributes of functions that are compiled differently from their file: for speed in a file that
 * is compiled for size (gcc keeps this through LTO), and the reverse. */
#ifdef __clang__
#define __fast
#else
#define __fast \
	__attribute__((optimize("O2", "align-functions=1", "align-jumps=1", "align-loops=1")))
#endif
#define __cold __attribute__((cold))

/* Do [a, a+an) and [b, b+bn) share a byte? Neither range may wrap. */
static inline bool ranges_overlap(uint64_t a, uint64_t an, uint64_t b, uint64_t bn)
{
	return a < b + bn && b < a + an;
}

/* Compare and swap, sequentially consistent. False: *word was not `from`. */
static inline bool exchange(volatile uint32_t *word, uint32_t from, uint32_t to)
{
	return __atomic_compare_exchange_n(word, &from, to, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_SEQ_CST);
}

/* Number of bits set. The compiler's builtin may call a library. */
static inline unsigned count_bits(uint64_t mask)
{
	unsigned n = 0;

	for (; mask; mask &= mask - 1)
		n++;
	return n;
}

/* Bit n of a map of bytes. */
static inline bool bit_test(const uint8_t *map, uint32_t n)
{
	return map[n / 8] & 1u << n % 8;
}

static inline void bit_assign(uint8_t *map, uint32_t n, bool set)
{
	uint8_t bit = (uint8_t)(1u << n % 8);

	map[n / 8] = (uint8_t)(set ? map[n / 8] | bit : map[n / 8] & ~bit);
}

/* i iterates over the numbers of the bits set in mask, lowest first. */
#define for_each_cpu(i, mask) \
	for (uint64_t _m = (mask); _m && ((i) = (unsigned)__builtin_ctzll(_m), true); _m &= _m - 1)

#endif
