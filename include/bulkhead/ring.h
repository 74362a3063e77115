/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory of the hypervisor that root reads (and, for consoles, writes):
 * messages, statistics, console rings. Positions count bytes or records since
 * the start and wrap at 2^32; index = position % size; sizes are powers of two.
 * A reader must not trust the content and masks every index itself.
 */
#ifndef BULKHEAD_RING_H
#define BULKHEAD_RING_H

#include <bulkhead/limits.h>
#include <bulkhead/types.h>

/* ---- messages (read-only for root) ---- */

enum bh_message_code {
	BH_MSG_NONE = 0,
	BH_MSG_ENABLED = 1, /* v0: CPUs, v1: pool pages */
	BH_MSG_CELL_CREATED = 2,
	BH_MSG_CELL_STARTED = 3,
	BH_MSG_CELL_STOPPED = 4, /* v0: enum bh_stop_reason, v1: pc, v2: fault address */
	BH_MSG_CELL_DESTROYED = 5,
	BH_MSG_CELL_LOADED = 6,
	BH_MSG_REFUSED = 7, /* v0: code, v1: field << 32 | index, v2: value */
	BH_MSG_CPU_LOST = 8,
	BH_MSG_VIOLATION =
		9, /* a violation raised an abort in the guest; v0: syndrome, v1: address */
	BH_MSG_PROTECTED = 10, /* root requested reset or power-off while cells run; v0: function */
	BH_MSG_LOCKED = 11,
	BH_MSG_SUPPRESSED = 12,	      /* v0: messages dropped by the rate limit */
	BH_MSG_HYPERVISOR_FAULT = 13, /* v0: syndrome, v1: pc, v2: address */
	BH_MSG_SHUTDOWN_REQUESTED = 14,
};

struct bh_message {
	uint64_t time; /* counter ticks (arm64: CNTPCT) */
	uint16_t code; /* enum bh_message_code */
	uint16_t cell;
	uint32_t cpu;
	uint64_t v[3];
};
BH_ASSERT_SIZE(struct bh_message, 40);

#define BH_LOG_MAGIC 0x474f4c42u /* "BLOG" */
#define BH_LOG_RECORDS 64u

struct bh_log {
	uint32_t magic;
	volatile uint32_t head; /* position after the newest record */
	uint32_t reserved[14];
	struct bh_message records[BH_LOG_RECORDS];
};
_Static_assert(sizeof(struct bh_log) <= BH_PAGE_SIZE, "the log is one page");

/* ---- statistics (read-only for root): exits of each CPU by reason, since it was switched on
 * ---- */

enum bh_exit {
	BH_EXIT_TOTAL =
		0, /* sum of the others, calculated by the driver; 0 in the hypervisor's memory */
	BH_EXIT_HYPERCALL = 1,
	BH_EXIT_PSCI = 2,
	BH_EXIT_SMC = 3, /* other SMC or HVC */
	BH_EXIT_MMIO_GICD = 4,
	BH_EXIT_MMIO_GICR = 5,
	BH_EXIT_MMIO_CONSOLE = 6,
	BH_EXIT_MMIO_OTHER = 7,
	BH_EXIT_SGI = 8,
	BH_EXIT_SYSREG = 9,
	BH_EXIT_IRQ = 10, /* interrupt injected into the guest (list registers) */
	BH_EXIT_MAINTENANCE = 11,
	BH_EXIT_KICK = 12,
	BH_EXIT_ABORT = 13, /* second-stage abort that is a violation */
	BH_EXIT_SERROR = 14,
	BH_EXIT_CACHE = 15, /* set/way cache operation */
	BH_EXIT_OTHER = 16,
	BH_EXIT_APIC = 17, /* x86: local APIC */
	BH_EXIT_CPUID = 18,
	BH_EXIT_MSR = 19,
	BH_EXIT_PORT = 20,
	BH_EXIT_COUNT = 21,
};

#define BH_STATS_SLOTS 32u

struct bh_cpu_stats {
	volatile uint64_t exits[BH_STATS_SLOTS]; /* by enum bh_exit */
};
BH_ASSERT_SIZE(struct bh_cpu_stats, 256);

/* ---- doorbells of root (read-only for root) ---- */

/* Counters wrap and continue when another cell gets the id: only differences are meaningful. */
struct bh_cell_rings {
	volatile uint32_t events; /* console output, change of state, message */
	volatile uint32_t
		rung[BH_MAX_SHARED]; /* rings by this cell; index: root's bh_cell_part.shared */
};

/* Reasons for root's doorbell, written before the doorbell is raised. */
struct bh_rings {
	struct bh_cell_rings of[BH_MAX_CELLS];
};
BH_ASSERT_SIZE(struct bh_rings, BH_PAGE_SIZE);

/* ---- console of a cell (root reads output, writes input) ---- */

#define BH_CONSOLE_MAGIC 0x534e4f43u /* "CONS" */
#define BH_CONSOLE_OUT \
	16384u /* room for the messages that Linux prints at once when it registers its console */
#define BH_CONSOLE_IN 2048u
#define BH_CONSOLE_BYTES 20480u

struct bh_console {
	uint32_t magic;
	volatile uint32_t out_head;    /* written by the hypervisor */
	volatile uint32_t out_tail;    /* written by root */
	volatile uint32_t out_dropped; /* bytes dropped because the ring was full */
	volatile uint32_t in_head;     /* written by root */
	volatile uint32_t in_tail;     /* written by the hypervisor */
	uint32_t reserved[10];
	uint8_t in[BH_CONSOLE_IN];
	uint8_t pad[BH_PAGE_SIZE - BH_CONSOLE_IN - 64];
	uint8_t out[BH_CONSOLE_OUT];
};
BH_ASSERT_SIZE(struct bh_console, BH_CONSOLE_BYTES);

#endif
