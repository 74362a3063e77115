// SPDX-License-Identifier: GPL-2.0
/* The local APIC: entries with forbidden delivery modes, unusual accesses. */
#include "args.h"
#include "cpu.h"
#include "hostile_arch.h"
#include "insn.h"
#include "string.h"

#define MODES 8u
#define FORM 16u

void call_form(void *form);
extern const char forms_good[], forms_good_end[], forms_bad[], forms_bad_end[];

/* An entry with a forbidden delivery mode becomes masked. The timer's has no mode. */
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

/* Accesses the local APIC with many forms of instructions. Those that the decoder supports must
 * work; all others must fault without effect. */
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

/* ---- page tables that change while the decoder reads them ---- */

#define ALIAS 0xc0000000ul /* maps the program's first 2 MiB again */
#define PAGE_2M 0x200000ul
#define PRESENT 0x83ul /* present, writable, 2 MiB page */
#define HYPERVISOR 0x3f000000ul

static volatile uint64_t *alias_entry;
static uint64_t good_entry;
static volatile bool moving;

static volatile uint64_t *find_entry(uint64_t address)
{
	uint64_t *table;

	__asm__ volatile("mov %%cr3, %0" : "=r"(table));
	for (unsigned int shift = 39; shift > 21; shift -= 9)
		table = (uint64_t *)(table[address >> shift & 511] & ~0xffful);
	return &table[address >> 21 & 511];
}

/*
 * Returns an entry that replaces the right one: absent, or one that maps device
 * registers, the hypervisor, foreign memory, or own memory with another instruction.
 */
static uint64_t wrong_entry(unsigned int i)
{
	switch (i % 5) {
	case 0:
		return 0;
	case 1:
		return (APIC_BASE & ~(PAGE_2M - 1)) | PRESENT;
	case 2:
		return HYPERVISOR | PRESENT;
	case 3:
		return (random64() & 0x3fffe00000) | 1ul << 38 | PRESENT;
	default:
		return PAGE_2M | PRESENT;
	}
}

static void move_tables(void *argument)
{
	(void)argument;
	for (unsigned int i = 0; moving; i++) {
		*alias_entry = wrong_entry(i);
		cpu_relax(); /* an emulator that runs CPUs in turns switches here */
		*alias_entry = good_entry;
		cpu_relax();
	}
}

static void flush(void)
{
	uint64_t cr3;

	__asm__ volatile("mov %%cr3, %0\n\tmov %0, %%cr3" : "=r"(cr3)::"memory");
}

static void look(void *address)
{
	(void)*(volatile uint8_t *)address;
}

/*
 * Another CPU changes the tables. With one CPU, this CPU does it while the translation is in the
 * TLB: the CPU then executes the old instruction, and the decoder reads the new one. In each case
 * the access must complete or fault here.
 */
void attack_moving_tables(void)
{
	uint64_t code = (uint64_t)forms_good, count = args_get_u64("count", 20000);
	uint64_t offset = code & (PAGE_2M - 1);
	void *alias = (void *)(ALIAS | offset);
	bool alone = cpu_count() == 1;
	unsigned int faults = 0;

	memcpy((void *)(PAGE_2M | offset), (const void *)(code + FORM), FORM);
	alias_entry = find_entry(ALIAS);
	good_entry = (code & ~(PAGE_2M - 1)) | PRESENT;
	*alias_entry = good_entry;
	flush();
	moving = true;
	if (!alone)
		cpu_start(1, move_tables, 0);
	for (uint64_t i = 0; i < count && keep_going(); i++) {
		if (alone) {
			*alias_entry = good_entry;
			flush();
			look(alias);
			*alias_entry = wrong_entry((unsigned int)i);
		}
		faults += probe_call(call_form, alias);
	}
	moving = false;
	report(faults, "moving-tables", "%lu accesses, %u faults, %u CPUs", count, faults,
	       cpu_count());
	if (alone)
		*alias_entry = ALIAS | PRESENT;
	flush();
}
