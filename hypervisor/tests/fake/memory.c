// SPDX-License-Identifier: GPL-2.0
/* Physical memory, twice: as CPUs see it through caches, and as it is behind the caches. */
#include <arch/fake.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "model.h"

uint64_t hyp_phys_offset;
struct fake_machine fake;
static uint8_t *fake_shadow;
static uint8_t *ram;

#define POISON 0x5afe5afe5afe5afeull /* behind the caches, in pages that the pool hands out */

void fake_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("fake machine: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	abort();
}

/* xorshift64* (Marsaglia; Vigna) */
uint64_t fake_random(void)
{
	static uint64_t state;

	if (!state) {
		const char *seed = getenv("FAKE_SEED");

		state = (seed ? strtoull(seed, NULL, 0) : 1) * 0x9e3779b97f4a7c15ull | 1;
	}
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dull;
}

/* Aligned so that host and physical addresses agree in the bits that page tables use. */
static uint8_t *map_memory(void)
{
	size_t size = 2 * FAKE_RAM_SIZE;
	uint8_t *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		fake_fail("no memory");
	return (uint8_t *)ALIGN_UP((uintptr_t)p, FAKE_RAM_SIZE);
}

void fake_memory_init(void)
{
	ram = map_memory();
	fake_shadow = map_memory();
	hyp_phys_offset = (uint64_t)(uintptr_t)ram - FAKE_RAM;
	fake_windows_init();
	pool_init(fake_ram(FAKE_HYP + FAKE_IMAGE_SIZE),
		  (FAKE_HYP_SIZE - FAKE_IMAGE_SIZE) / PAGE_SIZE);
}

static void check_inside(paddr_t pa, uint64_t size)
{
	if (!range_contains(FAKE_RAM, FAKE_RAM_SIZE, pa, size))
		fake_fail("no memory at %#lx, %#lx bytes", pa, size);
}

void *fake_ram(paddr_t pa)
{
	check_inside(pa, 1);
	return ram + (pa - FAKE_RAM);
}

void *fake_shadow_of(const void *p)
{
	return fake_shadow + ((const uint8_t *)p - ram);
}

bool fake_is_ram(const void *p)
{
	return ram && (const uint8_t *)p >= ram && (const uint8_t *)p < ram + FAKE_RAM_SIZE;
}

void arch_clean(const void *start, size_t size)
{
	check_inside(ptr_to_phys(start), size);
	memcpy(fake_shadow_of(start), start, size);
}

void fake_check_clean(const void *start, size_t size)
{
	if (memcmp(start, fake_shadow_of(start), size) != 0)
		fake_fail("%#lx, %zu bytes: written and not cleaned", ptr_to_phys(start), size);
}

void fake_poison(void *page)
{
	uint64_t *word = fake_shadow_of(page);

	for (unsigned i = 0; i < PAGE_SIZE / sizeof(*word); i++)
		word[i] = POISON;
}

void fake_check_shown(paddr_t pa)
{
	const uint64_t *word = fake_shadow_of(fake_ram(pa));

	for (unsigned i = 0; i < PAGE_SIZE / sizeof(*word); i++)
		if (word[i] == POISON)
			fake_fail("%#lx: shown to a guest and not cleaned", pa + i * sizeof(*word));
}

static void count_piece(paddr_t pa, uint64_t size)
{
	check_inside(pa, size);
	if (ranges_overlap(pa, size, FAKE_HYP, FAKE_HYP_SIZE))
		fake_fail("wipe or copy of the hypervisor's memory at %#lx", pa);
	fake.largest_piece = MAX(fake.largest_piece, size);
}

void arch_wipe(paddr_t phys, uint64_t size)
{
	count_piece(phys, size);
	fake.wiped += size;
	for (paddr_t end = phys + size; phys < end; phys += PAGE_SIZE) {
		void *page = fake_window(0, phys);

		memset(page, 0, PAGE_SIZE);
		arch_clean(page, PAGE_SIZE);
		fake_window_close(0);
	}
}

void arch_copy(paddr_t to, paddr_t from, uint64_t size)
{
	count_piece(to, size);
	count_piece(from, size);
	fake.copied += size;
	for (paddr_t end = from + size; from < end; from += PAGE_SIZE, to += PAGE_SIZE) {
		void *target = fake_window(0, to);

		memcpy(target, fake_window(1, from), PAGE_SIZE);
		fake_window_close(1);
		arch_clean(target, PAGE_SIZE);
		fake_window_close(0);
	}
}
