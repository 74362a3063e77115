// SPDX-License-Identifier: GPL-2.0
#include "base/json.h"
#include "base/text.h"
#include "test.h"

TEST(sizes_have_the_largest_unit_that_divides)
{
	CHECK_TEXT(CAPTURE(out, write_size(out, 0)), "0 bytes");
	CHECK_TEXT(CAPTURE(out, write_size(out, 1023)), "1023 bytes");
	CHECK_TEXT(CAPTURE(out, write_size(out, 4096)), "4 KiB");
	CHECK_TEXT(CAPTURE(out, write_size(out, 4097)), "4097 bytes");
	CHECK_TEXT(CAPTURE(out, write_size(out, 16 << 20)), "16 MiB");
	CHECK_TEXT(CAPTURE(out, write_size(out, 1ull << 63)), "8388608 TiB");
}

TEST(cpu_lists_have_ranges)
{
	CHECK_TEXT(CAPTURE(out, write_cpus(out, 0)), "none");
	CHECK_TEXT(CAPTURE(out, write_cpus(out, 1)), "0");
	CHECK_TEXT(CAPTURE(out, write_cpus(out, 0x27)), "0-2,5");
	CHECK_TEXT(CAPTURE(out, write_cpus(out, ~0ull)), "0-63");
	CHECK_TEXT(CAPTURE(out, write_cpus(out, 1ull << 63 | 2)), "1,63");
}

TEST(numbers_of_unknown_kind)
{
	CHECK_TEXT(CAPTURE(out, write_number(out, 4095)), "4095");
	CHECK_TEXT(CAPTURE(out, write_number(out, 4096)), "0x1000");
}

TEST(terminals_are_safe_from_names)
{
	CHECK_TEXT(CAPTURE(out, write_clean(out, "a\033[2J\xff b")), "a?[2J? b");
}

TEST(numbers_are_read_whole_or_not_at_all)
{
	uint64_t value;

	CHECK(parse_number("0", &value) && value == 0);
	CHECK(parse_number("012", &value) && value == 12);
	CHECK(parse_number("0x40000000", &value) && value == 0x40000000);
	CHECK(parse_number("18446744073709551615", &value) && value == UINT64_MAX);
	CHECK(!parse_number("18446744073709551616", &value));
	CHECK(!parse_number("", &value));
	CHECK(!parse_number("-1", &value));
	CHECK(!parse_number(" 1", &value));
	CHECK(!parse_number("1x", &value));
	CHECK(!parse_number("0x", &value));
}

static bool word(FILE *out, const char *key, size_t length, const void *context)
{
	if (!key_is(key, length, "name"))
		return false;
	fputs(context, out);
	return true;
}

TEST(templates)
{
	CHECK_TEXT(CAPTURE(out, write_template(out, "a {name}{name} b", word, "X")), "a XX b");
	CHECK_TEXT(CAPTURE(out, write_template(out, "{names} {", word, "X")), "{names} {");
}

TEST(json_escapes)
{
	struct json json = { 0 };

	CHECK_TEXT(CAPTURE(out, (json.out = out, json_string(&json, NULL, "a\"b\\c\n\t\x01\xe9/"))),
		   "\"a\\\"b\\\\c\\n\\u0009\\u0001\\u00e9/\"");
}

static void write_document(FILE *out, bool lines)
{
	struct json json = { .out = out, .lines = lines };

	json_object(&json, NULL);
	json_number(&json, "n", UINT64_MAX);
	json_array(&json, "a");
	json_end_array(&json);
	json_object(&json, "o");
	json_mask(&json, "m", 5);
	json_null(&json, "z");
	json_end_object(&json);
	json_hex(&json, "h", 0x1000);
	json_bool(&json, "b", true);
	json_end_object(&json);
}

TEST(json_nests)
{
	CHECK_TEXT(CAPTURE(out, write_document(out, false)),
		   "{\n  \"n\": 18446744073709551615,\n  \"a\": [],\n  \"o\": {\n"
		   "    \"m\": [0, 2],\n    \"z\": null\n  },\n  \"h\": \"0x1000\",\n"
		   "  \"b\": true\n}\n");
	CHECK_TEXT(CAPTURE(out, write_document(out, true)),
		   "{\"n\": 18446744073709551615, \"a\": [], \"o\": {\"m\": [0, 2], \"z\": null}, "
		   "\"h\": \"0x1000\", \"b\": true}\n");
}

static void write_two(FILE *out)
{
	struct json json = { .out = out, .lines = true };

	json_object(&json, NULL);
	json_end_object(&json);
	json_object(&json, NULL);
	json_end_object(&json);
}

TEST(json_lines_are_documents_of_their_own)
{
	CHECK_TEXT(CAPTURE(out, write_two(out)), "{}\n{}\n");
}
