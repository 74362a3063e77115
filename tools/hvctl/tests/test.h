/* SPDX-License-Identifier: GPL-2.0 */
/* A small test runner: TEST(name) { CHECK(...); } in any number of files. */
#ifndef HVCTL_TEST_H
#define HVCTL_TEST_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct test {
	const char *name;
	void (*run)(void);
	struct test *next;
};

void test_register(struct test *test);

/* Records a failure of the running test. Returns false. */
bool test_failed(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#define TEST(ident)                                                     \
	static void ident(void);                                        \
	static struct test ident##_test = { #ident, ident, NULL };      \
	__attribute__((constructor)) static void ident##_register(void) \
	{                                                               \
		test_register(&ident##_test);                           \
	}                                                               \
	static void ident(void)

#define CHECK(condition) \
	((condition) ? true : test_failed(__FILE__, __LINE__, "not true: %s", #condition))

#define CHECK_TEXT(got, expected) test_text(__FILE__, __LINE__, got, expected)
#define CHECK_HAS(got, part) test_has(__FILE__, __LINE__, got, part)

static inline bool test_text(const char *file, int line, const char *got, const char *expected)
{
	if (strcmp(got, expected) == 0)
		return true;
	return test_failed(file, line, "got      \"%s\"\n    expected \"%s\"", got, expected);
}

static inline bool test_has(const char *file, int line, const char *got, const char *part)
{
	if (strstr(got, part))
		return true;
	return test_failed(file, line, "got \"%s\"\n    which lacks \"%s\"", got, part);
}

/* What `statement` writes to the FILE called `out`, in a buffer that the next CAPTURE reuses. */
FILE *test_capture(void);
const char *test_captured(void);
#define CAPTURE(out, statement)             \
	({                                  \
		FILE *out = test_capture(); \
		statement;                  \
		test_captured();            \
	})

#endif
