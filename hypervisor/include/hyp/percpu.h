/* SPDX-License-Identifier: GPL-2.0 */
/* What belongs to one CPU: a part that others may touch, and a private part. */
#ifndef HYP_PERCPU_H
#define HYP_PERCPU_H

#include <arch/cell.h>
#include <bulkhead/ring.h>
#include <hyp/types.h>

struct cell;

enum cpu_state {
	CPU_OFF = 0,	  /* off in firmware */
	CPU_STARTING = 1, /* firmware is asked to start it */
	CPU_RUNNING = 2,  /* in its cell */
	CPU_LOST = 3,	  /* did not answer; not used unless it turns up and switches itself off */
	CPU_CLAIMED = 4,  /* off; somebody finds out whether it may be started */
};

/* Bits of cpu_public.command; set by others with cpu_command(), taken on a kick. */
#define CPU_COMMAND_STOP (1u << 0) /* leave the cell and switch off */
#define CPU_COMMAND_HOLD (1u << 1) /* stay in the hypervisor while hold_root is set */

/* What other CPUs may read at any time; who writes what is said beside it. */
struct cpu_public {
	uint64_t hw_id;		    /* constant after enable */
	unsigned index;		    /* constant: its number in configs */
	struct cell *cell;	    /* owner; management lock, only while the CPU is off */
	volatile uint32_t state;    /* enum cpu_state; the CPU itself; OFF -> CLAIMED: who starts it
				      (compare and swap), until it is STARTING */
	volatile uint32_t command;  /* atomic bits; see above */
	volatile uint32_t held;	    /* the CPU itself: generation of the hold it answers */
	uint64_t entry;		    /* guest entry point; who starts it, while CLAIMED */
	uint64_t argument;	    /* first register there; likewise */
	struct bh_cpu_stats *stats; /* the CPU itself writes; root reads */
	uint32_t *lock;		    /* see cpu_lock(); the CPU itself */
};

struct percpu {
	struct cpu_public public;
	struct arch_percpu arch; /* private to the CPU, except where arch says so */
} __attribute__((aligned(64)));	 /* no cache line belongs to two CPUs */

/* By index; NULL outside the system's CPUs. Constant after enable. */
struct percpu *percpu_of(unsigned index);

/* At enable: make n CPUs of all-zero percpu structs, in pages of the pool. False: out of pages. */
struct bh_refusal;
bool __must_check percpu_init(unsigned n, struct bh_refusal *r);

/* Count one exit on this CPU. */
static inline void count_exit(struct percpu *cpu, enum bh_exit reason)
{
	/* Nobody else writes it, so whatever the compiler makes of it readers see one count or
	 * the next: each is one aligned word. */
	uint64_t *exits = (uint64_t *)cpu->public.stats->exits;

	exits[reason]++;
}

#endif
