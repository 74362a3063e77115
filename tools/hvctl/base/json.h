/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes JSON (RFC 8259). Values are added to the innermost open object or array; key is NULL
 * in arrays and at the top level. Addresses and registers are strings ("0x40000000"): not every
 * parser keeps more than 53 bits of a number.
 */
#ifndef HVCTL_BASE_JSON_H
#define HVCTL_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool lines; /* each top-level value on one line, for stream parsers */
	unsigned int depth;
	bool filled; /* the innermost object or array has an element already */
};

void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);
void json_end_object(struct json *json);
void json_end_array(struct json *json);

/* Non-ASCII bytes are written as Latin-1 characters, so the output is always valid. */
void json_string(struct json *json, const char *key, const char *value);
void json_number(struct json *json, const char *key, uint64_t value);
void json_hex(struct json *json, const char *key, uint64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

/* An array with the numbers of the set bits. */
void json_mask(struct json *json, const char *key, uint64_t mask);

#endif
