/* SPDX-License-Identifier: GPL-2.0 */
/*
 * /dev/bulkhead: needs CAP_SYS_ADMIN. Each struct starts with bh_ioc_header:
 * the caller sets size and version, the driver sets the other fields. An ioctl
 * returns 0, or -1 with errno: ENOTTY, EFAULT, EINVAL (size or version),
 * ERESTARTSYS, or EPERM for a refused request; then header.refusal and
 * header.name hold the reason.
 *
 * poll(): readable (EPOLLIN) when the state of a cell changed, a console got
 * output or messages arrived since this file's last BH_IOC_EVENTS.
 */
#ifndef BULKHEAD_IOCTL_H
#define BULKHEAD_IOCTL_H

#include <bulkhead/config.h>
#include <bulkhead/hypercall.h>
#include <bulkhead/limits.h>
#include <bulkhead/refusal.h>
#include <bulkhead/ring.h>
#include <bulkhead/types.h>

/* Refusals of the driver itself; they continue enum bh_refusal_code. */
enum bh_driver_code {
	BH_D_ENABLED = 256, /* already enabled */
	BH_D_NOT_ENABLED = 257,
	BH_D_NO_EL2 = 258,  /* Linux was not booted at EL2 */
	BH_D_VHE = 259,	    /* Linux runs at EL2: id_aa64mmfr1.vh=0 kvm-arm.mode=none */
	BH_D_KVM = 260,	    /* KVM is resident at EL2: kvm-arm.mode=none */
	BH_D_CONDUIT = 261, /* PSCI's conduit is not SMC */
	BH_D_IMAGE = 262,   /* the image could not be loaded (name: file, value: errno) */
	BH_D_IMAGE_FORMAT =
		263, /* not a hypervisor image for this machine (value: the offending one) */
	BH_D_IMAGE_HASH = 286,	 /* the image is not the one of the module's build (name: file) */
	BH_D_LOCKED_DOWN = 287,	 /* Linux's lockdown: unsigned code must not get the machine */
	BH_D_NOT_RESERVED = 264, /* memory is used by Linux (value: address, name: by whom) */
	BH_D_NO_CPU =
		265, /* a CPU of the machine is not in the config or the reverse (value: hw id) */
	BH_D_TIMEOUT = 266,	/* the cell did not answer (value: ms) */
	BH_D_OUTSIDE = 267,	/* load outside the cell's loadable memory (value: address) */
	BH_D_DEVICE_BUSY = 268, /* a root driver holds a device (name: driver and device) */
	BH_D_IRQ_BUSY = 269,	/* a root driver holds an interrupt (value, name) */
	BH_D_CPU_OFFLINE = 270, /* taking the CPU from Linux failed (value: CPU, index: -errno) */
	BH_D_NO_MEMORY = 271,	/* Linux is out of memory */
	BH_D_INTERRUPTED = 272, /* a signal ended the wait; nothing changed */
	BH_D_CPU_ONLINE_FAILED = 273, /* Linux could not bring a CPU online (value: CPU) */
	BH_D_NO_VIRT =
		275, /* the CPU lacks virtualization (name: which), or the firmware disabled it */
	BH_D_VIRT_USED = 276, /* another hypervisor uses the CPU's virtualization (name: who) */
	BH_D_X2APIC = 277,    /* local APICs in x2APIC mode */
	BH_D_CPU_NOT_ONLINE = 278, /* a CPU is offline at enable (value: Linux's number) */
	BH_D_CORE = 279, /* the cell does not get all CPUs of a core (value: a missing one) */
	BH_D_ROOT_RAM =
		280,	    /* the config's root lacks RAM of Linux (value: address, name: range) */
	BH_D_NO_PSCI = 281, /* the device tree has no PSCI */
	BH_D_PSCI_0_1 = 282, /* PSCI 0.1, whose function numbers the device tree gives */
	BH_D_ACPI = 283,     /* Linux was booted with ACPI instead of a device tree */
	BH_D_IOMMU =
		290, /* an IOMMU translates DMA or interrupts (name: kernel arguments against it) */
	BH_D_FRED = 291,	  /* Linux uses FRED */
	BH_D_SME = 292,		  /* Linux encrypts memory */
	BH_D_X2APIC_LOCKED = 293, /* firmware locked local APICs in x2APIC mode */
	BH_D_PSEUDO_NMI = 274,	  /* root uses priority masking: irq_mode direct is not possible */
	BH_D_NEWER_CPU = 295,	  /* ID registers have fields that the list doesn't know (value: how
				 many, name: the first) */
	BH_D_CPU_LACKS = 300,	  /* a CPU lacks what the hypervisor needs (value: Linux's number,
				  name: what) */
	BH_D_CPUS_DIFFER = 301,	  /* CPUs differ in what must be the same (value: Linux's number of
				    one, name: in what) */
	BH_D_SECURE_IRQ = 302,	  /* the firmware keeps an interrupt that the hypervisor needs
				    (value: INTID) */
	BH_D_EXTENDED_IRQ = 303,  /* an extended PPI or SPI is enabled (value: INTID) */
	BH_D_HALF_LEFT = 304, /* a disable ended half-way (value: the code of a CPU's refusal) */
};

