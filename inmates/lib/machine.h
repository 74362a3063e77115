/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine's addresses (CELL_*, from the header that is generated from
 * the configs), and what an architecture does for a native run.
 */
#ifndef INMATE_MACHINE_H
#define INMATE_MACHINE_H

#include <inmate.h>

/* Where a native run finds its command line, as text: last page of 128 MiB. */
#define NATIVE_ARGS (CELL_RAM_BASE + 0x7fff000)
#define NATIVE_RAM_BYTES 0x7fff000

#ifndef __ASSEMBLER__

#include <bulkhead/info.h>

/* Fills in what the info page would say. */
void machine_describe(struct bh_info *info);

/* Turns the cell, or a native machine, off; or resets it. */
void machine_off(void) __attribute__((noreturn));
void machine_reset(void) __attribute__((noreturn));

#endif
#endif
