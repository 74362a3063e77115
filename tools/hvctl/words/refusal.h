/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why a request was refused, in words: the codes of refusal.h and ioctl.h with
 * the names and ranges that the config at hand has for their numbers.
 */
#ifndef HVCTL_WORDS_REFUSAL_H
#define HVCTL_WORDS_REFUSAL_H

#include <bulkhead/refusal.h>
#include <stdbool.h>
#include <stdio.h>

#include "config/blob.h"

/* What the request was about. Any pointer may be NULL: the sentence says less then. */
struct refusal_context {
	const char *doing;		 /* as in "cannot ...": "start cell \"rt\"" */
	const char *cell;		 /* name of the cell, where it is about one */
	const struct blob *blob;	 /* the enabled config, or the one to be enabled */
	const struct bh_cell_part *part; /* the part that went along with the request */
};

/* Writes the sentence, without newline. name: bh_ioc_header.name, may be empty. */
void refusal_write(FILE *out, const struct bh_refusal *refusal, const char *name,
		   const struct refusal_context *context);

/* Writes what to do about it, without newline; nothing where there is nothing to say. */
void refusal_write_advice(FILE *out, const struct bh_refusal *refusal, const char *name,
			  const struct refusal_context *context);

/* Says both on stderr. */
void refusal_say(const struct bh_refusal *refusal, const char *name,
		 const struct refusal_context *context);

#endif
