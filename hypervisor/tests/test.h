/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Host tests: files of TEST(name) { ... } functions. Each runs in a process of its own, so that it
 * starts with fresh state and a crash is the failure of one test.
 */
#ifndef TEST_H
#define TEST_H

#include <stdbool.h>
#include <stdint.h>

struct test {
	const char *file, *name;
	void (*function)(void);
};

#define TEST(ident)                                                                               \
	static void test_##ident(void);                                                           \
	static const struct test entry_##ident = { __FILE__, #ident, test_##ident };              \
	static const struct test *const pointer_##ident __attribute__((section("tests"), used)) = \
		&entry_##ident;                                                                   \
	static void test_##ident(void)

/* Fail the test unless the condition holds. */
#define CHECK(condition)                                           \
	do {                                                       \
		if (!(condition))                                  \
			test_fail(__FILE__, __LINE__, #condition); \
	} while (0)

/* Fail the test unless two integers are equal, and print both. */
#define CHECK_EQ(a, b) test_equal(__FILE__, __LINE__, #a " == " #b, (uint64_t)(a), (uint64_t)(b))

/* Fail the test unless function(argument) ends the process with an error and its output contains
 * text: shows that a check notices a mistake. */
#define CHECK_FAILS(function, argument, text) \
	test_must_fail(__FILE__, __LINE__, function, argument, text)

void __attribute__((noreturn)) test_fail(const char *file, int line, const char *what);
void test_equal(const char *file, int line, const char *what, uint64_t a, uint64_t b);
void test_must_fail(const char *file, int line, void (*function)(void *), void *argument,
		    const char *text);

#endif
