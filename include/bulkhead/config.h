/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The binary config. A blob file is a sequence of parts, each 8-byte aligned
 * and starting with a bh_part_header that has its size:
 *
 *     bh_system_part, bh_cell_part (kind root), bh_cell_part (kind cell) ...
 *
 * Enable passes the first two parts to the hypervisor; cell creation passes one
 * cell part. All values are little endian. Reserved fields must be zero;
 * otherwise the part is refused.
 */
#ifndef BULKHEAD_CONFIG_H
#define BULKHEAD_CONFIG_H

#include <bulkhead/limits.h>
#include <bulkhead/refusal.h>
#include <bulkhead/types.h>

#define BH_PART_MAGIC 0x4b4c4842u /* "BHLK" */

enum bh_part_kind {
	BH_PART_SYSTEM = 1,
	BH_PART_ROOT = 2,
	BH_PART_CELL = 3,
};

/* Start of every part. */
struct bh_part_header {
	uint32_t magic;	  /* BH_PART_MAGIC */
	uint32_t version; /* BH_ABI_VERSION */
	uint16_t kind;	  /* enum bh_part_kind */
	uint16_t arch;	  /* BH_ARCH_* */
	uint32_t size; /* bytes of the part, arrays included; multiple of 8; at most BH_PART_MAX */
};
BH_ASSERT_SIZE(struct bh_part_header, 16);

#define BH_PART_MAX BH_PAGE_SIZE /* a part fits into one page */

/* An arm64 machine: addresses of its interrupt controller and console UART. */
struct bh_arm64_platform {
	uint32_t gic_version;	  /* 3 */
	uint32_t maintenance_irq; /* INTID of the GIC maintenance interrupt (a PPI) */
	uint64_t gicd_phys;	  /* GIC distributor, 64 KiB */
	uint64_t gicr_phys;	  /* redistributors: one contiguous area ... */
	uint64_t gicr_size;	  /* ... of this many bytes */
	uint64_t its_phys;	  /* GICv3 ITS, 128 KiB, or 0 if there is none */
	uint64_t its_size;
	uint64_t uart_phys;	 /* PL011 for messages before enable completes, or 0 */
	uint32_t root_doorbell;	 /* SPI (INTID) that the hypervisor raises in root; 0: none */
	uint32_t n_spare_irqs;	 /* entries used in spare_irqs */
	uint16_t spare_irqs[16]; /* unwired SPIs (INTIDs) that the hypervisor may raise in cells */
	uint64_t reserved[28];
};
BH_ASSERT_SIZE(struct bh_arm64_platform, 320);

/* An I/O APIC of an x86 machine. */
struct bh_io_apic {
	uint64_t phys;	    /* registers, one page */
	uint32_t first_irq; /* global system interrupt of its pin 0 */
	uint32_t reserved;
};
BH_ASSERT_SIZE(struct bh_io_apic, 16);

#define BH_MAX_IO_APICS 16u

/* An x86-64 machine: addresses of its interrupt controllers and PCI configuration space, and root's
 * doorbell. */
struct bh_x86_platform {
	uint64_t apic_phys;	/* registers of the local APICs, one page */
	uint32_t root_doorbell; /* unwired I/O APIC pin (GSI), raised in root; 0: none */
	uint32_t n_io_apics;	/* entries used in io_apics */
	struct bh_io_apic io_apics[BH_MAX_IO_APICS];
	uint64_t mmconfig_phys;	 /* configuration space of PCI bus 0 in memory, or 0: ports only */
	uint32_t mmconfig_buses; /* number of buses there, from bus 0, 1 MiB each */
	uint32_t reserved0;
	uint64_t reserved[4];
};
BH_ASSERT_SIZE(struct bh_x86_platform, 320);

/* One CPU of the machine; its index in the table is its number in configs. */
struct bh_cpu {
	uint64_t hw_id; /* arm64: MPIDR_EL1 affinity fields (Aff3..Aff0 in place); x86: APIC id */
};
BH_ASSERT_SIZE(struct bh_cpu, 8);

#define BH_HYP_ALIGN 0x200000ull /* hypervisor memory is mapped with 2 MiB pages */
#define BH_HYP_MAX 0x40000000ull

#define BH_SYSTEM_PROTECT (1u << 0) /* firmware reset/off by root parks root while cells run */
/* arm64: root's calls to firmware of these owners are refused. */
#define BH_SYSTEM_NO_SIP (1u << 1)	  /* the maker of the chip */
#define BH_SYSTEM_NO_OEM (1u << 2)	  /* the maker of the board */
#define BH_SYSTEM_NO_TRUSTED_OS (1u << 3) /* the trusted OS and its applications */

