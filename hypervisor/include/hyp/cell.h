/* SPDX-License-Identifier: GPL-2.0 */
/* Cells: their state, and the calls that create, run, stop and destroy them. */
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

/* State of the emulated console UART. Written on the cell's CPUs with `lock` held. */
struct console {
	struct bh_console *ring; /* NULL: the cell has no console */
	uint32_t lock;		 /* taken only by CPUs of this cell */
	union {
		struct {
			uint32_t imsc, ris; /* interrupt mask and raw interrupt status */
			uint32_t kept[5];   /* registers without effect: see pl011.c */
		};			    /* PL011 */
		struct {
			uint8_t reg[BH_16550_PORTS]; /* as last written */
			uint8_t divisor[2];
			uint8_t tx; /* the transmitter-empty interrupt is pending */
		} ns16550;
	};
};

/* A value of cell.state in addition to enum bh_cell_state: one CPU has claimed the end of the run
 * and writes the failure record. Root still sees BH_STATE_RUNNING. */
#define CELL_STOPPING 0x100u

/*
 * A cell: one page of the pool. Fields are constant while the cell exists or change under the
 * management lock, unless noted. Large fields come last, so that offsets of the others stay short.
 */
struct cell {
	uint32_t id;
	volatile uint32_t state; /* enum bh_cell_state; atomic: management and the cell's CPUs */
	const struct bh_cell_part *config; /* validated private copy, in a page of its own */
	uint64_t cpus;			   /* mask of CPUs that the cell owns now */
	struct bh_info *info;		   /* NULL: no info page */
	bool only_checked;   /* the config is only validated: its CPUs need not be off */
	bool open;	     /* loadable regions are mapped in root */
	bool cut_off;	     /* pt_cut_off() was called for its second stage */
	bool snapshot_valid; /* the snapshot holds what was loaded last */
	bool dirty;	     /* the cell ran since its loadable regions were loaded or restored */
	uint32_t rights;     /* BH_RIGHT_* in force */
	uint32_t starts;
	uint32_t resetting; /* atomic: a CPU of the cell executes SYSTEM_RESET */
	size_t pages;	    /* pages of the pool that the cell uses */
	uint64_t progress;  /* bytes that destroy has wiped, or start has copied for the snapshot */
	struct page_table s2;	     /* second-stage tables */
	struct page_reserve reserve; /* pages that validate set aside for grant */
	struct arch_cell arch;
	struct console console;
	uint8_t links[BH_MAX_SHARED]; /* index in its config's shared -> index in root's */
	struct bh_failure failure;    /* record of the last stop, by the CPU that claimed it */
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

/* cell.c: the state as root sees it (enum bh_cell_state). Any CPU. */
uint32_t cell_state(const struct cell *cell);
void cell_set_state(struct cell *cell, uint32_t state);

/* Refuse a call because of the cell's state. Always false. */
bool cell_refuse_state(const struct cell *cell, struct bh_refusal *r);

/*
 * Management calls: on a CPU of root with the management lock held. False: *r holds the refusal and
 * nothing changed; BH_E_AGAIN: a bounded piece of work was done, call again.
 *
 * cell_create(): part lies in a page of the pool and may be read up to size; the cell keeps the
 * page if the call succeeds. only_check: validate the config and create nothing.
 */
bool cell_create(const void *part, size_t size, bool only_check, uint32_t *id,
		 struct bh_refusal *r);
bool cell_destroy(struct cell *cell, struct bh_refusal *r); /* BH_E_AGAIN until all is wiped */
bool cell_load(struct cell *cell, struct bh_refusal *r);
/* args: BH_ARGS_SIZE bytes in private memory, NUL-terminated. BH_E_AGAIN while the snapshot is
 * copied. */
bool cell_start(struct cell *cell, const char *args, struct bh_refusal *r);
bool cell_shutdown(struct cell *cell, bool force, struct bh_refusal *r);
void cell_status(const struct cell *cell, struct bh_cell_status *status);

/* At enable: create the root cell from its validated part. */
bool cell_create_root(const struct bh_cell_part *part, struct bh_refusal *r);

/*
 * With the management lock held: stop all CPUs of a cell that does not run (any more), and wait
 * until the firmware reports them off. False: BH_E_CPU_LOST; a later call succeeds once the CPU is
 * off.
 */
bool cell_cpus_off(struct cell *cell, struct bh_refusal *r);

/* With the management lock held: refuse unless the cell never ran or has ended, and its CPUs are
 * off. A cell that is being destroyed is refused, too. */
bool cell_is_idle(struct cell *cell, struct bh_refusal *r);

/*
 * On a CPU of a cell other than root: end the cell (FAILED or SHUT_DOWN, depending on reason), stop
 * its other CPUs without waiting, notify root, and switch this CPU off. record (may be NULL) is
 * stored if this CPU is the first to end the cell.
 */
void __noreturn cell_stop_self(struct percpu *cpu, const struct bh_failure *record,
			       enum bh_stop_reason reason);

/*
 * SYSTEM_RESET, on a CPU of a cell other than root: switch the other CPUs off, restore the snapshot
 * and restart the boot CPU at its entry point. Stops the cell (BH_STOP_RESET) if its config has no
 * snapshot or lacks BH_RIGHT_RESET.
 */
void __noreturn cell_reset_self(struct percpu *cpu);

/*
 * Map zeroed or written pages of the pool in a cell, root included. They are cleaned as a whole: a
 * guest that reads them with caches off, or uncached, must not find what the memory held before.
 */
void cell_show(struct cell *cell, struct page_reserve *reserve, ipaddr_t guest, const void *pages,
	       uint64_t size, unsigned attrs);

/* Called on a CPU of root that requests a reset or power-off of the machine. True: the request must
 * be refused, because the config protects cells and one runs; `how`, the request, was logged. */
bool root_must_stay(uint64_t how);

#endif
