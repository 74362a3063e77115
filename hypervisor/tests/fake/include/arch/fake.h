/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fake machine: what tests and fuzzers see of it.
 *
 * One host thread. Each fake CPU is a coroutine that executes its guest (a C
 * function) or the hypervisor; it lets the others go on whenever it waits
 * (arch_relax(), fake_yield()). The test itself is "CPU 0 in the hypervisor"
 * unless it asks for a CPU with fake_on_cpu() or fake_hypercall().
 */
#ifndef ARCH_FAKE_H
#define ARCH_FAKE_H

#include <bulkhead/image.h>
#include <hyp/arch.h>

#define FAKE_CPUS 4u
#define FAKE_RAM 0x40000000ull /* physical address of the memory */
#define FAKE_RAM_SIZE 0x04000000ull
#define FAKE_HYP_SIZE 0x00400000ull /* the hypervisor's, at the end of it */
#define FAKE_HYP (FAKE_RAM + FAKE_RAM_SIZE - FAKE_HYP_SIZE)
#define FAKE_IMAGE_SIZE 0x00010000ull /* the pool begins so far inside */
#define FAKE_DEVICES 0x08000000ull    /* devices of root; nothing is there */
#define FAKE_DEVICES_SIZE 0x02000000ull
#define FAKE_CELL_RAM_SIZE 0x00200000ull
#define FAKE_CELL_RAM(n) (FAKE_HYP - ((n) + 1) * 2 * FAKE_CELL_RAM_SIZE)
#define FAKE_IRQS 512u
#define FAKE_CELL_IRQ(n) (241u + (n)) /* hypervisor-raised interrupt of cell n */
#define FAKE_TICKS_PER_MS 1000u

/* The machine's state and its settable faults. Masks are of CPU indexes. */
struct fake_machine {
	uint64_t refuses_start; /* firmware refuses CPU_ON */
	uint64_t never_starts;	/* firmware accepts, and the CPU does not come */
	uint64_t deaf;		/* the guest holds off kicks, until its memory is gone */
	uint64_t dead;		/* the same for ever */
	uint64_t slow_off;	/* firmware says "on" a few times after the CPU went off */
	uint64_t stays_in_root; /* CPUs that no cell can have: see res_pinned.c */
	paddr_t pinned;		/* page that no cell can have; 0: none */
	bool wrong_platform;	/* arch_check_platform() refuses */
	bool no_ids;		/* arch_cell_init() refuses */

	uint64_t ticks;
	uint32_t doorbells;	    /* of root */
	uint32_t irqs[FAKE_IRQS];   /* how often each was raised */
	uint64_t wiped, copied;	    /* bytes */
	uint64_t largest_piece;	    /* bytes wiped or copied in one call */
	uint64_t left;		    /* CPUs that went back to Linux */
	uint64_t starts[FAKE_CPUS]; /* how often each was switched on */
};
extern struct fake_machine fake;

/* Print and abort: the model of the machine was violated. */
void __noreturn __attribute__((format(printf, 1, 2))) fake_fail(const char *format, ...);

/* The next number of the machine's random sequence; the seed is FAKE_SEED of the environment. */
uint64_t fake_random(void);

/* ---- memory (memory.c) ---- */

/* Memory, hyp_phys_offset and the page pool, as an architecture's entry code sets them up. Once a
 * process. */
void fake_memory_init(void);

/* Physical memory as the test sees it. */
void *fake_ram(paddr_t pa);

/* Fail unless memory holds what caches hold (somebody without caches sees what was written). */
void fake_check_clean(const void *start, size_t size);

/* ---- enable (boot.c) ---- */

/* Config parts of a machine and of cells that fit it, to be changed at will (static buffers of a
 * page each, filled in anew by each call; n: 0..3). Cell n has CPU 3 - n. */
struct bh_system_part *fake_system_part(void);
struct bh_cell_part *fake_root_part(void);
struct bh_cell_part *fake_cell_part(unsigned n);

/* In the image, as where the driver fills them in; the parts are in the two pages after it. */
#define fake_boot_params (*(struct bh_boot *)fake_ram(FAKE_HYP))

/* Enable with these parts on all CPUs; false: refused, see fake_boot_params.refusal. Once a
 * process. */
