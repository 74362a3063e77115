// SPDX-License-Identifier: GPL-2.0
/* Fetches a guest's instruction through the guest's page tables (AMD64 APM volume 2, 5.2 and 5.3)
 * and the second stage. */
#include <arch/asm.h>
#include <arch/insn_window.h>
#include <arch/mmu.h>
#include <arch/vm.h>
#include <hyp/arch.h>
#include <hyp/string.h>

#define ENTRY_PRESENT BIT(0)
#define ENTRY_LARGE BIT(7)
#define ENTRY_ADDRESS 0x000ffffffffff000ull

/* A paging mode of the guest. */
struct walk {
	unsigned levels, bits, entry_size;
	unsigned large_levels; /* bit mask: levels above 0 that may map a page */
};

static struct walk walk_of(const struct percpu *cpu)
{
	uint64_t cr4 = vm_get(cpu, VM_CR4);

	if (vm_get(cpu, VM_EFER) & EFER_LMA)
		return (struct walk){ cr4 & CR4_LA57 ? 5 : 4, 9, 8, 1 << 1 | 1 << 2 };
	if (cr4 & CR4_PAE)
		return (struct walk){ 3, 9, 8, 1 << 1 };
	return (struct walk){ 2, 10, 4, cr4 & CR4_PSE ? 1 << 1 : 0 };
}

/* Copies bytes of the guest's memory that lie in one page, and stores their physical address. False
 * for devices: a read could have side effects. */
static bool read_physical(const struct percpu *cpu, ipaddr_t gpa, void *to, unsigned size,
			  paddr_t *at)
{
	unsigned attrs;

	if (!pt_lookup(&cpu->public.cell->s2, gpa, at, &attrs) || attrs & PT_DEVICE)
		return false;
	memcpy(to, (const char *)mmu_window(0, *at & ~PAGE_MASK) + (gpa & PAGE_MASK), size);
	mmu_window(0, 0);
	return true;
}

/* Adds a word to the instruction. Without room for it the instruction is not cached. */
static void note(const struct percpu *cpu, struct cached_insn *cached, paddr_t at, uint64_t value)
{
	unsigned step = (unsigned)(cached->end - cached->word);

	if (step < CACHED_WORDS)
		*cached->end++ = insn_window_word(cpu, step, at, value);
	else
		cached->rip = NOWHERE;
}

static ipaddr_t page_at(uint64_t entry, uint64_t va, unsigned shift, const struct walk *walk)
{
	uint64_t offset = BIT(shift) - 1;
	uint64_t base = entry & ENTRY_ADDRESS & ~offset;

	/* Entries of 4 MiB pages have address bits 32 to 39 in bits 13 to 20 (5.2.2). */
	if (walk->entry_size == 4 && shift > PAGE_SHIFT)
		base = (entry & 0xffc00000) | (entry >> 13 & 0xff) << 32;
	return base | (va & offset);
}

static bool translate(const struct percpu *cpu, uint64_t va, ipaddr_t *gpa,
		      struct cached_insn *cached)
{
	struct walk walk = walk_of(cpu);
	uint64_t table = vm_get(cpu, VM_CR3) & ENTRY_ADDRESS, entry = 0;
	paddr_t at;

	*gpa = va;
	if (!(vm_get(cpu, VM_CR0) & CR0_PG))
		return true;
	if (walk.levels == 3) /* a table of four entries, 32-byte aligned */
		table = vm_get(cpu, VM_CR3) & 0xffffffe0;
	for (unsigned level = walk.levels; level-- > 0; table = entry & ENTRY_ADDRESS) {
		unsigned shift = PAGE_SHIFT + walk.bits * level;
		uint64_t index = va >> shift & (BIT(walk.bits) - 1);

		if (!read_physical(cpu, table + index * walk.entry_size, &entry, walk.entry_size,
				   &at) ||
		    !(entry & ENTRY_PRESENT))
			return false;
		note(cpu, cached, at, entry);
		if (level == 0 || (walk.large_levels & 1u << level && entry & ENTRY_LARGE)) {
			*gpa = page_at(entry, va, shift, &walk);
			return true;
		}
	}
	return false;
}

static bool same_pages(const struct cached_insn *a, const struct cached_insn *b)
{
	const struct cached_word *other = b->word;

	if (a->end - a->word != b->end - b->word) /* b may need windows that a doesn't open */
		return false;
	for (const struct cached_word *s = a->word; s != a->end; s++, other++)
		if (s->entry != other->entry)
			return false;
	return true;
}

/* Chooses the number of the windows that an instruction needs. Instructions that need the same
 * ones, such as those of one page, share a number. */
static uint64_t number_windows(struct percpu *cpu, const struct cached_insn *cached)
{
	for (unsigned i = 0; i < INSN_CACHE_SIZE; i++) {
		const struct cached_insn *other = &cpu->arch.insn_cache[i];

		if (other != cached && other->rip != NOWHERE && same_pages(cached, other))
			return other->window_set;
	}
	return ++cpu->arch.window_sets;
}

struct cached_insn *insn_fetch(struct percpu *cpu)
{
	uint64_t va = vm_get(cpu, VM_RIP), word;
	struct cached_insn *cached = &cpu->arch.insn_cache[va % INSN_CACHE_SIZE];
	unsigned mode = vm->mode(cpu), done = 0;
	uint8_t bytes[INSN_MAX] = { 0 };
	paddr_t at = 0;
	bool ok;

	cached->end = cached->word;
	cached->apic = NOWHERE;
	cached->rip = va;
	cached->cr3 = vm_get(cpu, VM_CR3);
	cached->cr4 = vm_get(cpu, VM_CR4);
	if (mode != 64)
		va = (uint32_t)(va + vm_get(cpu, VM_CS_BASE));
	while (done < sizeof(bytes)) {
		unsigned size = (unsigned)MIN(sizeof(bytes) - done, PAGE_SIZE - (va & PAGE_MASK));
		ipaddr_t gpa;

		if (!translate(cpu, va, &gpa, cached) ||
		    !read_physical(cpu, gpa, bytes + done, size, &at))
			break;
		done += size;
		va += size;
	}
	ok = insn_decode(bytes, done, mode, &cached->insn);
	/* Cached only if the instruction is in its first 8 bytes and those are in one page. */
	memcpy(&word, bytes, sizeof(word));
	note(cpu, cached, at, word);
	if (!ok || mode != 64 || cached->insn.length > sizeof(word) ||
	    (cached->rip & PAGE_MASK) > PAGE_SIZE - INSN_MAX)
		cached->rip = NOWHERE;
	cached->window_set = number_windows(cpu, cached);
	return ok ? cached : NULL;
}

void insn_cache_clear(struct percpu *cpu)
{
	for (unsigned i = 0; i < INSN_CACHE_SIZE; i++)
		cpu->arch.insn_cache[i].rip = NOWHERE;
	insn_windows_close(cpu);
}
