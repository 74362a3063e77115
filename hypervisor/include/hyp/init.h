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

#endif
