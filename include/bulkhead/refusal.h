/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why a request was refused. The hypervisor returns numbers; the tools turn them
 * into a sentence.
 */
#ifndef BULKHEAD_REFUSAL_H
#define BULKHEAD_REFUSAL_H

#include <bulkhead/types.h>

enum bh_refusal_code {
	BH_OK = 0,
	BH_E_MAGIC = 1,		/* not a config part */
	BH_E_VERSION = 2,	/* another ABI version (value: the part's) */
	BH_E_ARCH = 3,		/* for another architecture */
	BH_E_KIND = 4,		/* a part of another kind than expected */
	BH_E_SIZE = 5,		/* wrong size, truncated or too large */
	BH_E_VALUE = 6,		/* not an allowed value */
	BH_E_RESERVED = 7,	/* a reserved field or bit is not zero */
	BH_E_ALIGN = 8,		/* not aligned */
	BH_E_RANGE = 9,		/* outside what the machine or the format can express */
	BH_E_OVERLAP = 10,	/* overlaps another entry of the same config (value: address) */
	BH_E_OWNED = 11,	/* belongs to another owner (owner) */
	BH_E_NOT_ROOT = 12,	/* the root cell does not have it */
	BH_E_NOT_SHARED = 13,	/* a shared region that root's config does not list */
	BH_E_EXISTS = 14,	/* a cell of that name exists (owner: its id) */
	BH_E_NO_CELL = 15,	/* no such cell */
	BH_E_STATE = 16,	/* not possible in the cell's state (value) */
	BH_E_NO_MEMORY = 17,	/* the hypervisor's page pool is too small (value: pages needed) */
	BH_E_NO_SLOT = 18,	/* too many cells, or a table of fixed size is full */
	BH_E_CPU_ONLINE = 19,	/* a CPU still runs root (value: CPU) */
	BH_E_CPU_LOST = 20,	/* a CPU did not answer in time (value: CPU) */
	BH_E_PERMISSION = 21,	/* the caller lacks the right */
	BH_E_LOCKED = 22,	/* hvctl lock was used */
	BH_E_BUSY = 23,		/* another management request is running */
	BH_E_CELLS = 24,	/* cells still exist (value: how many) */
	BH_E_MACHINE = 25,	/* the config does not match the machine (value: the machine's) */
	BH_E_UNSUPPORTED = 26,	/* this machine lacks the feature */
	BH_E_LPI = 27,		/* memory or a CPU that LPI tables still use */
	BH_E_UNKNOWN_CALL = 28, /* no such hypercall */
	BH_E_AGAIN = 29,	/* not finished: call again */
	BH_E_FAULT = 30,     /* an exception of the hypervisor: management is closed until reset */
	BH_E_CPU_KEPT = 31,  /* the firmware does not switch a CPU off (value: CPU) */
	BH_E_PCI_WRITE = 34, /* root would move address ranges over what isn't its own */
	BH_E_BAR = 35,	     /* the cell lacks registers of its PCI function */
};

/* The field of the request that is refused. */
enum bh_field {
	BH_F_NONE = 0,
	BH_F_HEADER = 1,
	BH_F_NAME = 2,
	BH_F_HYP_MEMORY = 3,
	BH_F_SYSTEM_FLAGS = 4,
	BH_F_CPUS = 5,	   /* index: CPU */
	BH_F_PLATFORM = 6, /* index: offset in the platform struct, in bytes */
	BH_F_ENTRY = 7,
	BH_F_INFO_PAGE = 8,
	BH_F_CONSOLE = 9,
	BH_F_IMAGE = 10,
	BH_F_RIGHTS = 11,
	BH_F_FLAGS = 12,
	BH_F_IRQ_MODE = 13,
	BH_F_REGION_COUNT = 14,
	BH_F_REGION_PHYS = 15, /* index: region; also for the fields below */
	BH_F_REGION_GUEST = 16,
	BH_F_REGION_SIZE = 17,
	BH_F_REGION_TYPE = 18,
	BH_F_REGION_FLAGS = 19,
	BH_F_IRQ_COUNT = 20,
	BH_F_IRQ = 21, /* index: range; value: the interrupt */
	BH_F_ARGS = 22,
	BH_F_CELL_ID = 23,
	BH_F_STATE = 24,
	BH_F_FUNCTION = 25, /* hypercall number */
	BH_F_BOOT = 26,	    /* the boot parameters that the driver fills in */
	BH_F_POOL = 27,	    /* the hypervisor's page pool */
	BH_F_PORT = 28,	    /* index: range; value: the I/O port */
	BH_F_PCI = 29,	    /* index: range; value: the PCI function */
	BH_F_SHARED_COUNT = 30,
	BH_F_SHARED = 31, /* index: named shared region; also for the fields below */
	BH_F_SHARED_NAME = 32,
	BH_F_SHARED_IRQ = 33,	/* value: the interrupt */
	BH_F_PCI_REGISTER = 34, /* index: offset in configuration space; value: the function */
	/* x86: a register of a CPU at enable; value: the bits that the hypervisor does not know */
	BH_F_X86_EFER = 40,
	BH_F_X86_CR4 = 41,
	BH_F_X86_XCR0 = 42,
	BH_F_X86_XSS = 43,
	BH_F_X86_S_CET = 44,
	BH_F_X86_RTIT_CTL = 45,
	BH_F_X86_SYSCFG = 46,
	BH_F_X86_FEATURE_CONTROL = 47,
	BH_F_X86_VMXON = 48, /* value: RFLAGS after VMXON, which failed */
};

/* A refusal. All zero: not refused. */
struct bh_refusal {
	uint16_t code;	/* enum bh_refusal_code */
	uint16_t field; /* enum bh_field */
	uint32_t index; /* entry of an array field */
	uint64_t owner; /* cell id, BH_OWNER_* */
	uint64_t value; /* the offending value */
};
BH_ASSERT_SIZE(struct bh_refusal, 24);

#endif