struct bh_ioc_header {
	uint32_t size;	  /* of the whole struct */
	uint32_t version; /* BH_ABI_VERSION */
	struct bh_refusal refusal;
	char name[64]; /* the refusal's name, or empty */
};
BH_ASSERT_SIZE(struct bh_ioc_header, 96);

enum bh_driver_state {
	BH_DRIVER_DISABLED = 0,
	BH_DRIVER_ENABLED = 1,
	BH_DRIVER_LOCKED = 2, /* enabled and locked */
};

/* Requirements that hvctl check prints; bit numbers in bh_ioc_check.known and .ok. */
enum bh_requirement {
	BH_REQ_EL2_STUB = 0,	/* EL2 belongs to Linux's hyp stub */
	BH_REQ_NOT_VHE = 1,	/* Linux runs at EL1 */
	BH_REQ_NO_KVM = 2,	/* KVM is not resident */
	BH_REQ_PSCI_SMC = 3,	/* PSCI with SMC conduit */
	BH_REQ_GICV3 = 4,	/* GICv3 with system registers */
	BH_REQ_IMAGE = 5,	/* the image exists, is the module's, fits, and may run */
	BH_REQ_CPUS = 6,	/* CPUs match the config */
	BH_REQ_HYP_MEMORY = 7,	/* hypervisor memory is reserved */
	BH_REQ_CELL_MEMORY = 8, /* memory of all cells is reserved */
	BH_REQ_PLATFORM = 9,	/* interrupt controller is at the config's address */
	BH_REQ_DIRECT = 10,	/* direct interrupts possible (information only) */
	BH_REQ_VIRT = 11,	/* x86: SVM or VMX with nested paging, allowed by the firmware */
	BH_REQ_VIRT_FREE = 12,	/* x86: no other hypervisor uses it */
	BH_REQ_APIC = 13,	/* x86: local APICs in a supported mode */
	BH_REQ_ONLINE = 14,	/* x86: every CPU is online */
	BH_REQ_CORES = 15,	/* each core's threads are in one cell */
	BH_REQ_CPU_STATE = 16,	/* x86: CPUs have only features on that the hypervisor knows */
	BH_REQ_IOMMU = 17,	/* x86: no IOMMU translates DMA or interrupts */
	BH_REQ_FEATURES = 18,	/* arm64: no CPU has features that are newer than the list of
				   arm64_id.h (information only) */
	BH_REQ_CPU_LIMITS = 19, /* arm64: each CPU has what the hypervisor needs */
	BH_REQ_OWN_IRQS = 20,	/* arm64: the hypervisor's own interrupts are not the firmware's */
	BH_REQ_EXTENDED = 21,	/* arm64: no extended PPI or SPI is enabled */
	BH_REQ_COUNT = 22,
};

