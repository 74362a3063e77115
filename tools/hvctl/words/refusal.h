/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Explains why a request was refused: the codes of <bulkhead/refusal.h> and <bulkhead/ioctl.h>,
 * with names and ranges from the config.
 */
#ifndef HVCTL_WORDS_REFUSAL_H
#define HVCTL_WORDS_REFUSAL_H

#include <bulkhead/refusal.h>
#include <stdbool.h>
#include <stdio.h>

#include "config/blob.h"

/* What the request was about. Any pointer may be NULL; the sentence then has fewer details. */
struct refusal_context {
	const char *doing;		 /* follows "cannot", before the cell if there is one */
	const char *cell;		 /* name of the cell that the request is about */
	const struct blob *blob;	 /* the enabled config, or the one to enable */
	const struct bh_cell_part *part; /* the config part passed with the request */
};

/* Writes the sentence without newline. name: bh_ioc_header.name, may be empty. */
void refusal_write(FILE *out, const struct bh_refusal *refusal, const char *name,
		   const struct refusal_context *context);

/* Writes advice about the refusal, without newline; nothing if there is none. */
void refusal_write_advice(FILE *out, const struct bh_refusal *refusal, const char *name,
			  const struct refusal_context *context);

/* Prints the sentence and the advice on stderr. */
void refusal_say(const struct bh_refusal *refusal, const char *name,
		 const struct refusal_context *context);

#endif
