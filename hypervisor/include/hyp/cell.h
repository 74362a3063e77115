/* SPDX-License-Identifier: GPL-2.0 */
/* Cells and their life. */
#ifndef HYP_CELL_H
#define HYP_CELL_H

#include <arch/cell.h>
#include <bulkhead/config.h>
#include <bulkhead/hypercall.h>
#include <bulkhead/info.h>
#include <bulkhead/ring.h>
#include <hyp/mmio.h>
#include <hyp/paging.h>
#include <hyp/percpu.h>
#include <hyp/pool.h>
#include <hyp/refuse.h>

/* State of the emulated console UART. Written on the cell's CPUs under its own lock. */
struct console {
	struct bh_console *ring; /* NULL: the cell has none */
	uint32_t lock;		 /* taken only by CPUs of this cell */
	union {
		struct {
			uint32_t imsc, ris; /* interrupt mask and raw status */
			uint32_t kept[5];   /* registers that do nothing: see pl011.c */
		};			    /* PL011 */
		struct {
			uint8_t reg[BH_16550_PORTS]; /* as they were written */
			uint8_t divisor[2];
			uint8_t tx; /* the interrupt that says empty is pending */
		} ns16550;
	};
};

/* Beside enum bh_cell_state: who ends the cell claimed it and is writing the failure record. Outside
 * the core it is BH_STATE_RUNNING still. */
#define CELL_STOPPING 0x100u

/*
 * A cell. Constant while it exists unless said otherwise; management lock
 * for what changes. One page, with its config in another. What is large comes
 * last: instructions are shorter that reach the rest.
 */
struct cell {
	uint32_t id;
	volatile uint32_t state; /* enum bh_cell_state; atomic: management and the cell's CPUs */
	const struct bh_cell_part *config; /* validated private copy (a page) */
	uint64_t cpus;			   /* mask of CPUs it owns now; root's shrinks and grows */
	struct bh_info *info;		   /* NULL: none */
	bool only_checked;   /* it is never granted anything; its CPUs need not be off */
	bool open;	     /* loadable regions are mapped in root */
	bool cut_off;	     /* its second stage was taken away: see pt_cut_off() */
	bool snapshot_valid; /* the kept image holds what was loaded */
	bool dirty;	     /* it ran since its loadable regions were loaded or restored */
	uint32_t rights;     /* BH_RIGHT_* in force */
	uint32_t starts;
	uint32_t resetting; /* atomic: a CPU of the cell carries out SYSTEM_RESET */
	size_t pages;	    /* of the pool that came into use with it */
	uint64_t progress;  /* bytes wiped (destroy), or copied to or from the kept image (start) */
	struct page_table s2;	     /* second-stage tables */
	struct page_reserve reserve; /* pages set aside by validate for grant */
	struct arch_cell arch;
	struct console console;
	uint8_t links[BH_MAX_SHARED]; /* index in its config's shared -> in root's */
	struct bh_failure failure;    /* of the last stop; by who won the state change */
	struct mmio_table mmio;
};

/* All cells by id; NULL: none. Management lock. Cell 0 is root, constant after enable. */
extern struct cell *cells[BH_MAX_CELLS];
static inline struct cell *root_cell(void)
{
	return cells[BH_ROOT_CELL];
}

/* The machine's config: validated private copy, constant after enable. */
extern const struct bh_system_part *system_config;

/*
 * Management calls: management lock held, on a CPU of root. False: *r says
 * why, nothing changed; BH_E_AGAIN: a bounded piece was done, call again.
 *
 * create: part lies in a page of the pool, size bytes of it may be read; the
 * cell keeps the page if and only if the call succeeds. With only_check nothing
 * is created, whatever the answer.
 */
bool cell_create(const void *part, size_t size, bool only_check, uint32_t *id,
		 struct bh_refusal *r);
bool cell_load(struct cell *cell, struct bh_refusal *r);
/* BH_E_AGAIN while the kept image is copied. */
bool cell_start(struct cell *cell,
		const char *args /* BH_ARGS_SIZE bytes, private, NUL-terminated */,
		struct bh_refusal *r);
bool cell_shutdown(struct cell *cell, bool force, struct bh_refusal *r);
bool cell_destroy(struct cell *cell, struct bh_refusal *r); /* BH_E_AGAIN until all is wiped */
void cell_status(const struct cell *cell, struct bh_cell_status *status);

/* The state as root sees it: enum bh_cell_state. Any CPU. */
uint32_t cell_state(const struct cell *cell);

/* Refuse because of it. */
bool cell_refuse_state(const struct cell *cell, struct bh_refusal *r);

/* Create the root cell at enable from its validated part: all classes' validate and grant. */
bool cell_create_root(const struct bh_cell_part *part, struct bh_refusal *r);

/*
 * On a CPU of a cell that is not root: end the cell (state FAILED or SHUT_DOWN by the reason),
 * keep record (may be NULL) if this CPU is the first, stop its other CPUs without waiting, tell
 * root, switch this CPU off. Doesn't return.
 */
void __noreturn cell_stop_self(struct percpu *cpu, const struct bh_failure *record,
			       enum bh_stop_reason reason);

/*
 * On a CPU of a cell that is not root, SYSTEM_RESET: switch its other CPUs off,
 * restore the kept image, restart its boot CPU at its entry point. Stops the
 * cell (BH_STOP_RESET) where its config has no image or no right to. Doesn't
 * return.
 */
void __noreturn cell_reset_self(struct percpu *cpu);

/* On a CPU of root that is about to reset the machine or to switch it off. True: the config protects
 * cells from that, and one runs; the log says how it was tried. */
bool root_must_stay(uint64_t how);

/*
 * Management: stop all CPUs of a cell whose state is not RUNNING (any more)
 * and wait until firmware says that they are off. False: BH_E_CPU_LOST; the
 * CPU may still turn up, then a later call succeeds.
 */
bool cell_cpus_off(struct cell *cell, struct bh_refusal *r);

/*
 * Start a CPU that is off in its cell. False: it isn't off, or the cell doesn't
 * run, or firmware refused; nothing changed. Any CPU of the cell; management.
 */
bool cpu_start(struct percpu *cpu, uint64_t entry, uint64_t argument);

/* Wait until done(cpu). False: not within `ms`. Management, or a CPU of the same cell, which may be
 * told to stop meanwhile and then doesn't return. */
bool cpu_wait(struct percpu *cpu, bool (*done)(struct percpu *cpu), uint32_t ms);
bool cpu_is_off(struct percpu *cpu);	 /* by firmware's word; a CPU given up as lost, too */
bool cpu_is_started(struct percpu *cpu); /* or off, or lost: not starting any more */
#define CPU_TIMEOUT_MS 1000u		 /* for whatever a CPU does */

/* Set a command bit of a CPU and kick it. Any CPU. */
void cpu_command(struct percpu *cpu, uint32_t command);

/*
 * On any CPU when it takes a kick: do what its command bits say. May not return (STOP).
 */
void cpu_take_commands(struct percpu *cpu);

/*
 * Hold all other running CPUs of root in the hypervisor, or let them go:
 * around changes of what root has. Management lock. False, nobody held: a CPU
 * of root didn't answer.
 */
bool root_hold(struct bh_refusal *r);
void root_release(void);
/* The same if there is a hold. */
void root_end_hold(void);

#endif
