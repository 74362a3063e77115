// SPDX-License-Identifier: GPL-2.0
/* The cache of instructions never returns one that the guest doesn't execute any more. */
#include "model.h"
#include "test.h"
#include <arch/insn_lookup.h>
#include <arch/svm.h>
#include <arch/vm.h>
#include <string.h>

#define CODE 0x7f5544332210ull
#define LEVELS 4u
#define PRESENT 1u
#define LARGE 0x80u

/* The guest's memory: a table for each level, another set of tables, two pages of code. */
static uint64_t memory[2 * LEVELS + 2][512] __attribute__((aligned(4096)));
static struct vmcb vmcb __attribute__((aligned(4096)));
static struct percpu *cpu;

static uint64_t *table(unsigned level, bool other)
{
	return memory[level + (other ? LEVELS : 0)];
}

static uint8_t *code(bool other)
{
	return (uint8_t *)memory[2 * LEVELS + other] + (CODE & PAGE_MASK);
}

static unsigned index_at(unsigned level)
{
	return CODE >> (PAGE_SHIFT + 9 * level) & 511;
}

static void point(unsigned level, bool other, const void *to)
{
	table(level, other)[index_at(level)] = (uint64_t)to | PRESENT;
}

/* Starts a guest whose first page of code stores EAX to (RDI), and whose second one stores ECX. */
static void start(void)
{
	static const uint8_t store[2][2] = { { 0x89, 0x07 }, { 0x89, 0x0f } };

	model_start();
	model_config(BIT(3));
	model_add_region((uint64_t)memory, sizeof(memory), BH_REGION_RAM);
	CHECK(model_create());
	model_run_as(3);
	cpu = model_cpu(3);
	cpu->arch.control = &vmcb;
	memset(memory, 0, sizeof(memory));
	for (unsigned other = 0; other < 2; other++) {
		memcpy(code(other), store[other], 2);
		point(0, other, memory[2 * LEVELS + other]);
		for (unsigned level = 1; level < LEVELS; level++)
			point(level, other, table(level - 1, other));
	}
	vmcb.cr0 = CR0_PG;
	vmcb.cr4 = CR4_PAE;
	vmcb.efer = EFER_LMA;
	vmcb.cs.attributes = ATTR_LONG;
	vmcb.cr3 = (uint64_t)table(LEVELS - 1, false);
	vmcb.rip = CODE;
	insn_cache_clear(cpu);
}

static const struct cached_insn *find(void)
{
	return insn_cache_find(cpu, vmcb.rip, vmcb.cr3, vmcb.cr4);
}

/* Expects that the current instruction, a store of this register, isn't cached until it is
 * fetched. */
static void expect_new(unsigned reg)
{
	const struct cached_insn *cached;

	CHECK(!find());
	cached = insn_fetch(cpu);
	CHECK(cached && cached->insn.reg == reg && cached->insn.length == 2 && cached->insn.write);
	CHECK(find() == cached);
}

TEST(guest_an_instruction_is_remembered)
{
	start();
	expect_new(0);
	cpu->arch.window_set = 0; /* the windows show another instruction */
	CHECK(find());
	CHECK_EQ(cpu->arch.window_set, find()->window_set);
}

TEST(guest_instructions_in_a_page_share_windows)
{
	const struct cached_insn *first, *second;

	start();
	expect_new(0);
	first = find();
	vmcb.rip += 2;
	memcpy(code(false) + 2, code(false), 2);
	expect_new(0);
	second = find();
	CHECK(first != second && first->window_set == second->window_set);
	point(0, false, memory[2 * LEVELS + 1]);
	vmcb.rip -= 2;
	expect_new(1);
	CHECK(find()->window_set != second->window_set);
}

/* Code that lies in the same page as one of its page tables needs one page less in windows. */
TEST(guest_fewer_pages_are_other_windows)
{
	uint64_t at = (uint64_t)table(0, false) + (index_at(0) ^ 256) * 8 + 1, large = BIT(21) - 1;

	start();
	expect_new(0);
	memcpy((void *)at, code(false), 2);
	table(1, false)[index_at(1) ^ 1] = (at & ~large) | PRESENT | LARGE;
	vmcb.rip = ((CODE ^ BIT(21)) & ~large) | (at & large);
	expect_new(0);
	CHECK_EQ(find()->end - find()->word, 4);
	CHECK(find()->window_set != cpu->arch.insn_cache[CODE % INSN_CACHE_SIZE].window_set);
}

