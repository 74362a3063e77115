/* SPDX-License-Identifier: GPL-2.0 */
/* What one start of a Linux puts into its cell, made ready before anything is changed. */
#ifndef HVCTL_LINUX_START_H
#define HVCTL_LINUX_START_H

#include "base/file.h"
#include "config/architectures.h"
#include "linux/kernel.h"
#include "request/cell_steps.h"

struct linux_piece {
	const char *what; /* its name in sentences */
	const void *data;
	size_t size;
	uint64_t guest;
};

#define LINUX_PIECES 5

struct linux_start {
	/* Files, and the kernel's arguments; but for the kernel, NULL: not given. */
	const char *kernel_path, *initrd_path, *tree_path, *overlay_path, *arguments;

	struct cell_source source;
	struct kernel kernel;
	struct file initrd; /* size 0: none */
	void *low, *tree;   /* malloc()ed; more that pieces point into */
	char added[64];	    /* kernel arguments that nobody gave, or "" */

	struct linux_piece pieces[LINUX_PIECES];
	unsigned int n_pieces;
};

static inline void linux_add(struct linux_start *start, const char *what, const void *data,
			     size_t size, uint64_t guest)
{
	if (size)
		start->pieces[start->n_pieces++] = (struct linux_piece){ what, data, size, guest };
}

/* An option of the kernel's build: as a module it can't be there yet. */
struct linux_need {
	const char *name;
	bool with_console, with_initrd; /* only where the cell has that */
};

/*
 * Was the kernel built with these? Looks at what it carries itself, else at the file that
 * distributions install beside it; where there is neither, nothing is missing.
 */
enum outcome linux_check_options(const struct linux_start *start, const struct linux_need *needs,
				 unsigned int n);

/*
 * Fill in what pieces point to, and the pieces; source and initrd are filled in before. Say what
 * is wrong.
 */
#define DECLARE_PREPARE(arch, ...) enum outcome linux_prepare_##arch(struct linux_start *start);
ARCHITECTURES(DECLARE_PREPARE)
#undef DECLARE_PREPARE

#endif
