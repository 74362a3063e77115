/* SPDX-License-Identifier: GPL-2.0 */
/* Enable: the part that all architectures share. */
#ifndef HYP_INIT_H
#define HYP_INIT_H

#include <bulkhead/image.h>
#include <hyp/cell.h>

/*
 * On the first CPU that entered, after the architecture mapped the hypervisor's memory and set up
 * the pool: decode the system and root parts; set up the percpu structs, the pages shared with root
 * (comm, log, statistics, rings) and the root cell; fill in the *_phys fields of boot. False:
 * boot->refusal holds the refusal, and nothing outside the hypervisor's memory changed.
 */
bool hyp_init(struct bh_boot *boot, const void *system_part, const void *root_part);

/* On each CPU: record that it has entered. */
void boot_arrive(struct bh_boot *boot, unsigned index);

/*
 * Called on each CPU after boot_arrive(): wait for the other CPUs. The first CPU waits at most
 * boot->timeout_ticks, the others twice as long. ok: this CPU may enter; the first CPU's
 * hyp_init() succeeded; a CPU that may not enter need not have arrived. All CPUs
 * get the same result. True: ok, and all have arrived. False: the CPU must return to Linux.
 */
bool boot_rendezvous(struct bh_boot *boot, bool first, bool ok);

#endif