TEST(guest_changed_code_is_read_again)
{
	start();
	expect_new(0);
	insn_fetch(cpu)->apic = 0xfee00000;
	CHECK(insn_stores_to_apic(find(), 0xfee000b0) && !insn_stores_to_apic(find(), 0xfee000b4));
	CHECK(!insn_stores_to_apic(find(), 0xfee01000));
	code(false)[1] = 0x0f;
	expect_new(1);
	CHECK(!insn_stores_to_apic(find(), 0xfee000b0) && !insn_stores_to_apic(find(), 0));
}

TEST(guest_moved_tables_are_walked_again)
{
	start();
	for (unsigned level = 0; level < LEVELS; level++) {
		insn_cache_clear(cpu);
		expect_new(0);
		point(level, false,
		      level ? (void *)table(level - 1, true) : memory[2 * LEVELS + 1]);
		expect_new(1);
		point(level, false, level ? (void *)table(level - 1, false) : memory[2 * LEVELS]);
		expect_new(0);
	}
}

TEST(guest_large_pages_are_remembered)
{
	uint64_t first = (uint64_t)memory[2 * LEVELS] - index_at(0) * PAGE_SIZE;

	start();
	if (first & (BIT(21) - 1)) /* depends on the address of the test's memory */
		vmcb.rip = (CODE & ~(BIT(21) - 1)) | ((uint64_t)code(false) & (BIT(21) - 1));
	table(1, false)[index_at(1)] = ((uint64_t)code(false) & ~(BIT(21) - 1)) | PRESENT | LARGE;
	expect_new(0);
}

TEST(guest_another_place_is_another_instruction)
{
	start();
	expect_new(0);
	vmcb.rip += INSN_CACHE_SIZE;
	CHECK(!find());
	vmcb.rip -= INSN_CACHE_SIZE;
	vmcb.cr3 = (uint64_t)table(LEVELS - 1, true);
	expect_new(1);
	vmcb.cr4 |= CR4_LA57;
	CHECK(!find());
}

TEST(guest_a_flush_or_reset_forgets)
{
	struct guest_regs regs;

	start();
	expect_new(0);
	vm_flush(cpu);
	expect_new(0);
	vm_reset(cpu, &regs);
	CHECK(!insn_cache_find(cpu, CODE, (uint64_t)table(LEVELS - 1, false), CR4_PAE));
}

TEST(guest_what_is_not_in_one_word_is_not_remembered)
{
	static const uint8_t longest[] = { 0xc7, 0x87, 1, 2, 3, 4, 5, 6, 7, 8 };

	start();
	memcpy(code(false), longest, sizeof(longest));
	CHECK(insn_fetch(cpu) && !find());
	vmcb.rip = CODE | PAGE_MASK; /* its second byte is in an absent page */
	*(uint8_t *)((uint64_t)code(false) | PAGE_MASK) = 0x89;
	CHECK(!insn_fetch(cpu) && !find());
	point(0, false, memory[2 * LEVELS]);
	table(0, false)[index_at(0) + 1] = (uint64_t)memory[2 * LEVELS + 1] | PRESENT;
	*(uint8_t *)memory[2 * LEVELS + 1] = 0x07;
	CHECK(insn_fetch(cpu) && !find());
}

/* An instruction in two pages: only its first word would be compared. */
TEST(guest_what_is_in_two_pages_is_not_remembered)
{
	uint64_t end = (uint64_t)memory[2 * LEVELS] | PAGE_MASK, gigabyte = BIT(30) - 1;

	start();
	memset(memory[2 * LEVELS], 0x89, 2 * PAGE_SIZE);
	table(2, false)[index_at(2)] = (end & ~gigabyte) | PRESENT | LARGE;
	vmcb.rip = (CODE & ~gigabyte) | (end & gigabyte);
	CHECK(insn_fetch(cpu) && !find());
}

TEST(guest_other_modes_are_not_remembered)
{
	start();
	vmcb.cr0 = 0;
	vmcb.efer = 0;
	vmcb.rip = 0;
	vmcb.cs.base = 0;
	CHECK(!insn_fetch(cpu) && !find());
}
