// SPDX-License-Identifier: GPL-2.0
/* The local APIC: entries that raise more than interrupts, odd accesses. */
#include "args.h"
#include "cpu.h"
#include "hostile_arch.h"
#include "insn.h"

#define MODES 8u
#define FORM 16u

extern const char forms_good[], forms_good_end[], forms_bad[], forms_bad_end[];

/* An entry with a mode that isn't ours ends up masked. The timer's has none. */
void attack_local_vectors(void)
{
	unsigned int bad = 0;

	for (unsigned int lvt = 0x330; lvt <= 0x370; lvt += 0x10) {
		for (unsigned int mode = 0; mode < MODES; mode++) {
			apic_write(lvt, mode << 8 | 0x60);
			bad += mode && !(apic_read(lvt) & APIC_MASKED);
		}
		apic_write(lvt, APIC_MASKED);
	}
	report(!bad, "local-vectors", "%u entries not masked", bad);
}

static void call_form(void *form)
{
	void (*code)(uint64_t, uint64_t, uint64_t, uint64_t) =
		(void (*)(uint64_t, uint64_t, uint64_t, uint64_t))form;

	__asm__ volatile("" ::: "rax", "rsi", "r9", "memory");
	code(APIC_BASE + APIC_TPR, APIC_BASE + APIC_TPR, 0, 1);
}

/* What the decoder claims works; everything else ends in a fault, and nowhere else. */
void attack_apic_forms(void)
{
	unsigned int refused = 0, done = 0;

	for (const char *form = forms_good; form < forms_good_end; form += FORM)
		refused += probe_call(call_form, (void *)form);
	for (const char *form = forms_bad; form < forms_bad_end; form += FORM) {
		if (probe_call(call_form, (void *)form))
			continue;
		detail("form %u was done", (unsigned int)(form - forms_bad) / FORM);
		done++;
	}
	apic_write(APIC_TPR, 0);
	report(!refused && !done, "apic-forms", "%u good ones refused, %u others done", refused,
	       done);
}

/* ---- page tables that move under the decoder ---- */

#define ALIAS 0xc0000000ul /* 2 MiB that show the program's first ones */
#define PAGE_2M 0x200000ul

static volatile uint64_t *alias_entry;
static volatile bool moving;

static volatile uint64_t *find_entry(uint64_t address)
{
	uint64_t *table;

	__asm__ volatile("mov %%cr3, %0" : "=r"(table));
	for (unsigned int shift = 39; shift > 21; shift -= 9)
		table = (uint64_t *)(table[address >> shift & 511] & ~0xffful);
	return &table[address >> 21 & 511];
}

static void move_tables(void *argument)
{
	uint64_t good = *alias_entry;

	(void)argument;
	while (moving) {
		*alias_entry = 0;
		*alias_entry = 0xfee00083; /* code in registers */
		*alias_entry = 0x3f000083; /* the hypervisor's */
		*alias_entry = random64() & 0xffffffffe00083;
		*alias_entry = good;
	}
}

static void flush(void)
{
	uint64_t cr3;

	__asm__ volatile("mov %%cr3, %0\n\tmov %0, %%cr3" : "=r"(cr3)::"memory");
}

/* With a CPU that moves them, or by itself between translation and access. */
void attack_moving_tables(void)
{
	uint64_t code = (uint64_t)forms_good, count = args_get_u64("count", 20000), good;
	unsigned int faults = 0;

	alias_entry = find_entry(ALIAS);
	good = (code & ~(PAGE_2M - 1)) | 0x83;
	*alias_entry = good;
	flush();
	moving = true;
	if (cpu_count() > 1)
		cpu_start(1, move_tables, 0);
	for (uint64_t i = 0; i < count && keep_going(); i++)
		faults += probe_call(call_form, (void *)(ALIAS | (code & (PAGE_2M - 1))));
	moving = false;
	*alias_entry = ALIAS | 0x83;
	flush();
	report(true, "moving-tables", "%lu accesses, %u faults, %u CPUs", count, faults,
	       cpu_count());
}
