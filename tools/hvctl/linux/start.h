/* SPDX-License-Identifier: GPL-2.0 */
/* The contents of a Linux cell's memory, prepared before any request changes something. */
#ifndef HVCTL_LINUX_START_H
#define HVCTL_LINUX_START_H

#include "base/file.h"
#include "config/architectures.h"
#include "linux/kernel.h"
#include "request/cell_steps.h"

struct linux_piece {
	const char *what; /* name in messages */
	const void *data;
	size_t size;
	uint64_t guest;
};

#define LINUX_PIECES 5

struct linux_start {
	/* Paths of files, and the kernel's arguments. NULL: not given; the kernel is never NULL. */
	const char *kernel_path, *initrd_path, *tree_path, *overlay_path, *arguments;

	struct cell_source source;
	struct kernel kernel;
	struct file initrd; /* size 0: none */
	void *low, *tree;   /* malloc()ed; pieces point into this memory */
	char added[64];	    /* kernel arguments added by hvctl, or "" */

	struct linux_piece pieces[LINUX_PIECES];
	unsigned int n_pieces;
};

static inline void linux_add(struct linux_start *start, const char *what, const void *data,
			     size_t size, uint64_t guest)
{
	if (size)
		start->pieces[start->n_pieces++] = (struct linux_piece){ what, data, size, guest };
}

/* A build option of the kernel that must be y: modules are loaded too late. */
struct linux_need {
	const char *name;
	bool with_console, with_initrd; /* only needed with a console, or an initrd */
};

/*
 * Checks that the kernel was built with the options. Reads them from the kernel itself, else from
 * the file that distributions install beside it; without either, accepts the kernel.
 */
enum outcome linux_check_options(const struct linux_start *start, const struct linux_need *needs,
				 unsigned int n);

/*
 * Fill in the pieces and the memory that they point to; source and initrd must be filled in. Print
 * a message on failure.
 */
#define DECLARE_PREPARE(arch, ...) enum outcome linux_prepare_##arch(struct linux_start *start);
ARCHITECTURES(DECLARE_PREPARE)
#undef DECLARE_PREPARE

#endif
