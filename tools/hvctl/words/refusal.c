// SPDX-License-Identifier: GPL-2.0
#include <bulkhead/ioctl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/say.h"
#include "base/text.h"
#include "words/arch.h"
#include "words/names.h"
#include "words/refusal.h"
#include "words/refusal_fields.h"
#include "words/refusal_view.h"
#include "words/refusal_words.h"
#include "words/tables.h"

typedef void (*word_writer)(FILE *out, const struct refusal_view *view);

static bool write_word(FILE *out, const char *key, size_t length, const void *view);

static void write_subject(FILE *out, const struct refusal_view *view)
{
	const char *words = field_words(view->refusal->field);

	if (words)
		write_template(out, words, write_word, view);
	else
		fprintf(out, "field %" PRIu32, view->refusal->field);
}

static void write_value(FILE *out, const struct refusal_view *view)
{
	if (field_is_address(view->refusal->field))
		fprintf(out, "0x%" PRIx64, view->refusal->value);
	else
		write_number(out, view->refusal->value);
}

static void write_hex(FILE *out, const struct refusal_view *view)
{
	fprintf(out, "0x%" PRIx64, view->refusal->value);
}

static void write_decimal(FILE *out, const struct refusal_view *view)
{
	fprintf(out, "%" PRIu64, view->refusal->value);
}

static void write_index(FILE *out, const struct refusal_view *view)
{
	fprintf(out, "%" PRIu32, view->refusal->index);
}

static void write_index_hex(FILE *out, const struct refusal_view *view)
{
	fprintf(out, "0x%" PRIx32, view->refusal->index);
}

static void write_version(FILE *out, const struct refusal_view *view)
{
	fprintf(out, "%" PRIu64 ".%" PRIu64, view->refusal->value >> 16,
		view->refusal->value & 0xffff);
}

static void write_state(FILE *out, const struct refusal_view *view)
{
	fputs(cell_state_name(view->refusal->value), out);
}

static void write_function(FILE *out, const struct refusal_view *view)
{
	const char *name = function_name(view->refusal->value);

	if (name)
		fprintf(out, "\"%s\"", name);
	else
		write_hex(out, view);
}

/* Some drivers report errno with a minus sign, some without. */
static void write_errno(FILE *out, const struct refusal_view *view)
{
	fputs(strerror(abs((int)view->refusal->value)), out);
}

static void write_index_errno(FILE *out, const struct refusal_view *view)
{
	fputs(strerror(abs((int)view->refusal->index)), out);
}

static void write_quoted_name(FILE *out, const struct refusal_view *view)
{
	if (!view->name[0])
		return;
	fputs(" (", out);
	write_clean(out, view->name);
	fputc(')', out);
}

static void write_name(FILE *out, const struct refusal_view *view)
{
	write_clean(out, view->name[0] ? view->name : "something");
}

static void write_mask(FILE *out, const struct refusal_view *view)
{
	write_cpus(out, view->refusal->value);
}

/* The value is a CPU if it equals the index, else a mask of CPUs. */
static void write_lost_cpus(FILE *out, const struct refusal_view *view)
{
	if (view->refusal->value == view->refusal->index)
		write_decimal(out, view);
	else
		write_mask(out, view);
}

static void write_bytes(FILE *out, const struct refusal_view *view)
{
	write_size(out, view->refusal->value);
}

static void write_part_name(FILE *out, const struct refusal_view *view)
{
	fputs(view->context->part ? view->context->part->name : "CELL", out);
}

static void write_cell_plain(FILE *out, const struct refusal_view *view)
{
	fputs(view->context->cell ? view->context->cell : "CELL", out);
}

static void write_arch(FILE *out, const struct refusal_view *view)
{
	(void)view;
	fputs(arch_words()->name, out);
}

static void write_owner_id(FILE *out, const struct refusal_view *view)
{
	if (view->refusal->owner < BH_MAX_CELLS)
		fprintf(out, " (id %" PRIu64 ")", view->refusal->owner);
}

static const struct {
	const char *key;
	word_writer write;
} words[] = {
	{ "arch", write_arch },
	{ "at", refusal_write_at },
	{ "cell", refusal_write_cell },
	{ "cell-plain", write_cell_plain },
	{ "cpus", write_mask },
	{ "cpu-id", refusal_write_cpu_id },
	{ "errno", write_errno },
	{ "function", write_function },
	{ "hex", write_hex },
	{ "hyp-memory", refusal_write_hyp_memory },
	{ "index", write_index },
	{ "index-errno", write_index_errno },
	{ "index-hex", write_index_hex },
	{ "loadable", refusal_write_loadable },
	{ "lost-cpus", write_lost_cpus },
	{ "name", write_name },
	{ "number", write_decimal },
	{ "other", refusal_write_other },
	{ "owner", refusal_write_owner },
	{ "owner-id", write_owner_id },
	{ "owner-region", refusal_write_owner_region },
	{ "part", refusal_write_part },
	{ "part-name", write_part_name },
	{ "place", refusal_write_place },
	{ "platform-field", refusal_write_platform_field },
	{ "quoted-name", write_quoted_name },
	{ "region", refusal_write_region },
	{ "reserve-advice", refusal_write_reserve_advice },
	{ "size", write_bytes },
	{ "state", write_state },
	{ "state-advice", refusal_write_state_advice },
	{ "subject", write_subject },
	{ "system", refusal_write_system },
	{ "value", write_value },
	{ "version", write_version },
};

static bool write_word(FILE *out, const char *key, size_t length, const void *view)
{
	unsigned int i;

	for (i = 0; i < COUNT(words); i++) {
		if (key_is(key, length, words[i].key)) {
			words[i].write(out, view);
			return true;
		}
	}
	return false;
}

static const struct refusal_context no_context;

void refusal_write(FILE *out, const struct bh_refusal *refusal, const char *name,
		   const struct refusal_context *context)
{
	struct refusal_view view = { refusal, name, context ? context : &no_context };
	const char *sentence = refusal_words(refusal->code, refusal->field);

	if (sentence)
		write_template(out, sentence, write_word, &view);
	else
		fprintf(out,
			"refused with code %" PRIu32
			", which this hvctl doesn't know (field %" PRIu32 ", index %" PRIu32
			", value 0x%" PRIx64 ")",
			refusal->code, refusal->field, refusal->index, refusal->value);
}

void refusal_write_advice(FILE *out, const struct bh_refusal *refusal, const char *name,
			  const struct refusal_context *context)
{
	struct refusal_view view = { refusal, name, context ? context : &no_context };
	const char *advice = refusal_advice(refusal->code, refusal->field);

	if (advice)
		write_template(out, advice, write_word, &view);
}

static void say_sentence(const struct bh_refusal *refusal, const char *name,
			 const struct refusal_context *context)
{
	char *sentence = WRITTEN(out, refusal_write(out, refusal, name, context));

	if (context && context->doing && context->cell)
		say("cannot %s cell \"%s\": %s", context->doing, context->cell,
		    sentence ? sentence : "?");
	else if (context && context->doing)
		say("cannot %s: %s", context->doing, sentence ? sentence : "?");
	else
		say("%s", sentence ? sentence : "?");
	free(sentence);
}

static void say_advice(const struct bh_refusal *refusal, const char *name,
		       const struct refusal_context *context)
{
	char *advice = WRITTEN(out, refusal_write_advice(out, refusal, name, context));

	if (advice && advice[0])
		say("what to do: %s", advice);
	free(advice);
}

void refusal_say(const struct bh_refusal *refusal, const char *name,
		 const struct refusal_context *context)
{
	say_sentence(refusal, name, context);
	say_advice(refusal, name, context);
}
