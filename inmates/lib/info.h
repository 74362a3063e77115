/* SPDX-License-Identifier: GPL-2.0 */
/* What the program knows about its cell. */
#ifndef INMATE_INFO_H
#define INMATE_INFO_H

#include <bulkhead/info.h>
#include <stdbool.h>

/* Finds the info page; without one (native run) makes up what the machine has. */
void info_init(void);

const struct bh_info *info(void);

/* No hypervisor: the program has the machine for itself. */
bool info_native(void);

/* The n-th region of that type (from 0), or NULL. */
const struct bh_region *info_region(enum bh_region_type type, unsigned int n);

/* First address after the program's RAM. */
uint64_t info_ram_end(void);

/* Was the cell asked to shut down? Cheap: call it often. */
bool shutdown_requested(void);

/* Answers a shutdown request (native: turns the machine off). */
void shutdown_done(void) __attribute__((noreturn));

/*
 * The end of a program: waits for the shutdown request and answers it. With
 * "exit" on the command line, or native, doesn't wait to be asked.
 */
void finish(void) __attribute__((noreturn));

#endif
