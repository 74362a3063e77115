// SPDX-License-Identifier: GPL-2.0
/* Runs all tests of the program, or those whose name or file name contains an argument. */
#include "test.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TIMEOUT_S 120

extern const struct test *const __start_tests[];
extern const struct test *const __stop_tests[];

void test_fail(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, what);
	exit(1);
}

void test_equal(const char *file, int line, const char *what, uint64_t a, uint64_t b)
{
	char text[256];

	if (a == b)
		return;
	snprintf(text, sizeof(text), "%s: %" PRIu64 " (%#" PRIx64 "), %" PRIu64 " (%#" PRIx64 ")",
		 what, a, a, b, b);
	test_fail(file, line, text);
}

/* Run a function in a child process. output: descriptor for its output, or -1. True: success. */
static bool run_child(void (*function)(void *), void *argument, int output)
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		alarm(TIMEOUT_S);
		if (output >= 0)
			dup2(output, STDERR_FILENO);
		function(argument);
		exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void test_must_fail(const char *file, int line, void (*function)(void *), void *argument,
		    const char *text)
{
	FILE *output = tmpfile();
	char found[4096] = "";
	bool succeeded;

	if (!output)
		test_fail(file, line, "no temporary file");
	succeeded = run_child(function, argument, fileno(output));
	rewind(output);
	found[fread(found, 1, sizeof(found) - 1, output)] = '\0';
	fclose(output);
	if (succeeded)
		test_fail(file, line, "nothing was noticed");
	if (!strstr(found, text)) {
		fprintf(stderr, "%s", found);
		test_fail(file, line, "failed for another reason");
	}
}

static void call(void *argument)
{
	const struct test *test = argument;

	test->function();
}

static bool is_chosen(const struct test *test, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strstr(test->name, argv[i]) || strstr(test->file, argv[i]))
			return true;
	return argc == 1;
}

int main(int argc, char **argv)
{
	unsigned passed = 0, failed = 0;

	for (const struct test *const *t = __start_tests; t < __stop_tests; t++) {
		if (!is_chosen(*t, argc, argv))
			continue;
		if (run_child(call, (void *)*t, -1)) {
			passed++;
		} else {
			printf("FAILED %s: %s\n", (*t)->file, (*t)->name);
			failed++;
		}
	}
	printf("%u passed, %u failed\n", passed, failed);
	return failed || !passed;
}
