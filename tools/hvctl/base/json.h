/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writing JSON (RFC 8259). Values go into the innermost open object or array;
 * key is NULL in arrays and at the top. Addresses and registers are strings
 * ("0x40000000"): not every reader keeps more than 53 bits of a number.
 */
#ifndef HVCTL_BASE_JSON_H
#define HVCTL_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool lines; /* each value at the top on a line of its own, for readers of streams */
	unsigned int depth;
	bool filled; /* the innermost object or array has an element */
};

void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);
void json_end_object(struct json *json);
void json_end_array(struct json *json);

/* Bytes outside of ASCII are taken as Latin-1, so that the output is always valid. */
void json_string(struct json *json, const char *key, const char *value);
void json_number(struct json *json, const char *key, uint64_t value);
void json_hex(struct json *json, const char *key, uint64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

/* An array of the numbers of the bits that are set. */
void json_mask(struct json *json, const char *key, uint64_t mask);

#endif
