/* SPDX-License-Identifier: GPL-2.0 */
/* What each architecture's folder, arch/NAME/, provides to the rest of the module. */
#ifndef BULKHEAD_ARCH_H
#define BULKHEAD_ARCH_H

#include "state.h"

struct bhd_bus;

/* entry.c: entering, calling and leaving the hypervisor; facts about the CPUs */
extern const u16 bhd_arch_id;				 /* BH_ARCH_* */
extern const u32 bhd_arch_irqs_first, bhd_arch_irqs_end; /* interrupts that all CPUs share */
extern const char bhd_image_name[];
extern const u64 bhd_phys_max;		   /* the highest physical address of the architecture */
extern const bool bhd_arch_rest_is_memory; /* Linux can have RAM in root's MMIO regions */
u64 bhd_arch_this_cpu_id(void);
int bhd_arch_offline_cpu_id(unsigned int cpu, u64 *id);
void bhd_arch_cpu_off(u64 hw_id);
u64 bhd_arch_clock_hz(void);
void bhd_arch_fill_boot(struct bh_boot *boot);
void bhd_arch_prepare_entry(void *memory, u64 phys, const struct bh_image_header *image);
long bhd_arch_enter(u64 phys, const struct bh_image_header *image);
long bhd_arch_leave(void);
long bhd_arch_hypercall(u32 function, u64 arg1, u64 arg2);
bool bhd_arch_smi_count(u32 *smis);
void bhd_arch_clean(const void *start, size_t size);

/* machine.c: what Linux and the firmware know about the machine */
bool bhd_is_ram(u64 phys, u64 size);
unsigned int bhd_irq_mapping(u32 intid);

/* check.c: the architecture's requirements for enable */

/*
 * A check returns 0 (met), -EPERM (not met, with a refusal) or -ENODATA (not
 * known: on this machine, or until another requirement is met). blob is NULL
 * where only the machine is checked.
 */
struct bhd_check {
	enum bh_requirement requirement;
	int (*check)(const struct bhd_blob *blob, struct bhd_why *why);
	bool needed; /* for enable */
};
extern const struct bhd_check bhd_arch_checks[]; /* each may rely on those before it */
extern const size_t bhd_arch_check_count;
/* After the checks: fills in n_cpus and cpus[] of *check, which are zero. */
void bhd_arch_facts(struct bh_ioc_check *check);
int bhd_arch_check_root(const struct bhd_blob *blob, struct bhd_why *why);

/*
 * doorbell.c: the interrupt by which the hypervisor notifies root. start
 * returns 1, 0 if the machine has no doorbell, or -EPERM with a refusal.
 * handler runs in process context, in one thread at a time.
 */
int bhd_arch_doorbell_start(const struct bh_system_part *system, void (*handler)(void),
			    struct bhd_why *why);
void bhd_arch_doorbell_stop(void);

/* In any file: the architecture's own bus of devices, or NULL, and what it registers in Linux. */
extern const struct bhd_bus *const bhd_arch_bus;
int bhd_arch_init(void);
void bhd_arch_exit(void);

#endif