#define BH_FACT_FIQ_TAKEN (1u << 0) /* firmware takes FIQs (SCR_EL3.FIQ): Group 0 is its own */

/* What an arm64 CPU offers, measured on it. */
struct bh_cpu_facts {
	uint32_t cpu;		/* Linux's number */
	uint32_t midr;		/* MIDR_EL1 */
	uint16_t line_bytes;	/* smallest data cache line (CTR_EL0.DminLine) */
	uint16_t flags;		/* BH_FACT_* */
	uint8_t pa_bits;	/* bits of a physical address (ID_AA64MMFR0_EL1.PARange) */
	uint8_t list_registers; /* of the interrupt controller's virtual interface */
	uint8_t priority_bits;	/* of its physical interface */
	uint8_t counters;	/* event counters that EL1 can use (PMCR_EL0.N); 0: no PMUv3 */
};
BH_ASSERT_SIZE(struct bh_cpu_facts, 16);

struct bh_ioc_check {
	struct bh_ioc_header header;
	uint64_t blob; /* user pointer to a blob, or 0: machine only */
	uint64_t blob_size;
	uint32_t mine;	 /* mask of the requirements that this architecture has */
	uint32_t known;	 /* mask of the requirements that were checked */
	uint32_t ok;	 /* mask of the requirements that are met */
	uint32_t n_cpus; /* entries used in cpus; 0: not arm64, or EL2 is not free */
	struct {
		struct bh_refusal refusal;
		char name[64];
	} why[BH_REQ_COUNT]; /* the reason, for each known requirement that is not met */
	struct bh_cpu_facts cpus[BH_MAX_CPUS]; /* CPUs that were online, in ascending order */
};

struct bh_ioc_info {
	struct bh_ioc_header header;
	uint32_t state; /* enum bh_driver_state */
	uint32_t cells; /* mask of existing cell ids */
	char system[BH_NAME_SIZE];
	uint64_t hyp_phys, hyp_size;
	uint32_t n_cpus;
	uint32_t blob_size; /* bytes that BH_IOC_CONFIG returns */
	struct bh_memory_status memory;
	uint64_t clock_hz;
};

/* Enable: a blob with all parts; the first two are system and root. */
struct bh_ioc_enable {
	struct bh_ioc_header header;
	uint64_t blob; /* user pointer */
	uint64_t blob_size;
};

/* Returns a copy of the blob passed to enable. blob_size in: bytes of the buffer; out: bytes of the
 * blob. */
struct bh_ioc_config {
	struct bh_ioc_header header;
	uint64_t blob; /* user pointer */
	uint64_t blob_size;
};

#define BH_CREATE_UNBIND (1u << 0) /* unbind root drivers from devices that the cell gets */

struct bh_ioc_cell_create {
	struct bh_ioc_header header;
	uint64_t part; /* user pointer to one cell part */
	uint64_t part_size;
	uint32_t flags; /* BH_CREATE_* */
	uint32_t id;	/* out */
};

/* Copies data into loadable memory; the first call after create or stop opens the memory. */
struct bh_ioc_cell_load {
	struct bh_ioc_header header;
	uint32_t id;
	uint32_t reserved;
	uint64_t data; /* user pointer */
	uint64_t size;
	uint64_t guest; /* guest address to copy to */
};

struct bh_ioc_cell_start {
	struct bh_ioc_header header;
	uint32_t id;
	uint32_t reserved;
	char args[BH_ARGS_SIZE]; /* "": the config's */
};

struct bh_ioc_cell_shutdown {
	struct bh_ioc_header header;
	uint32_t id;
	uint32_t force;
	uint32_t timeout_ms;
	uint32_t reserved;
};

