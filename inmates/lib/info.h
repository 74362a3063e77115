/* SPDX-License-Identifier: GPL-2.0 */
/* The info page of the cell, and shutdown. */
#ifndef INMATE_INFO_H
#define INMATE_INFO_H

#include <bulkhead/info.h>
#include <stdbool.h>

/* Finds the info page. Without one (native run), creates one that describes the machine. */
void info_init(void);

const struct bh_info *info(void);

/* Whether the program runs natively, without a hypervisor. */
bool info_native(void);

/* The n-th region (from 0) of the given type, or NULL. */
const struct bh_region *info_region(enum bh_region_type type, unsigned int n);

/* First address after the program's RAM. */
uint64_t info_ram_end(void);

/* Whether shutdown was requested. One memory read: call it often. */
bool shutdown_requested(void);

/* Acknowledges a shutdown request (native: turns the machine off). */
void shutdown_done(void) __attribute__((noreturn));

/*
 * Ends a program: waits for a shutdown request and acknowledges it. With
 * "exit" on the command line and in native runs, does not wait.
 */
void finish(void) __attribute__((noreturn));

#endif
