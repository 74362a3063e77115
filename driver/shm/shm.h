/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/bulkhead-shm/NAME: shared memory and its doorbell, for root and for a Linux in a cell. */
#ifndef BULKHEAD_SHM_H
#define BULKHEAD_SHM_H

#include <linux/types.h>

struct bhd_shm;

struct bhd_shm_config {
	const char *name;
	u64 phys, size; /* pages */
	u32 rights;	/* BH_REGION_READ, _WRITE, _EXECUTE */
	u32 index;	/* in the config of who we are: for BH_HC_RING */
};

/* Makes the device, or gives NULL: no memory, or the name is taken. */
struct bhd_shm *bhd_shm_add(const struct bhd_shm_config *config);

/* It was rung so many times: wakes who waits. In any context. */
void bhd_shm_notify(struct bhd_shm *shm, u32 times);

/*
 * Takes the device away. When this returns the memory is mapped nowhere and no
 * hypercall is under way; open files stay and say that it is gone. May sleep.
 */
void bhd_shm_remove(struct bhd_shm *shm);

#endif
