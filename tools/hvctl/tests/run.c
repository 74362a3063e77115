// SPDX-License-Identifier: GPL-2.0
/* Runs hvctl inside the test program. */
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/command.h"
#include "fake.h"
#include "test.h"

char *run_stdout, *run_stderr;

#define MAX_WORDS 40

static int run_captured(int argc, char **argv)
{
	FILE *terminal[] = { stdout, stderr };
	size_t sizes[2];
	int code;

	free(run_stdout);
	free(run_stderr);
	stdout = open_memstream(&run_stdout, &sizes[0]);
	stderr = open_memstream(&run_stderr, &sizes[1]);
	code = hvctl_main(argc, argv);
	fclose(stdout);
	fclose(stderr);
	stdout = terminal[0];
	stderr = terminal[1];
	return code;
}

int run_hvctl(const char *word, ...)
{
	char *argv[MAX_WORDS + 1] = { "hvctl" };
	int argc = 1;
	va_list words;

	va_start(words, word);
	for (; word && argc < MAX_WORDS; word = va_arg(words, const char *))
		argv[argc++] = (char *)word;
	va_end(words);
	argv[argc] = NULL;
	return run_captured(argc, argv);
}

static char temporary[] = "/tmp/hvctl-test-XXXXXX";

static void remove_temporary(void)
{
	unlink(temporary);
}

__attribute__((destructor)) static void release(void)
{
	free(run_stdout);
	free(run_stderr);
}

const char *temporary_file(const void *data, size_t size)
{
	static bool made;
	FILE *file;

	if (!made) {
		close(mkstemp(temporary));
		atexit(remove_temporary);
		made = true;
	}
	file = fopen(temporary, "w");
	fwrite(data, 1, size, file);
	fclose(file);
	return temporary;
}
