// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdlib.h>

#include "test.h"

static struct test *tests;
static struct test *running;
static bool running_failed;

static FILE *capture;
static char *captured;
static size_t captured_size;

void test_register(struct test *test)
{
	test->next = tests;
	tests = test;
}

bool test_failed(const char *file, int line, const char *format, ...)
{
	va_list arguments;

	running_failed = true;
	printf("%s:%d: %s: ", file, line, running->name);
	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	putchar('\n');
	return false;
}

FILE *test_capture(void)
{
	free(captured);
	captured = NULL;
	capture = open_memstream(&captured, &captured_size);
	return capture;
}

const char *test_captured(void)
{
	fclose(capture);
	return captured;
}

int main(void)
{
	unsigned int passed = 0, failed = 0;

	for (running = tests; running; running = running->next) {
		running_failed = false;
		running->run();
		if (running_failed)
			failed++;
		else
			passed++;
	}
	free(captured);
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0;
}
