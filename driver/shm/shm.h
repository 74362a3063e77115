/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/bulkhead-shm/NAME: shared memory and its doorbell, in root and in cells with Linux. */
#ifndef BULKHEAD_SHM_H
#define BULKHEAD_SHM_H

#include <linux/types.h>

struct bhd_shm;

struct bhd_shm_config {
	const char *name;
	u64 phys, size; /* page aligned */
	u32 rights;	/* BH_REGION_READ, _WRITE, _EXECUTE */
	u32 index;	/* in the config of the calling cell: for BH_HC_RING */
};

/* Creates the device. Returns NULL without memory or if the name exists. */
struct bhd_shm *bhd_shm_add(const struct bhd_shm_config *config);

/* Counts @times rings and wakes all waiters. In any context. */
void bhd_shm_notify(struct bhd_shm *shm, u32 times);

/*
 * Removes the device. When this returns, the memory is mapped nowhere and no
 * hypercall is running. Open files stay valid but return errors. May sleep.
 */
void bhd_shm_remove(struct bhd_shm *shm);

#endif
