/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The environment of parts.c and ioctl.c on the host: user memory that changes
 * when it is read, allocations that are counted, and stubs of the rest of the
 * driver, which check their arguments.
 */
#ifndef FAKE_H
#define FAKE_H

#include "driver.h"

#define FAKE_USER 0x10000ull /* start of user memory */

extern unsigned int fake_allocations; /* not freed yet */
extern bool fake_out_of_memory;	      /* no allocation succeeds */
extern bool fake_accepts;	      /* valid requests succeed */
extern struct bhd_call fake_last_call;
extern size_t fake_user_bytes;	      /* bytes read from user memory */
extern void (*fake_after_read)(void); /* called after each read of user memory; or NULL */
extern struct bhd_cell fake_cell;     /* the cell with id 1 */

/* The physical memory that memremap() can map. */
#define FAKE_PHYS 0x80000000ull
extern u8 fake_memory[256 << 10];

void fake_user(void *bytes, size_t size);
bool fake_locks_are_free(void);

/* Fail the test unless the part is what the driver relies on. */
void fake_rely_on_cell(const struct bh_cell_part *cell, u16 kind);
void fake_rely_on_blob(const struct bhd_blob *blob);

#endif
