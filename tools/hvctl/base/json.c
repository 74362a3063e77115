// SPDX-License-Identifier: GPL-2.0
#include <inttypes.h>

#include "base/json.h"

/* Starts a new line, indented by the depth. */
static void indent(struct json *json)
{
	unsigned int i;

	if (json->lines)
		return;
	fputc('\n', json->out);
	for (i = 0; i < json->depth; i++)
		fputs("  ", json->out);
}

static void quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c == '\n')
			fputs("\\n", out);
		else if (c < 0x20 || c >= 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

/* Writes what comes before a value: comma, new line, key. */
static void begin_value(struct json *json, const char *key)
{
	if (json->filled)
		fputs(json->lines ? ", " : ",", json->out);
	if (json->depth)
		indent(json);
	json->filled = true;
	if (key) {
		quoted(json->out, key);
		fputs(": ", json->out);
	}
}

static void open_with(struct json *json, const char *key, char bracket)
{
	begin_value(json, key);
	fputc(bracket, json->out);
	json->depth++;
	json->filled = false;
}

static void close_with(struct json *json, char bracket)
{
	json->depth--;
	if (json->filled)
		indent(json);
	fputc(bracket, json->out);
	json->filled = true;
	if (json->depth == 0) {
		fputc('\n', json->out);
		json->filled = false;
	}
}

void json_object(struct json *json, const char *key)
{
	open_with(json, key, '{');
}

void json_array(struct json *json, const char *key)
{
	open_with(json, key, '[');
}

void json_end_object(struct json *json)
{
	close_with(json, '}');
}

void json_end_array(struct json *json)
{
	close_with(json, ']');
}

void json_string(struct json *json, const char *key, const char *value)
{
	begin_value(json, key);
	quoted(json->out, value);
}

void json_number(struct json *json, const char *key, uint64_t value)
{
	begin_value(json, key);
	fprintf(json->out, "%" PRIu64, value);
}

void json_hex(struct json *json, const char *key, uint64_t value)
{
	begin_value(json, key);
	fprintf(json->out, "\"0x%" PRIx64 "\"", value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	begin_value(json, key);
	fputs(value ? "true" : "false", json->out);
}

void json_null(struct json *json, const char *key)
{
	begin_value(json, key);
	fputs("null", json->out);
}

void json_mask(struct json *json, const char *key, uint64_t mask)
{
	const char *separator = "";
	unsigned int bit;

	begin_value(json, key);
	fputc('[', json->out);
	for (bit = 0; bit < 64; bit++) {
		if (!(mask >> bit & 1))
			continue;
		fprintf(json->out, "%s%u", separator, bit);
		separator = ", ";
	}
	fputc(']', json->out);
}
