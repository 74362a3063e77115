/* SPDX-License-Identifier: GPL-2.0 */
/* Enable, the architecture-free part. */
#ifndef HYP_INIT_H
#define HYP_INIT_H

#include <bulkhead/image.h>
#include <hyp/cell.h>

/*
 * On the first CPU that entered, with the hypervisor's own memory mapped and
 * the pool set up: decode system and root parts, set up per-CPU structs,
 * shared pages (comm, log, statistics) and the root cell. Fills in the
 * *_phys fields of boot. False: boot->refusal says why; nothing outside the
 * hypervisor's memory was changed.
 */
bool hyp_init(struct bh_boot *boot, const void *system_part, const void *root_part);

/* On each CPU: it has entered. */
void boot_arrive(struct bh_boot *boot, unsigned index);

/*
 * Then: wait for the others, at most as long as the driver allows. True: all are
 * there, and the first of them, whose hyp_init() gave ok, has done its part.
 * False on all of them: go back to Linux.
 */
bool boot_rendezvous(struct bh_boot *boot, bool first, bool ok);

#endif
