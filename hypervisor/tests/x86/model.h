/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of an x86 machine, with the devices that the hypervisor partitions: local APICs, an I/O
 * APIC, ports, PCI functions; and of the core: root, CPUs, cells.
 */
#ifndef MODEL_H
#define MODEL_H

#include <arch/current.h>
#include <arch/features.h>
#include <hyp/cell.h>
#include <hyp/resource.h>

#define MODEL_CPUS 4u
#define MODEL_IO_APIC 0xfec00000ull
#define MODEL_PINS 24u
#define MODEL_DOORBELL 14 /* a pin */
#define MODEL_MMCONFIG 0xb0000000ull
#define MODEL_ID(i) (2 * (i)) /* APIC id of a CPU */

/* Resets the machine: root has all CPUs, each in flat mode with a logical id of its own; CPU 0
 * runs. */
void model_start(void);
void model_run_as(unsigned index);
struct percpu *model_cpu(unsigned index);

/* The config of the next cell: its CPUs, then its other resources. */
struct bh_cell_part *model_config(uint64_t cpus);
void model_add_region(uint64_t phys, uint64_t size, uint32_t type);
void model_add_irqs(uint32_t first, uint32_t count);
void model_add_ports(uint32_t first, uint32_t count);
void model_add_functions(uint32_t first, uint32_t count);

/* model_create() creates a running cell; NULL: model_refusal says why. The others destroy a cell,
 * and reset its resources. */
struct cell *model_create(void);
void model_destroy(struct cell *cell);
void model_reset_cell(struct cell *cell);
extern struct bh_refusal model_refusal;

/* Calls model_start(), and creates a cell with CPU 3. */
void model_start_with_cell(void);
/* CPUID as the guest of this CPU sees it; cr4: the guest's. The upper halves of registers that the
 * guest passes are not zero. */
struct guest_regs model_cpuid(unsigned cpu, uint32_t leaf, uint32_t sub, uint64_t cr4);

/* A cell that stops itself fails the test. If this function is set, it is called before. */
extern void (*model_at_stop)(const struct bh_failure *record, enum bh_stop_reason reason);

/* An entry into an SVM guest fails the test, too; this is called before. */
extern void (*model_at_entry)(void);
extern bool model_calls; /* a management call is in progress */

/* The guest of the running CPU accesses emulated registers. Addresses without a handler fail the
 * test. */
uint64_t model_read(uint64_t address, unsigned size);
void model_write(uint64_t address, unsigned size, uint64_t value);
bool model_refuses(uint64_t address, unsigned size, bool write);
/* The guest of the running CPU accesses a port. False: a violation. */
bool model_port(uint16_t port, unsigned size, bool write, uint32_t *value);

/* Refusals that guests caused and the hypervisor logged, since the test's start. */
extern unsigned model_refused;
extern uint64_t model_last_refused[3]; /* values of the last one's message */

/* Root's device registers: where functions' registers can lie. */
#define MODEL_DEVICES 0xd0000000ull
#define MODEL_DEVICES_SIZE (MODEL_IO_APIC - MODEL_DEVICES)
#define MODEL_HIGH 0x800000000ull
#define MODEL_HIGH_SIZE 0x100000000ull

/* Messages of local APICs since model_start() or model_forget(). */
struct model_message {
	unsigned from;
	uint64_t to; /* APIC id */
	uint32_t icr;
};
extern struct model_message model_messages[];
extern unsigned model_sent;
void model_forget(void);

/* The CPU has all features, except these bits of CPUID's words. */
extern uint32_t model_hidden[WORD_COUNT];

/* Hardware registers, without emulation. */
uint32_t *model_apic(unsigned cpu, unsigned offset);
uint64_t *model_base(unsigned cpu); /* MSR APIC_BASE */
extern bool model_has_x2apic;
uint64_t *model_msr(uint32_t msr); /* any other MSR; all CPUs share it */
uint64_t model_pin(unsigned pin);  /* redirection entry */
void model_set_pin(unsigned pin, uint64_t entry);
void model_accept(unsigned pin);       /* a CPU accepts a level interrupt: sets the remote IRR */
uint8_t *model_function(unsigned bdf); /* 256 bytes of config space; NULL: absent */
extern uint32_t model_bars[6];	       /* writable bits of the BARs of all functions */
uint32_t *model_device(uint64_t phys); /* registers in memory */
extern unsigned model_outs;	       /* writes to hardware ports */
extern uint16_t model_last_port;
extern uint32_t model_last_value; /* of the last write */
extern uint32_t model_status;	  /* what port 0x64 reads */
extern unsigned model_input;	  /* bytes of console input that are pending */

#endif
