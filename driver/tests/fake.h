/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What parts.c and ioctl.c stand on, on the host: user memory that changes as
 * soon as it has been read, counted kernel memory, and a rest of the driver
 * which holds what it is given against what it relies on.
 */
#ifndef FAKE_H
#define FAKE_H

#include "driver.h"

#define FAKE_USER 0x10000ull /* where user memory starts */

extern unsigned int fake_allocations; /* not freed yet */
extern bool fake_out_of_memory;	      /* no allocation succeeds */
extern bool fake_accepts;	      /* requests that get past the checks succeed */
extern size_t fake_user_bytes;	      /* how many were read from user memory */

void fake_user(void *bytes, size_t size);
bool fake_locks_are_free(void);

/* Fail the test unless what the driver relies on holds. */
void fake_rely_on_cell(const struct bh_cell_part *cell, u16 kind);
void fake_rely_on_blob(const struct bhd_blob *blob);

#endif
