// SPDX-License-Identifier: GPL-2.0
/*
 * Second stage: nested page tables (AMD64 APM volume 2, 15.25), in the format
 * of long mode's, and who must drop translations when they change.
 *
 * Memory types: nested entries say write-back, so that the guest's own PAT and
 * the machine's MTRRs decide as they do without a hypervisor (15.25.8); device
 * registers are uncacheable by the MTRRs, which only root can write.
 */
#include <arch/asm.h>
#include <arch/npt.h>
#include <arch/vm.h>
#include <hyp/arch.h>

#define NPT_PRESENT BIT(0)
#define NPT_WRITE BIT(1)
#define NPT_USER BIT(2) /* nested walks are user accesses (15.25.5) */
#define NPT_ACCESSED BIT(5)
#define NPT_DIRTY BIT(6)
#define NPT_LARGE BIT(7)
#define NPT_DEVICE BIT(9) /* free for software: the region is a device's */
#define NPT_NX BIT(63)
#define NPT_ADDRESS 0x000ffffffffff000ull

#define GUEST_BITS_MAX 48u

static uint64_t npt_leaf(paddr_t pa, unsigned attrs, unsigned level)
{
	uint64_t entry = pa | NPT_PRESENT | NPT_USER | NPT_ACCESSED | NPT_DIRTY;

	if (attrs & PT_WRITE)
		entry |= NPT_WRITE;
	if (!(attrs & PT_EXECUTE))
		entry |= NPT_NX;
	if (attrs & PT_DEVICE)
		entry |= NPT_DEVICE;
	return level ? entry | NPT_LARGE : entry;
}

static uint64_t npt_table(paddr_t pa)
{
	return pa | NPT_PRESENT | NPT_WRITE | NPT_USER | NPT_ACCESSED;
}

static bool npt_valid(uint64_t entry)
{
	return entry & NPT_PRESENT;
}

static bool npt_is_table(uint64_t entry, unsigned level)
{
	return level && (entry & (NPT_LARGE | NPT_PRESENT)) == NPT_PRESENT;
}

/* What is present can be read. */
static unsigned npt_attrs(uint64_t entry, unsigned level)
{
	unsigned attrs = PT_READ;

	(void)level;
	if (entry & NPT_WRITE)
		attrs |= PT_WRITE;
	if (!(entry & NPT_NX))
		attrs |= PT_EXECUTE;
	if (entry & NPT_DEVICE)
		attrs |= PT_DEVICE;
	return attrs;
}

#define NPT_FORMAT(max_leaf)                                                               \
	{                                                                                  \
		.address_mask = NPT_ADDRESS, .max_leaf_level = max_leaf, .leaf = npt_leaf, \
		.table = npt_table, .valid = npt_valid, .is_table = npt_is_table,          \
		.attrs = npt_attrs,                                                        \
	}

const struct pt_format npt_format = NPT_FORMAT(2);

/* Without 1 GiB pages (CPUID 8000_0001, EDX bit 26: Page1GB). */
const struct pt_format npt_format_2m = NPT_FORMAT(1);

/* CPUID 8000_0008, EAX: bits of physical addresses. */
uint64_t arch_phys_limit(void)
{
	return BIT(MIN(cpuid(0x80000008, 0).a & 0xff, GUEST_BITS_MAX));
}

uint64_t arch_guest_limit(void)
{
	return arch_phys_limit();
}

/* An ASID a cell, so that they don't share translations where they outlive a change of owner; that
 * drops them all, so there may be more cells than ASIDs. 0 is the hypervisor's. */
static uint32_t asid_of(uint32_t id)
{
	uint32_t asids = cpuid(0x8000000a, 0).b;

	return 1 + id % (asids - 1);
}

bool arch_cell_init(struct cell *cell, struct bh_refusal *r)
{
	bool huge = cpuid(0x80000001, 0).d & BIT(26);
	uint64_t *root = pool_alloc(1);

	if (!root)
		return refuse(r, BH_E_NO_MEMORY, BH_F_POOL, 0, 1);
	cell->s2 = (struct page_table){
		.format = huge ? &npt_format : &npt_format_2m,
		.root = root,
		.root_level = 3,
		.root_pages = 1,
		.context = cell,
	};
	cell->arch.asid = asid_of(cell->id);
	return true;
}

void arch_cell_exit(struct cell *cell)
{
	pool_free(cell->s2.root, 1);
}

/* Stores are seen in their order by walkers too (APM 2, 7.2). */
void arch_pt_write(uint64_t *entry, uint64_t value)
{
	*(volatile uint64_t *)entry = value;
}

/*
 * CPUs of the cell run nothing of it while its tables change: they are off, or
 * held in here. So it is enough that each drops what it has before it goes on.
 * The one that is cut off is the exception, and waited for by its caller.
 */
static void flush_cpus(const struct cell *cell)
{
	unsigned i;

	for_each_cpu (i, cell->cpus) {
		struct percpu *cpu = percpu_of(i);

		if (cpu == this_cpu()) {
			vm_flush(cpu);
			continue;
		}
		__atomic_store_n(&cpu->arch.flush, 1, __ATOMIC_SEQ_CST);
		if (cpu->public.state == CPU_RUNNING)
			arch_kick(cpu);
	}
}

void arch_pt_flush(const struct page_table *pt, uint64_t va, uint64_t size)
{
	(void)va;
	if (size)
		flush_cpus(pt->context);
}

/* Change the present bit of every root entry: the tables below are kept. */
static void set_connected(struct cell *cell, bool connected)
{
	for (unsigned i = 0; i < 512; i++) {
		uint64_t entry = cell->s2.root[i];

		if (entry)
			arch_pt_write(&cell->s2.root[i],
				      connected ? entry | NPT_PRESENT : entry & ~NPT_PRESENT);
	}
}

void arch_cell_cut_off(struct cell *cell)
{
	set_connected(cell, false);
	flush_cpus(cell);
}

void arch_cell_reconnect(struct cell *cell)
{
	set_connected(cell, true);
}
