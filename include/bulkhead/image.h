/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The hypervisor image (bulkhead-<arch>.bin) and how the driver starts it.
 *
 * The driver copies the image to hyp_phys, clears up to mem_size, copies the
 * system part and the root cell part to hyp_phys + config_offset (one page
 * each), fills in struct bh_boot at hyp_phys + boot_offset, cleans all of it
 * to the point of coherency and enters hyp_phys + entry_offset at the highest
 * privilege level on every online CPU, inside stop_machine(). arm64: through
 * the hyp stub's HVC_SOFT_RESTART with x1 = entry, x2 = hyp_phys: MMU off.
 * x86: by a call of va + entry_offset with rdi = CR3, after a switch to page
 * tables that the driver builds in the BH_X86_ENTRY_TABLES pages behind the
 * parts. The first page is the root. The tables map Linux's upper half, and the
 * hypervisor's memory at va.
 */
#ifndef BULKHEAD_IMAGE_H
#define BULKHEAD_IMAGE_H

#include <bulkhead/limits.h>
#include <bulkhead/refusal.h>
#include <bulkhead/types.h>

#define BH_X86_ENTRY_TABLES 4u

#define BH_IMAGE_MAGIC 0x44414548444c4b42ull /* "BKLDHEAD" */

struct bh_image_header {
	uint64_t magic;
	uint32_t version;	/* BH_ABI_VERSION */
	uint32_t arch;		/* BH_ARCH_* */
	uint64_t image_size;	/* bytes in the file */
	uint64_t mem_size;	/* bytes with bss; page aligned */
	uint64_t entry_offset;	/* offset of the entry point */
	uint64_t boot_offset;	/* offset of struct bh_boot */
	uint64_t config_offset; /* offset of two pages: system part, root part */
	uint64_t va; /* x86: link address, at which the image is mapped at entry; else 0 */
};
BH_ASSERT_SIZE(struct bh_image_header, 64);

enum bh_boot_state {
	BH_BOOT_WAITING = 0,
	BH_BOOT_READY = 1,   /* global initialization succeeded and all CPUs arrived */
	BH_BOOT_REFUSED = 2, /* see refusal; every CPU returned to Linux in its previous state */
};

/* Shared by driver and hypervisor during enable; its page stays readable for root. */
struct bh_boot {
	uint64_t hyp_phys;	/* driver: physical address of the image */
	uint64_t cpus;		/* driver: mask (system CPU indexes) of CPUs that will enter */
	uint64_t timeout_ticks; /* driver: how long a CPU waits for the others, in counter ticks */
	volatile uint64_t arrived; /* hypervisor: mask of CPUs that entered */
	volatile uint32_t state;   /* hypervisor: enum bh_boot_state */
	/* Driver, arm64: the minima of all CPUs that will enter; 0 on x86. */
	uint8_t pa_range;	/* ID_AA64MMFR0_EL1.PARange, 0..6 */
	uint8_t list_registers; /* number of list registers, 1..16 */
	uint8_t line_shift;	/* log2 of the smallest data cache line in bytes, 2..17 */
	uint8_t reserved;
	uint16_t sleep_ports[2];   /* driver, x86: ACPI's PM1a and PM1b control registers, or 0 */
	uint16_t reset_port;	   /* driver, x86: ACPI's reset register, if it is a port, or 0 */
	uint16_t reset_value;	   /* driver, x86: value that resets when written to reset_port */
	struct bh_refusal refusal; /* hypervisor */
	/* Hypervisor, valid when READY: memory that root may access from now on. */
	uint64_t comm_phys;  /* struct bh_comm */
	uint64_t log_phys;   /* struct bh_log */
	uint64_t stats_phys; /* struct bh_cpu_stats[n_cpus], page aligned */
	uint64_t stats_size; /* bytes, page multiple */
	uint64_t rings_phys; /* struct bh_rings */
};
BH_ASSERT_SIZE(struct bh_boot, 112);

#endif
