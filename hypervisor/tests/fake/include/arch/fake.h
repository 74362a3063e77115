/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fake machine, for tests and fuzzers.
 *
 * It runs in one host thread. Each fake CPU is a coroutine that executes its guest (a C function)
 * or the hypervisor; it yields to the others when it waits (arch_relax(), fake_yield()). The test
 * itself runs as CPU 0 in the hypervisor, except within fake_on_cpu() and fake_hypercall().
 */
#ifndef ARCH_FAKE_H
#define ARCH_FAKE_H

#include <bulkhead/image.h>
#include <hyp/arch.h>

#define FAKE_CPUS 4u
#define FAKE_RAM 0x40000000ull /* physical address of the memory */
#define FAKE_RAM_SIZE 0x04000000ull
#define FAKE_HYP_SIZE 0x00400000ull /* the hypervisor's part, at its end */
#define FAKE_HYP (FAKE_RAM + FAKE_RAM_SIZE - FAKE_HYP_SIZE)
#define FAKE_IMAGE_SIZE 0x00010000ull /* offset of the pool in FAKE_HYP */
#define FAKE_DEVICES 0x08000000ull    /* device registers of root, without a device */
#define FAKE_DEVICES_SIZE 0x02000000ull
#define FAKE_CELL_RAM_SIZE 0x00200000ull
#define FAKE_CELL_RAM(n) (FAKE_HYP - ((n) + 1) * 2 * FAKE_CELL_RAM_SIZE)
#define FAKE_IRQS 512u
#define FAKE_CELL_IRQ(n) (241u + (n)) /* spare interrupt of cell n */
#define FAKE_TICKS_PER_MS 1000u

/* The machine's state, and faults that tests inject. Masks have a bit for each CPU index. */
struct fake_machine {
	uint64_t refuses_start; /* the firmware refuses to start it */
	uint64_t never_starts;	/* the firmware accepts, and the CPU never arrives */
	uint64_t deaf;		/* the guest ignores kicks until its memory is unmapped */
	uint64_t dead;		/* the guest ignores kicks for ever */
	uint64_t kept;	   /* the firmware does not switch it off: it stays in the hypervisor */
	uint64_t slow_off; /* the firmware reports an off CPU as on a few times */
	uint64_t stays_in_root; /* CPUs that no cell can have: see res_pinned.c */
	paddr_t pinned;		/* page that no cell can have; 0: none */
	bool wrong_platform;	/* arch_check_platform() refuses */
	bool no_ids;		/* arch_cell_init() refuses */

	uint64_t ticks;
	uint32_t doorbells;	    /* of root */
	uint32_t irqs[FAKE_IRQS];   /* how often each interrupt was raised */
	uint64_t wiped, copied;	    /* bytes */
	uint64_t largest_piece;	    /* bytes wiped or copied in one call */
	uint64_t left;		    /* CPUs that returned to Linux */
	uint64_t starts[FAKE_CPUS]; /* how often each CPU was switched on */
};
extern struct fake_machine fake;

/* Print a violation of the machine model and abort. */
void __noreturn __attribute__((format(printf, 1, 2))) fake_fail(const char *format, ...);

/* The next pseudo-random number; the environment variable FAKE_SEED is the seed. */
uint64_t fake_random(void);

/* ---- memory (memory.c) ---- */

/* Set up memory, hyp_phys_offset and the page pool, as an architecture's entry code does. Once per
 * process. */
void fake_memory_init(void);

/* Physical memory as the test sees it. */
void *fake_ram(paddr_t pa);

/* Fail unless the range was cleaned: a reader without caches must see the last writes. */
void fake_check_clean(const void *start, size_t size);

/* ---- enable (boot.c) ---- */

/* Valid config parts, which the test may change: static buffers of a page each, filled in anew by
 * each call. n: 0..3; cell n has CPU 3 - n. */
struct bh_system_part *fake_system_part(void);
struct bh_cell_part *fake_root_part(void);
struct bh_cell_part *fake_cell_part(unsigned n);

