/* SPDX-License-Identifier: GPL-2.0 */
/* The state of one CPU (a public and a private part), and starting, stopping and holding CPUs. */
#ifndef HYP_PERCPU_H
#define HYP_PERCPU_H

#include <arch/cell.h>
#include <bulkhead/ring.h>
#include <hyp/types.h>

struct bh_refusal;
struct cell;

enum cpu_state {
	CPU_OFF = 0,	  /* off in firmware */
	CPU_STARTING = 1, /* the firmware was asked to start it */
	CPU_RUNNING = 2,  /* in its cell */
	CPU_LOST = 3,	  /* did not respond; unused until it switches itself off */
	CPU_CLAIMED = 4,  /* off; another CPU checks whether it may be started */
};

/* Bits of cpu_public.command: set with cpu_command(), read when the CPU takes a kick. */
#define CPU_COMMAND_STOP (1u << 0) /* leave the cell and switch off */
#define CPU_COMMAND_HOLD (1u << 1) /* stay in the hypervisor during root_hold() */

/* The part that other CPUs may read at any time. Each field names its writer. */
struct cpu_public {
	uint64_t hw_id;		    /* constant after enable */
	unsigned index;		    /* constant: its number in configs */
	struct cell *cell;	    /* owner; management lock, only while the CPU is off */
	volatile uint32_t state;    /* enum cpu_state; the CPU itself. OFF -> CLAIMED (compare and
				       swap) -> STARTING: the CPU that starts it */
	volatile uint32_t command;  /* atomic bits; any CPU */
	volatile uint32_t held;	    /* the CPU itself: generation of the hold that it honours */
	uint64_t entry;		    /* guest entry point; the starting CPU, while CLAIMED */
	uint64_t argument;	    /* first register at entry; the starting CPU, while CLAIMED */
	struct bh_cpu_stats *stats; /* counts of exits; the CPU itself writes, root reads */
	uint32_t *lock;		    /* the lock it holds: see cpu_lock(); the CPU itself */
};

struct percpu {
	struct cpu_public public;
	struct arch_percpu arch; /* private to the CPU, except where arch says so */
} __attribute__((aligned(64)));	 /* CPUs share no cache line */

/* By index; NULL: the system has no such CPU. Constant after enable. */
struct percpu *percpu_of(unsigned index);

/* At enable: allocate n zeroed percpu structs from the pool. False: out of pages. */
bool __must_check percpu_init(unsigned n, struct bh_refusal *r);

/*
 * Start a CPU that is off in its cell. False: it is not off, the cell does not run, or the firmware
 * refused; nothing changed. On any CPU of the cell, or with the management lock held.
 */
bool cpu_start(struct percpu *cpu, uint64_t entry, uint64_t argument);

/* Wait until done(cpu) is true. False: `ms` have passed. The caller holds the management lock, or
 * is a CPU of the same cell; a CPU that is told to stop meanwhile does not return. */
bool cpu_wait(struct percpu *cpu, bool (*done)(struct percpu *cpu), uint32_t ms);
bool cpu_is_off(struct percpu *cpu);	 /* the firmware reports it off; a lost CPU becomes OFF */
bool cpu_is_started(struct percpu *cpu); /* the state is not STARTING */
#define CPU_TIMEOUT_MS 1000u		 /* for every wait for a CPU */

/* Set a command bit of a CPU and kick it. Any CPU. */
void cpu_command(struct percpu *cpu, uint32_t command);

/* On a CPU that takes a kick: execute its commands. Does not return after STOP. */
void cpu_take_commands(struct percpu *cpu);

/*
 * Hold all other running CPUs of root in the hypervisor, around changes of root's resources, and
 * release them. Management lock. False: a CPU of root did not respond; none is held.
 */
bool root_hold(struct bh_refusal *r);
void root_release(void);
/* Release the other CPUs of root if they are held. */
void root_end_hold(void);

/* Count one exit on this CPU. */
static inline void count_exit(struct percpu *cpu, enum bh_exit reason)
{
	/* Only this CPU writes a count, which is one aligned word. So readers see the old or the
	 * new count even without volatile, which would cost instructions. */
	uint64_t *exits = (uint64_t *)cpu->public.stats->exits;

	exits[reason]++;
}

#endif