bool fake_boot_with(const struct bh_system_part *system, const struct bh_cell_part *root);

/* Enable with fake_system_part() and fake_root_part(); fails if that is refused. */
void fake_boot(void);

/* ---- CPUs (cpu.c) ---- */

/* Without enable: enough that this_cpu() is there. */
void fake_cpu_alone(void);

/* What a CPU executes from now on when it is started in a cell; NULL: it idles. After the
 * function's end the CPU idles. */
typedef void (*fake_guest)(struct percpu *cpu);
void fake_set_guest(unsigned index, fake_guest guest);

/* Run function on a CPU that is on, in the hypervisor; all CPUs go on meanwhile. False if it did
 * not return because the CPU went off or left. Then it checks the walkers (walker.c). */
bool fake_on_cpu(unsigned index, void (*function)(void *), void *argument);

/* A hypercall of the guest on that CPU. FAKE_GONE if it did not return. */
#define FAKE_GONE INT64_MIN
int64_t fake_hypercall(unsigned index, uint64_t function, uint64_t a1, uint64_t a2);

/* The comm page filled in, then BH_HC_CELL_CREATE / START on CPU 0. */
int64_t fake_create(const struct bh_cell_part *part);
int64_t fake_start(uint32_t id, const char *args);

/* Destroy on CPU 0 until no piece is left to wipe. */
int64_t fake_destroy(uint32_t id);

/* On a CPU in a management call: the hypervisor faults, and the CPU is back in its guest. */
void __noreturn fake_fault(void);

/* From the test: let all CPUs go on for some rounds. From a guest: let the others go on, take
 * kicks. */
void fake_run(unsigned rounds);
void fake_yield(void);

/* Is the CPU executing its guest (not the hypervisor, not off)? */
bool fake_in_guest(unsigned index);

/* From a guest function on its own CPU: a hypercall; an access to a guest address, as hardware and
 * the trap path would do it: translated by the walker model, emulated, or a violation. False: the
 * guest got an abort. */
int64_t fake_guest_hypercall(uint64_t function, uint64_t a1, uint64_t a2);
bool fake_guest_read(ipaddr_t ipa, unsigned size, uint64_t *value);
bool fake_guest_write(ipaddr_t ipa, unsigned size, uint64_t value);

/* ---- interrupts (irq.c) ---- */

/* The cell that owns an interrupt. */
uint32_t fake_irq_owner(unsigned irq);

/* ---- second stage and the model of walkers and TLBs (stage2.c, walker.c) ---- */

/* True if [b, b+bn) lies inside [a, a+an). No range may wrap. */
static inline bool range_contains(uint64_t a, uint64_t an, uint64_t b, uint64_t bn)
{
	return b >= a && b - a <= an && bn <= an - (b - a);
}

extern const struct pt_format fake_format;

/* Watch a table from now on / no more. Cells' second stages are watched by themselves. */
void fake_watch(const struct page_table *pt);
void fake_unwatch(const struct page_table *pt);

/* Fail if any watched table that is live has a stale translation, an entry that was made invalid
 * and not flushed, or a change that walkers may not see yet. To be called between operations. */
void fake_walkers_check(void);

/* Translate as a walker of the table does, through its TLB. */
bool fake_translate(const struct page_table *pt, uint64_t va, paddr_t *pa, unsigned *attrs);

/* Nothing goes through the table, though something is in it. */
bool fake_is_cut_off(const struct page_table *pt);

/* Pages that a table occupies, its root included. */
size_t fake_pt_pages(const struct page_table *pt);

/* Sabotage, to show that the model notices: what the n-th such call from now does wrong. */
enum fake_sabotage {
	FAKE_SOUND = 0,
	FAKE_DROP_FLUSH,  /* arch_pt_flush() does nothing */
	FAKE_SHORT_FLUSH, /* it forgets the last page */
	FAKE_KEEP_TLB,	  /* the flush reaches no TLB */
	FAKE_NO_BREAK,	  /* arch_pt_write() of an invalid entry is left out */
	FAKE_NO_BARRIER,  /* arch_pt_write(): the entry is visible before what it points to */
	FAKE_PLAIN_WRITE, /* arch_pt_write() is an ordinary store */
};
void fake_sabotage(enum fake_sabotage what, unsigned nth);

#endif