/* In the first page of the image, where the driver writes them; the parts follow in two pages. */
#define fake_boot_params (*(struct bh_boot *)fake_ram(FAKE_HYP))

/* Enable with these parts on all CPUs. False: fake_boot_params.refusal holds the refusal. Once per
 * process. */
bool fake_boot_with(const struct bh_system_part *system, const struct bh_cell_part *root);

/* Enable with fake_system_part() and fake_root_part(). A refusal fails the test. */
void fake_boot(void);

/* ---- CPUs (cpu.c) ---- */

/* For tests that don't enable the machine: set up only what this_cpu() returns. */
void fake_cpu_alone(void);

/* Set the guest that a CPU executes when it is started in a cell; NULL: it idles. After the guest
 * returns, the CPU idles. */
typedef void (*fake_guest)(struct percpu *cpu);
void fake_set_guest(unsigned index, fake_guest guest);

/* Run function on a CPU that is on, in the hypervisor, while all CPUs continue; then check the
 * walkers (walker.c). False: the function did not return, because the CPU went off or left. */
bool fake_on_cpu(unsigned index, void (*function)(void *), void *argument);

/* Make a hypercall as the guest of a CPU. FAKE_GONE: it did not return. */
#define FAKE_GONE INT64_MIN
int64_t fake_hypercall(unsigned index, uint64_t function, uint64_t a1, uint64_t a2);

/* Fill in the comm page and call BH_HC_CELL_CREATE or BH_HC_CELL_START on CPU 0. */
int64_t fake_create(const struct bh_cell_part *part);
int64_t fake_start(uint32_t id, const char *args);

/* Call BH_HC_CELL_DESTROY on CPU 0 until it does not return BH_E_AGAIN. */
int64_t fake_destroy(uint32_t id);

/* Call within a management call: the hypervisor faults on this CPU, which returns to its guest. */
void __noreturn fake_fault(void);

/* fake_run(): the test lets all CPUs run for some rounds. fake_yield(): a guest lets the other CPUs
 * run, then takes kicks. */
void fake_run(unsigned rounds);
void fake_yield(void);

/* Is the CPU on and in its guest? */
bool fake_in_guest(unsigned index);

/* Called by a guest on its own CPU: make a hypercall, or access a guest address. The walker model
 * translates the address; if it isn't mapped, the trap path emulates the access or treats it as a
 * violation. False: the guest got an abort. */
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

/* Start or stop watching a table. Cells' second stages are watched without it. */
void fake_watch(const struct page_table *pt);
void fake_unwatch(const struct page_table *pt);

/* Fail if a watched live table has a stale translation, an invalidated entry that was not flushed,
 * or a write that walkers may not see yet. Called between operations. */
void fake_walkers_check(void);

/* Translate through the TLB of a walker of the table. */
bool fake_translate(const struct page_table *pt, uint64_t va, paddr_t *pa, unsigned *attrs);

/* Are all entries of the root invalid, although it is not empty? */
bool fake_is_cut_off(const struct page_table *pt);

/* Number of pages of a table, its root included. */
size_t fake_pt_pages(const struct page_table *pt);

/* Make the n-th call from now misbehave, to show that the model notices. */
enum fake_sabotage {
	FAKE_SOUND = 0,
	FAKE_DROP_FLUSH,  /* arch_pt_flush() does nothing */
	FAKE_SHORT_FLUSH, /* it leaves out the last page */
	FAKE_KEEP_TLB,	  /* it invalidates no TLB entry */
	FAKE_NO_BREAK,	  /* arch_pt_write() does not write an invalid entry */
	FAKE_NO_BARRIER,  /* arch_pt_write() makes an entry visible before the table it points to */
	FAKE_PLAIN_WRITE, /* arch_pt_write() is an ordinary store */
};
void fake_sabotage(enum fake_sabotage what, unsigned nth);

#endif
