/* SPDX-License-Identifier: GPL-2.0 */
/* A refusal with its context, and the {words} of templates that depend on the config. */
#ifndef HVCTL_WORDS_REFUSAL_VIEW_H
#define HVCTL_WORDS_REFUSAL_VIEW_H

#include "words/refusal.h"

struct refusal_view {
	const struct bh_refusal *refusal;
	const char *name;
	const struct refusal_context *context; /* never NULL */
};

/* Each function writes one {word} of a template. */
void refusal_write_system(FILE *out, const struct refusal_view *view);
void refusal_write_cpu_id(FILE *out, const struct refusal_view *view);
void refusal_write_part(FILE *out, const struct refusal_view *view);
void refusal_write_cell(FILE *out, const struct refusal_view *view);
void refusal_write_owner(FILE *out, const struct refusal_view *view);
void refusal_write_owner_region(FILE *out, const struct refusal_view *view);
void refusal_write_region(FILE *out, const struct refusal_view *view);
void refusal_write_other(FILE *out, const struct refusal_view *view);
void refusal_write_at(FILE *out, const struct refusal_view *view);
void refusal_write_hyp_memory(FILE *out, const struct refusal_view *view);
void refusal_write_platform_field(FILE *out, const struct refusal_view *view);
void refusal_write_place(FILE *out, const struct refusal_view *view);
void refusal_write_loadable(FILE *out, const struct refusal_view *view);
void refusal_write_reserve_advice(FILE *out, const struct refusal_view *view);
void refusal_write_state_advice(FILE *out, const struct refusal_view *view);

#endif
