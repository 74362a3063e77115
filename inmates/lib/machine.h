/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The machine's addresses (CELL_*, from the header generated from the
 * configs), and the functions of an architecture for a native run.
 */
#ifndef INMATE_MACHINE_H
#define INMATE_MACHINE_H

#include <inmate.h>

/* Address of a native run's command line, as text: the last page of 128 MiB. */
#define NATIVE_ARGS (CELL_RAM_BASE + 0x7fff000)
#define NATIVE_RAM_BYTES 0x7fff000

#ifndef __ASSEMBLER__

#include <bulkhead/info.h>

/* Fills in an info page that describes the native machine. */
void machine_describe(struct bh_info *info);

/* What the hypervisor passes to a program: the address of its info page, or 0. In a native run, any
 * value. */
uint64_t machine_argument(void);

/* Turn off or reset the cell or the native machine. */
void machine_off(void) __attribute__((noreturn));
void machine_reset(void) __attribute__((noreturn));

#endif
#endif
