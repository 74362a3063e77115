/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hypercalls. arm64: HVC #0 by the SMC calling convention (Arm DEN0028), as
 * 64-bit fast calls of the vendor-specific hypervisor range: x0 = function,
 * x1..x3 = arguments. x86: VMMCALL (AMD) or VMCALL (Intel), rax = function, rdi,
 * rsi, rdx = arguments. x0 or rax returns 0, a positive result, or minus a
 * bh_refusal_code. Other registers are preserved. Root finds the complete
 * refusal in the comm page.
 */
#ifndef BULKHEAD_HYPERCALL_H
#define BULKHEAD_HYPERCALL_H

#include <bulkhead/limits.h>
#include <bulkhead/refusal.h>
#include <bulkhead/types.h>

#define BH_HC_BASE 0xc6000000u
#define BH_HC(n) (BH_HC_BASE + (n))

/* Allowed to every cell. */
#define BH_HC_VERSION BH_HC(0)	     /* -> BH_ABI_VERSION */
#define BH_HC_SHUTDOWN_DONE BH_HC(1) /* acknowledges a shutdown request; does not return */
#define BH_HC_RING \
	BH_HC(2) /* index in the caller's bh_cell_part.shared -> number of parties rung */

/* Need BH_RIGHT_MANAGE. */
#define BH_HC_CELL_CREATE \
	BH_HC(16) /* cell part in comm.data, check -> cell id; with check 1:
		     0 if creation would succeed once the CPUs are off */
#define BH_HC_CELL_LOAD \
	BH_HC(17) /* id: map loadable regions in root (cell created, shut down or failed) */
#define BH_HC_CELL_START \
	BH_HC(18)		      /* id; comm.data: args, NUL-terminated ("": the config's);
					 -BH_E_AGAIN: a piece was copied, call again */
#define BH_HC_CELL_SHUTDOWN BH_HC(19) /* id, force (0: request; 1: stop the cell now) */
#define BH_HC_CELL_DESTROY BH_HC(20)  /* id; -BH_E_AGAIN: a piece was wiped, call again */
#define BH_HC_DISABLE \
	BH_HC(21)	     /* 0: prepare (refuses creation from then on); 1: leave, on this
					 CPU; 2: cancel 0, refused once a CPU has left */
#define BH_HC_LOCK BH_HC(22) /* drop root's right to manage until machine reset */

/* Allowed to root, also after lock. */
#define BH_HC_CELL_STATUS BH_HC(32)   /* id -> comm.data: struct bh_cell_status */
#define BH_HC_CONSOLE_INPUT BH_HC(33) /* id: root has written to the cell's input ring */
#define BH_HC_MEMORY_STATUS BH_HC(34) /* -> comm.data: struct bh_memory_status */

enum bh_cell_state {
	BH_STATE_NONE = 0,
	BH_STATE_CREATED = 1,
	BH_STATE_RUNNING = 2,
	BH_STATE_SHUT_DOWN = 3,
	BH_STATE_FAILED = 4,
	BH_STATE_WIPING = 5, /* destroy is running */
};

enum bh_stop_reason {
	BH_STOP_NONE = 0,
	BH_STOP_ACCESS = 1, /* data access to an address that the config does not list */
	BH_STOP_FETCH = 2,  /* instruction fetch from an address that the config does not list */
	BH_STOP_TRAP = 3,   /* a forbidden instruction or register */
	BH_STOP_MMIO = 4,   /* an access to an emulated device that cannot be decoded */
	BH_STOP_HYPERVISOR_FAULT = 5, /* an exception of the hypervisor while it served the cell */
	BH_STOP_SERROR = 6,	      /* an SError while the cell ran */
	BH_STOP_RESET = 7,	      /* SYSTEM_RESET without a snapshot */
	BH_STOP_OFF = 8,	      /* SYSTEM_OFF */
	BH_STOP_REQUESTED = 9,	      /* the cell acknowledged a shutdown request */
	BH_STOP_FORCED = 10,	      /* shutdown --force or destroy */
	BH_STOP_CPU_LOST = 11,	      /* a CPU of the cell did not respond */
	BH_STOP_PORT = 12,	      /* access to an I/O port that the config does not list */
};

/* Registers of an arm64 CPU at the failure. */
struct bh_arm64_failure {
	uint64_t regs[31]; /* x0..x30 */
	uint64_t pstate;
	uint64_t sp_el0;
	uint64_t sp_el1;
	uint64_t guest_syndrome; /* ESR_EL1 */
	uint64_t guest_elr;	 /* ELR_EL1 */
	uint64_t guest_vbar;	 /* VBAR_EL1 */
	uint64_t guest_sctlr;	 /* SCTLR_EL1 */
};

/* Flag of a syndrome: an exit reason of VMX, not an exit code of SVM. */
#define BH_X86_VMX (1ull << 32)

/* Registers of an x86-64 CPU at the failure. */
struct bh_x86_failure {
	uint64_t regs[16]; /* rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8..r15 */
	uint64_t rip;
	uint64_t rflags;
	uint64_t cr0, cr2, cr3, cr4;
	uint64_t efer;
	uint64_t cs, ss; /* selectors */
	uint64_t cs_base;
	uint64_t info1, info2; /* exit information of the VMCB or VMCS */
};

/* Why a cell stopped, and the state of the CPU on which it did. */
struct bh_failure {
	uint32_t reason;    /* enum bh_stop_reason */
	uint32_t cpu;	    /* index in the system's CPU table */
	uint64_t pc;	    /* address of the instruction */
	uint64_t fault_ipa; /* guest-physical address (or port) of a violation */
	/* For BH_STOP_HYPERVISOR_FAULT on arm64, those of the hypervisor's exception. */
	uint64_t fault_va; /* arm64: FAR_EL2 */
	uint64_t syndrome; /* arm64: ESR_EL2; x86: exit code, or exit reason with BH_X86_VMX */
	union {
		struct bh_arm64_failure arm64;
		struct bh_x86_failure x86;
	};
};
BH_ASSERT_SIZE(struct bh_failure, 344);

struct bh_cell_status {
	uint32_t id;
	uint32_t state; /* enum bh_cell_state */
	char name[BH_NAME_SIZE];
	uint64_t cpus;	       /* mask of the cell's CPUs */
	uint64_t cpus_on;      /* mask of the CPUs that run */
	uint64_t console_phys; /* address of struct bh_console; 0: no console */
	uint64_t memory_bytes; /* memory of the hypervisor that the cell uses */
	uint32_t irq_mode;
	uint32_t starts;	   /* number of starts */
	struct bh_failure failure; /* of the last stop; reason 0: none */
};
BH_ASSERT_SIZE(struct bh_cell_status, 424);

struct bh_memory_status {
	uint64_t image_bytes;	  /* text, rodata, data, bss */
	uint64_t text_bytes;	  /* text and rodata alone */
	uint64_t pool_pages;	  /* pages in the pool */
	uint64_t pool_pages_used; /* pages in use */
};

/*
 * The comm page passes arguments and results that do not fit in registers. It is
 * memory of the hypervisor that root reads and writes. The hypervisor copies
 * from it once, before decoding. The driver's lock allows one request at a time.
 */
struct bh_comm {
	struct bh_refusal refusal; /* of the last refused management call */
	uint8_t data[BH_PAGE_SIZE - 24];
};
BH_ASSERT_SIZE(struct bh_comm, 4096);

#endif
