/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of a GICv3, to test arm64's interrupt code: distributor,
 * redistributors, the CPU interface of one CPU with list registers, and a guest.
 */
#ifndef GIC_MODEL_H
#define GIC_MODEL_H

#include <arch/current.h>
#include <arch/gic_emulation.h>
#include <arch/iss.h>

#define MODEL_CPUS 4u
#define MODEL_SPIS_END 288u
#define MODEL_MAINTENANCE 25u
#define MODEL_LPIS 16u /* INTIDs from 8192 */
#define MODEL_GICD 0x08000000ull
#define MODEL_ITS 0x08080000ull
#define MODEL_ITS_SIZE 0x20000u
#define MODEL_GICR 0x080a0000ull
#define MODEL_GICR_SIZE (MODEL_CPUS * GICR_FRAMES)

/* What secure firmware leaves to EL2, from the next model_power_on() on. All zero: there is none. */
struct model_firmware {
	bool two_states; /* GICD_CTLR.DS is 0; writes of ICC_AP1R0_EL1 are ignored */
	bool fiq;	 /* SCR_EL3.FIQ: ICC_PMR_EL1 has the non-secure view of priorities */
	uint32_t secure; /* SGIs and PPIs (bit n: INTID n) whose registers read as zero */
};
extern struct model_firmware model_firmware;

/* gic_model.c: reset the model; lrs: number of list registers. */
void model_power_on(unsigned lrs);

/* gic_machine.c: a new machine with root only; the test runs on CPU 0. */
void model_start(enum bh_irq_mode root_mode, unsigned lrs);
/* Initialise again from the machine as it is now. */
void model_start_again(void);
struct percpu *model_cpu(unsigned index);
struct bh_system_part *model_system(void);
void model_run_as(unsigned index);

/* A config and a cell with ID 1; irqs: pairs of first, count; count 0 ends the list. */
struct cell *model_cell(uint64_t cpus, enum bh_irq_mode mode, const uint32_t *irqs);
void model_grant(struct cell *cell);
/* Creates such a cell: it is cell 1, and has its interrupts. */
struct cell *model_create(uint64_t cpus, enum bh_irq_mode mode, const uint32_t *irqs);
void model_revoke(struct cell *cell);

/* A cell accesses an emulated register. Other addresses fail the test. */
uint64_t model_guest_read(struct cell *cell, uint64_t address, unsigned size);
void model_guest_write(struct cell *cell, uint64_t address, unsigned size, uint64_t value);

/* Registers of the hardware, without emulation. */
uint32_t model_word(uint64_t address);
void model_set_word(uint64_t address, uint32_t value);

/* Make an interrupt pending (edge-triggered): an SGI or PPI of this CPU, an SPI or an LPI. */
void model_raise(uint32_t intid);
/* Does the CPU take a physical IRQ while the guest runs? */
bool model_irq(void);

/* The guest acknowledges its highest pending interrupt, and ends it. MODEL_NONE: there is none, or
 * it is masked. */
#define MODEL_NONE 1023u
uint32_t model_guest_ack(unsigned mask);
void model_guest_end(uint32_t intid);

/* Does the guest's write of ICC_DIR_EL1 trap now? */
bool model_dir_traps(void);

/* How often a CPU took its commands. */
extern unsigned model_commands;

/* What a test does at these points of the code under test; NULL: nothing. */
struct model_hooks {
	void (*step)(void); /* other CPUs may execute now */
	void (*tlbi)(void);
	void (*sleep)(void);		      /* WFI */
	void (*event)(void);		      /* SEV */
	void (*commands)(struct percpu *cpu); /* cpu_take_commands() */
	void (*violation)(void);
};
extern struct model_hooks model_hooks;

/* The last values written to ICC_SGI1R_EL1 and ICC_SGI0R_EL1, and the number of writes. */
extern uint64_t model_sgi1r, model_sgi0r;
extern unsigned model_sgis;

#endif
