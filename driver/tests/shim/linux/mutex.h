/* SPDX-License-Identifier: GPL-2.0 */
/* Tests have one thread: the lock fails the test if it is taken twice or released untaken. */
#ifndef SHIM_MUTEX_H
#define SHIM_MUTEX_H

#include <linux/types.h>

#define ERESTARTSYS 512

struct mutex {
	bool taken;
	bool interrupted; /* the next attempt to take it fails */
};

int mutex_lock_interruptible(struct mutex *mutex);
void mutex_lock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex);

#endif
