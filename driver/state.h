/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's state: the enabled system and its cells.
 *
 * Locks, outermost first:
 *   manage      serializes all requests that change something; process context
 *   lock        protects state and cells[]. Writers also hold manage. Exception:
 *               hypercall.c sets state after a fault of the hypervisor
 *   cell->console_lock  protects the console ring and the history of one cell
 *   comm_lock   protects the comm page during a hypercall that uses it
 * None is taken in interrupt context: the doorbell has a thread or a work item.
 */
#ifndef BULKHEAD_STATE_H
#define BULKHEAD_STATE_H

#include <linux/atomic.h>
#include <linux/kobject.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/wait.h>

#include <bulkhead/config.h>
#include <bulkhead/hypercall.h>
#include <bulkhead/image.h>
#include <bulkhead/ioctl.h>
#include <bulkhead/ring.h>

#include "refuse.h"

struct bhd_shared;
struct miscdevice;
struct resource;

#define BHD_NAME "bulkhead"
#define BHD_HISTORY_BYTES (64u << 10) /* console output kept for each cell; a power of two */

/* A blob in kernel memory whose parts bhd_blob_copy() has checked. */
struct bhd_blob {
	void *data;
	u32 size;
	const struct bh_system_part *system;
	const struct bh_cell_part *root;
};

/* A cell other than the root cell. */
struct bhd_cell {
	struct kobject kobject;
	u32 id; /* 0 until the hypervisor has created the cell */
	struct bh_cell_part *part;
	char claim_name[BH_NAME_SIZE + 16]; /* in /proc/iomem */

	/* Taken from Linux; destroying the cell returns it. Protected by manage. */
	u64 cpus_taken;				     /* mask of system CPU indexes: were online */
	u64 cpus_kept;				     /* likewise: cannot be ejected */
	struct resource *claims[BH_MAX_REGIONS + 1]; /* by region; last: the snapshot memory */
	struct bhd_shared *shared[BH_MAX_REGIONS];   /* by region */
	struct list_head devices;		     /* of struct bhd_device */

	struct mutex console_lock;
	struct bh_console *console; /* NULL: the cell has no console */
	u8 *history;
	u32 history_end; /* position after the newest byte of the history */

	u32 state; /* the state announced last to user space; protected by comm_lock */
	bool gone; /* the cell was destroyed; protected by lock */
};

struct bhd {
	struct mutex manage;
	struct rw_semaphore lock;
	enum bh_driver_state state;
	bool enabling;	 /* from the beginning of enable to the end of disable; for notifiers */
	bool suspending; /* Linux prepares to suspend, or has; protected by manage */
	struct bhd_blob blob;
	int cpu_of[BH_MAX_CPUS]; /* Linux's number by system CPU index; -1: none */
	struct bhd_cell *cells[BH_MAX_CELLS];

	bool half_left; /* a disable took only some CPUs out; written under manage and lock */

	/* Valid while enabled. */
	struct resource *hyp_claim;
	void *hyp; /* all of the hypervisor's memory; Linux may access only what follows */
	struct mutex comm_lock;
	struct bh_comm *comm;
	const struct bh_log *log;
	const struct bh_cpu_stats *stats;
	const struct bh_rings *rings;

	atomic64_t events;
	wait_queue_head_t wait; /* woken when events changes */
};

extern struct bhd bhd;
extern struct miscdevice bhd_device; /* /dev/bulkhead */

/* An open file of /dev/bulkhead. */
struct bhd_file {
	u64 events_seen;
	/* Bytes and messages that were overwritten before this file read them. */
	atomic_t log_lost;
	atomic_t console_lost[BH_MAX_CELLS];
};

int bhd_need_enabled(struct bhd_why *why);
int bhd_need_rights(struct bhd_why *why);
void *bhd_hyp_memory(u64 phys, u64 size);
struct bhd_cell *bhd_cell_find(u32 id, struct bhd_why *why);
u32 bhd_cell_ids(void);

#endif