/* Destroy, and other calls that take only an id. */
struct bh_ioc_cell {
	struct bh_ioc_header header;
	uint32_t id;
	uint32_t reserved;
};

struct bh_ioc_cell_status {
	struct bh_ioc_header header;
	uint32_t id;
	uint32_t reserved;
	struct bh_cell_status status;
};

/* Console bytes from position on; the driver keeps no position for the caller. */
struct bh_ioc_console {
	struct bh_ioc_header header;
	uint32_t id;
	uint32_t position; /* read, in: first byte; out: after the last byte */
	uint64_t data;	   /* user pointer */
	uint32_t size;	   /* in: room or bytes to write; out: bytes moved */
	uint32_t lost;	   /* read, out: bytes lost so far */
};

/* Statistics of one CPU. */
struct bh_ioc_stats {
	struct bh_ioc_header header;
	uint32_t cpu; /* index in the system's table */
	uint32_t reserved;
	uint64_t exits[BH_STATS_SLOTS];
};

/* Messages from position on. */
struct bh_ioc_log {
	struct bh_ioc_header header;
	uint32_t position; /* in: first; out: after the last one returned */
	uint32_t count;	   /* in: room, in messages; out: messages returned */
	uint64_t messages; /* user pointer to struct bh_message[] */
	uint32_t lost;	   /* out: messages overwritten before they could be read */
	uint32_t reserved;
};

/* Counter of events; it differs from an earlier call if an event happened. */
struct bh_ioc_events {
	struct bh_ioc_header header;
	uint64_t events; /* doorbells and state changes seen */
};

struct bh_ioc_plain {
	struct bh_ioc_header header;
};

#define BH_IOC_TYPE 0xb4
#define BH_IOC_INFO _IOWR(BH_IOC_TYPE, 0, struct bh_ioc_info)
#define BH_IOC_CHECK _IOWR(BH_IOC_TYPE, 1, struct bh_ioc_check)
#define BH_IOC_ENABLE _IOWR(BH_IOC_TYPE, 2, struct bh_ioc_enable)
#define BH_IOC_DISABLE _IOWR(BH_IOC_TYPE, 3, struct bh_ioc_plain)
#define BH_IOC_LOCK _IOWR(BH_IOC_TYPE, 4, struct bh_ioc_plain)
#define BH_IOC_CONFIG _IOWR(BH_IOC_TYPE, 5, struct bh_ioc_config)
#define BH_IOC_CELL_CREATE _IOWR(BH_IOC_TYPE, 6, struct bh_ioc_cell_create)
#define BH_IOC_CELL_LOAD _IOWR(BH_IOC_TYPE, 7, struct bh_ioc_cell_load)
#define BH_IOC_CELL_START _IOWR(BH_IOC_TYPE, 8, struct bh_ioc_cell_start)
#define BH_IOC_CELL_SHUTDOWN _IOWR(BH_IOC_TYPE, 9, struct bh_ioc_cell_shutdown)
#define BH_IOC_CELL_DESTROY _IOWR(BH_IOC_TYPE, 10, struct bh_ioc_cell)
#define BH_IOC_CELL_STATUS _IOWR(BH_IOC_TYPE, 11, struct bh_ioc_cell_status)
#define BH_IOC_CONSOLE_READ _IOWR(BH_IOC_TYPE, 12, struct bh_ioc_console)
#define BH_IOC_CONSOLE_WRITE _IOWR(BH_IOC_TYPE, 13, struct bh_ioc_console)
#define BH_IOC_STATS _IOWR(BH_IOC_TYPE, 14, struct bh_ioc_stats)
#define BH_IOC_LOG _IOWR(BH_IOC_TYPE, 15, struct bh_ioc_log)
#define BH_IOC_EVENTS _IOWR(BH_IOC_TYPE, 16, struct bh_ioc_events)

#endif
