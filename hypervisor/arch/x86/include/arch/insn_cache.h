/* SPDX-License-Identifier: GPL-2.0 */
/* Each CPU's cache of decoded instructions that access emulated registers: see insn_lookup.h. */
#ifndef ARCH_INSN_CACHE_H
#define ARCH_INSN_CACHE_H

#include <arch/insn.h>

struct percpu;

#define INSN_CACHE_SIZE 8u
#define CACHED_WORDS 5u /* the entries of a 4-level walk, and the instruction */
#define NOWHERE BIT(63) /* no valid address has only this bit */

/*
 * An instruction of 64-bit mode. It is valid while each of its words reads the same: the entries of
 * the guest's page tables that translate its address, then its first 8 bytes.
 */
struct cached_insn {
	uint64_t rip, cr3, cr4; /* rip is NOWHERE in a free slot */
	uint64_t
		apic; /* address of the local APIC's page if it stored to that page, else NOWHERE */
	struct insn insn;
	struct cached_word *end; /* of words in use */
	uint64_t window_set; /* never 0; entries that need the same pages have the same number */
	struct cached_word {
		uint64_t entry; /* of the hypervisor's page tables, which maps the word's page */
		const volatile uint64_t *at;
		uint64_t value;
	} word[CACHED_WORDS];
	uint8_t unused[72]; /* a size that is a power of two makes indexing cheap */
};
_Static_assert(sizeof(struct cached_insn) == 256, "a power of two");

/* Reads and decodes the guest's current instruction into the cache. NULL: not a move that insn.h
 * decodes. If the guest changes its page tables meanwhile, the result may be any instruction, as on
 * hardware. */
struct cached_insn *insn_fetch(struct percpu *cpu);

/* Empties the cache: the guest's memory was remapped, or the CPU gets another guest. */
void insn_cache_clear(struct percpu *cpu);

#endif
