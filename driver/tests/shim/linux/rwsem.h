/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_RWSEM_H
#define SHIM_RWSEM_H

struct rw_semaphore {
	unsigned int readers;
};

void down_read(struct rw_semaphore *semaphore);
void up_read(struct rw_semaphore *semaphore);

#endif