/* The machine and the hypervisor's own memory. */
struct bh_system_part {
	struct bh_part_header header; /* kind BH_PART_SYSTEM */
	char name[BH_NAME_SIZE];      /* name of the system, NUL-terminated */
	uint64_t hyp_phys;	      /* hypervisor memory: a multiple of BH_HYP_ALIGN */
	uint64_t hyp_size; /* multiple of BH_HYP_ALIGN, up to BH_HYP_MAX (arm64: 512 MiB) */
	uint32_t flags;	   /* BH_SYSTEM_* */
	uint32_t n_cpus;   /* 1 .. BH_MAX_CPUS */
	union {
		struct bh_arm64_platform arm64;
		struct bh_x86_platform x86;
		uint8_t bytes[320];
	} platform;
	struct bh_cpu cpus[]; /* n_cpus entries */
};
BH_ASSERT_SIZE(struct bh_system_part, 392);

enum bh_region_type {
	BH_REGION_RAM = 1,    /* normal memory of one cell */
	BH_REGION_MMIO = 2,   /* device registers of one cell */
	BH_REGION_SHARED = 3, /* normal memory that several configs list as shared */
};

#define BH_REGION_READ (1u << 0)
#define BH_REGION_WRITE (1u << 1)
#define BH_REGION_EXECUTE (1u << 2)
#define BH_REGION_LOADABLE (1u << 3)	/* root may write it between create or load and start */
#define BH_REGION_SMALL_PAGES (1u << 4) /* never map with superpages */
#define BH_REGION_FLAGS 0x1fu

/* A range of memory that a cell may access. */
struct bh_region {
	uint64_t phys;	/* physical address, page aligned */
	uint64_t guest; /* guest address (IPA), page aligned */
	uint64_t size;	/* bytes, a multiple of the page size, not 0, no wrap */
	uint32_t type;	/* enum bh_region_type */
	uint32_t flags; /* BH_REGION_* */
};
BH_ASSERT_SIZE(struct bh_region, 32);

/*
 * A range of numbers. Interrupts: INTIDs on arm64, PPIs (16..31) or SPIs
 * (32..1019); global system interrupts on x86. x86: I/O ports; PCI functions, as
 * bus << 8 | device << 3 | function.
 */
struct bh_range {
	uint32_t first;
	uint32_t count; /* not 0 */
};
BH_ASSERT_SIZE(struct bh_range, 8);

#define BH_SHARED_RING (1u << 0)   /* may ring the other parties */
#define BH_SHARED_LISTEN (1u << 1) /* root: is rung, by its doorbell and struct bh_rings */
#define BH_SHARED_FLAGS 0x3u

/*
 * A shared region's name and doorbell. The parties of a region are the cells whose
 * configs list exactly the same memory. Root's part lists all regions of a system,
 * including those that root cannot access; a cell's region that it lacks is refused.
 */
struct bh_shared {
	char name[BH_NAME_SIZE]; /* same form as a cell's name; unique */
	uint16_t region;	 /* index of a region of type shared; unique */
	uint16_t irq;		 /* doorbell: a spare interrupt of the cell; 0: none */
	uint32_t flags;		 /* BH_SHARED_* */
};
BH_ASSERT_SIZE(struct bh_shared, 40);

enum bh_irq_mode {
	BH_IRQ_LIST = 1, /* by list registers: stronger isolation */
	BH_IRQ_DIRECT =
		2, /* directly to EL1: no exits; the cell is trusted with its CPU interface */
};

enum bh_console_kind {
	BH_CONSOLE_NONE = 0,
	BH_CONSOLE_PL011 = 1, /* emulated PL011: registers in one page */
	BH_CONSOLE_16550 = 2, /* emulated 16550: BH_16550_PORTS I/O ports */
};

#define BH_16550_PORTS 8u

#define BH_RIGHT_MANAGE (1u << 0)  /* create, load, start, stop, destroy cells; disable */
#define BH_RIGHT_CONSOLE (1u << 1) /* write the console */
#define BH_RIGHT_RESET (1u << 2)   /* SYSTEM_RESET restarts the cell from its snapshot */
#define BH_RIGHTS 0x7u

#define BH_CELL_ON_VIOLATION_ABORT \
	(1u << 0) /* a violation raises an abort in the guest instead of stopping it */
#define BH_CELL_FLAGS 0x1u

#define BH_CELL_ARRAYS 5u /* regions, irqs, ports, functions, shared */

