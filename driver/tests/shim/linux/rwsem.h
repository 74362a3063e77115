/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_RWSEM_H
#define SHIM_RWSEM_H

#include <linux/types.h>

struct rw_semaphore {
	unsigned int readers;
	bool written;
};

void down_read(struct rw_semaphore *semaphore);
void up_read(struct rw_semaphore *semaphore);
void down_write(struct rw_semaphore *semaphore);
void up_write(struct rw_semaphore *semaphore);

#endif