/* The root cell or another cell. */
struct bh_cell_part {
	struct bh_part_header header; /* kind BH_PART_ROOT or BH_PART_CELL */
	char name[BH_NAME_SIZE];      /* [A-Za-z0-9_-]+, NUL-terminated and NUL-padded */
	uint64_t cpus;		      /* mask of indexes into bh_system_part.cpus; not 0 */
	uint64_t entry;	     /* guest address of the boot CPU's first instruction; root: 0 */
	uint64_t info_guest; /* guest address of the info page (read-only), or 0: none; root: 0 */
	uint64_t console_guest; /* guest address of the emulated UART, or its first port */
	uint32_t console_kind;	/* enum bh_console_kind */
	uint32_t console_irq;	/* the UART's, a spare interrupt of the cell; 0: polled only */
	uint64_t image_phys;	/* memory for a snapshot of loadable regions, for SYSTEM_RESET */
	uint64_t image_size;	/* bytes; 0: no snapshot */
	uint32_t rights;	/* BH_RIGHT_* */
	uint32_t flags;		/* BH_CELL_* */
	uint32_t irq_mode;	/* enum bh_irq_mode */
	union {
		struct {
			uint32_t n_regions;   /* 1 .. BH_MAX_REGIONS */
			uint32_t n_irqs;      /* 0 .. BH_MAX_IRQ_RANGES */
			uint32_t n_ports;     /* x86: 0 .. BH_MAX_IRQ_RANGES; others: 0 */
			uint32_t n_functions; /* x86: 0 .. BH_MAX_IRQ_RANGES; others: 0 */
			uint32_t n_shared;    /* 0 .. BH_MAX_SHARED */
		};
		uint32_t counts[BH_CELL_ARRAYS]; /* the counts above, in the order of the arrays */
	};
	uint64_t reserved[3];
	char args[BH_ARGS_SIZE]; /* default command line, NUL-terminated and NUL-padded */
	/* struct bh_region regions[n_regions];
	 * struct bh_range irqs[n_irqs], ports[n_ports], functions[n_functions];
	 * struct bh_shared shared[n_shared]; */
	struct bh_region regions[];
};
BH_ASSERT_SIZE(struct bh_cell_part, 416);

/* Return the arrays of a cell part. Each array begins where the one before it ends. */
static inline const struct bh_range *bh_cell_irqs(const struct bh_cell_part *cell)
{
	return (const struct bh_range *)&cell->regions[cell->n_regions];
}

static inline const struct bh_range *bh_cell_ports(const struct bh_cell_part *cell)
{
	return bh_cell_irqs(cell) + cell->n_irqs;
}

static inline const struct bh_range *bh_cell_functions(const struct bh_cell_part *cell)
{
	return bh_cell_ports(cell) + cell->n_ports;
}

static inline const struct bh_shared *bh_cell_shared(const struct bh_cell_part *cell)
{
	return (const struct bh_shared *)(bh_cell_functions(cell) + cell->n_functions);
}

/*
 * Returns the field (enum bh_field) of a cell part's first count that is out of
 * bounds and stores the count, or returns BH_F_NONE.
 */
static inline uint32_t bh_cell_bad_count(const struct bh_cell_part *cell, uint32_t *count)
{
	static const struct {
		uint8_t min, max, field;
	} bounds[BH_CELL_ARRAYS] = {
		{ 1, BH_MAX_REGIONS, BH_F_REGION_COUNT }, { 0, BH_MAX_IRQ_RANGES, BH_F_IRQ_COUNT },
		{ 0, BH_MAX_IRQ_RANGES, BH_F_PORT },	  { 0, BH_MAX_IRQ_RANGES, BH_F_PCI },
		{ 0, BH_MAX_SHARED, BH_F_SHARED_COUNT },
	};
	uint32_t i;

	for (i = 0; i < BH_CELL_ARRAYS; i++) {
		*count = cell->counts[i];
		if (*count < bounds[i].min || *count > bounds[i].max)
			return bounds[i].field;
	}
	return BH_F_NONE;
}

/* Returns the size in bytes of a cell part with its arrays. Its counts must be in bounds. */
static inline uint32_t bh_cell_bytes(const struct bh_cell_part *cell)
{
	return (uint32_t)((const uint8_t *)(bh_cell_shared(cell) + cell->n_shared) -
			  (const uint8_t *)cell);
}

/* Returns the size in bytes of a system part with its CPU table. n_cpus must be in bounds. */
static inline uint32_t bh_system_bytes(const struct bh_system_part *system)
{
	return (uint32_t)((const uint8_t *)&system->cpus[system->n_cpus] - (const uint8_t *)system);
}

#endif
